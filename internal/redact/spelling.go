package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// plainWord is a value that can be part of other words, so that only the whole
// word is hidden.
var plainWord = regexp.MustCompile(`^([A-Za-z]{1,20}|[0-9]{1,20})$`)

// spellings gives the texts that tell a secret: itself, what quoting makes of it,
// hexadecimal, percent-encoded, and base64 of any text that holds it.
func spellings(secret string) []pattern {
	list := []pattern{{text: secret, bounded: plainWord.MatchString(secret)}}
	for _, text := range []string{
		jsonText(secret, true), jsonText(secret, false), strings.Trim(strconv.Quote(secret), `"`), strings.ReplaceAll(secret, "'", "''"),
		html.EscapeString(secret), url.QueryEscape(secret), url.PathEscape(secret), percentLower(url.QueryEscape(secret)),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
	} {
		if text != secret {
			list = append(list, pattern{text: text})
		}
	}
	for offset := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			list = append(list, pattern{text: core(encoding, secret, offset), base64: (offset+len(secret))%3 != 0})
		}
	}
	return list
}

// core is the part of the base64 of a text that the secret alone decides, where
// the secret begins at an offset of 0, 1 or 2 bytes in a group of three.
func core(encoding *base64.Encoding, secret string, offset int) string {
	encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + secret))
	return encoded[(8*offset+5)/6 : 8*(offset+len(secret))/6]
}

func jsonText(secret string, escapeHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(secret) != nil {
		return secret
	}
	return strings.Trim(strings.TrimSuffix(b.String(), "\n"), `"`)
}

var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

// percentLower writes the digits of percent-encoding in lower case, as some tools do.
func percentLower(escaped string) string {
	return percent.ReplaceAllStringFunc(escaped, strings.ToLower)
}

var (
	// userOfHTTP is a user and a password, or a token alone, before a host.
	userOfHTTP = regexp.MustCompile(`(?i)(https?://)[^\s/@?#'"<>]+@`)
	// passwordOf is a password in any other URL, whose user may be a plain name.
	passwordOf = regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://[^\s/@:?#'"<>]*:)([^\s/@?#'"<>]+)@`)
)

// withoutPasswords hides the passwords in URLs. A reference that is filled in
// later, such as $(PASSWORD), is none.
func withoutPasswords(text string) string {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return text
	}
	text = userOfHTTP.ReplaceAllStringFunc(text, func(found string) string {
		scheme, user, _ := strings.Cut(found, "://")
		if strings.Contains(user, "$") || strings.Contains(user, "{{") {
			return found
		}
		return scheme + "://" + Mask + "@"
	})
	return passwordOf.ReplaceAllStringFunc(text, func(found string) string {
		m := passwordOf.FindStringSubmatch(found)
		if strings.Contains(m[2], "$") || strings.Contains(m[2], "{{") {
			return found
		}
		return m[1] + Mask + "@"
	})
}
