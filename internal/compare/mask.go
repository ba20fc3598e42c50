package compare

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The texts that stand for a secret value. They say that a value differs, and
// nothing about the value: no length, no digest.
const (
	masked       = "<masked>"
	maskedBefore = "<masked, before>"
	maskedAfter  = "<masked, after>"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// digest is a keyed hash of a secret value. It is compared and never shown.
type digest [sha256.Size]byte

func (c *Comparer) digest(value []byte) digest {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(value)
	return digest(mac.Sum(nil))
}

// Mask gives the objects in their order with the values of Secrets replaced by
// "<masked>". Objects without secrets are shared, the input isn't written to.
func (c *Comparer) Mask(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	result := slices.Clone(objects)
	for i, u := range objects {
		result[i] = c.maskOne(u)
	}
	return result
}

func (c *Comparer) maskOne(u *unstructured.Unstructured) *unstructured.Unstructured {
	if u != nil && c.isMasked(u.Object) {
		u = c.mask(u, func(position, any) string { return masked })
	}
	return c.hidden(u)
}

// isMasked says whether an object may have values to mask.
func (c *Comparer) isMasked(object map[string]any) bool {
	return isSecret(object) || slices.ContainsFunc(c.options.Redact, func(r Rule) bool { return r.concerns(object) })
}

// maskPair masks one resource at both sides, so that a value that differs stays
// visible as a difference.
func (c *Comparer) maskPair(base, head *unstructured.Unstructured) (b, h *unstructured.Unstructured) {
	if c.isMasked(base.Object) || c.isMasked(head.Object) {
		before, after := c.digests(base), c.digests(head)
		base = c.mask(base, placeholder(before, after, maskedBefore))
		head = c.mask(head, placeholder(after, before, maskedAfter))
	}
	return c.hidePair(base, head)
}

// position is where in a Secret a value lies: "data\x00password".
type position string

func (p position) join(step string) position {
	if p == "" {
		return position(step)
	}
	return p + "\x00" + position(step)
}

// counterpart swaps data and stringData, which name the same value twice.
func (p position) counterpart() position {
	field, rest, _ := strings.Cut(string(p), "\x00")
	switch field {
	case "data":
		field = "stringData"
	case "stringData":
		field = "data"
	}
	return position(field).join(rest)
}

// placeholder chooses the text for each value of a side, given the digests of
// both sides and the text for a value that differs.
func placeholder(own, other map[position]digest, differs string) func(position, any) string {
	return func(p position, _ any) string {
		there, ok := other[p]
		if !ok {
			there, ok = other[p.counterpart()]
		}
		if ok && there != own[p] {
			return differs
		}
		return masked
	}
}

func (c *Comparer) digests(u *unstructured.Unstructured) map[position]digest {
	sums := map[position]digest{}
	c.mask(u, func(p position, value any) string {
		sums[p] = c.digest(plainBytes(p, value))
		return masked
	})
	return sums
}

// plainBytes gives what a value means: the content for strings, whether base64
// encoded as in data or not as in stringData, and JSON for all else.
func plainBytes(p position, value any) []byte {
	text, isString := value.(string)
	if !isString {
		content, err := json.Marshal(value)
		if err != nil {
			content = fmt.Append(nil, value)
		}
		return append([]byte("json "), content...)
	}
	if strings.HasPrefix(string(p), "data\x00") || strings.HasPrefix(string(p), "binaryData\x00") {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return append([]byte("invalid "), text...)
		}
		return append([]byte("content "), decoded...)
	}
	return append([]byte("content "), text...)
}

// isSecret is true for any kind Secret, whatever its apiVersion, and for a list
// of objects, which may hold one.
func isSecret(object map[string]any) bool {
	kind := scalar(object["kind"])
	_, hasItems := object["items"]
	return kind == "Secret" || hasItems && strings.HasSuffix(kind, "List")
}
