package standin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
)

// encrypted is how sops writes a value that it has encrypted.
var encrypted = regexp.MustCompile(`^ENC\[AES256_GCM,data:[^,]*,iv:[^,]+,tag:[^,]+,type:([a-z]+)\]$`)

// placeholder gives what stands for an encrypted value: text with a digest, or
// a number where sops says that the value is one. A boolean can't show that it
// changed, so it is text, too: templates take it for true.
//
// The digest is that of the ciphertext, which holds 32 random bytes and stands
// in the repository anyway: it tells nothing about the value. It needs no key,
// and with one of this run a digest would differ on each run, in the checksum
// annotations of pods, too.
func placeholder(value string) (text string, ok bool) {
	found := encrypted.FindStringSubmatch(value)
	if found == nil {
		return "", false
	}
	sum := sha256.Sum256([]byte(value))
	number := binary.BigEndian.Uint32(sum[:])%1_000_000_000 + 1_000_000_000
	switch found[1] {
	case "int":
		return strconv.FormatUint(uint64(number), 10), true
	case "float":
		return strconv.FormatUint(uint64(number), 10) + ".5", true
	}
	return fmt.Sprintf("encrypted-%x", sum[:8]), true
}

// inBase64 is what stands for a value below data of a Secret.
func inBase64(value string) (string, bool) {
	text, ok := placeholder(value)
	return base64.StdEncoding.EncodeToString([]byte(text)), ok
}
