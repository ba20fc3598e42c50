package shard

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/argoplan/argoplan/internal/fault"
)

// ShortestKey is how many characters a key has at least: whoever may download a
// bundle can try keys for as long as they like.
const ShortestKey = 32

// sealed begins a bundle that is encrypted; a salt of saltBytes follows.
const (
	sealed    = "argoplan sealed bundle 1\n"
	saltBytes = 32
)

// seal encrypts with AES-256-GCM; without a key it gives the text as it is.
func seal(text []byte, key string) ([]byte, error) {
	if key == "" {
		return text, nil
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	box, err := locked(key, salt)
	if err != nil {
		return nil, err
	}
	out := append([]byte(sealed), salt...)
	return box.Seal(out, nil, text, []byte(sealed)), nil
}

// unseal decrypts. With a key it takes nothing that isn't sealed with it.
func unseal(text []byte, key string) ([]byte, error) {
	rest, is := bytes.CutPrefix(text, []byte(sealed))
	switch {
	case !is && key == "":
		return text, nil
	case !is:
		return nil, fault.WithHint(errors.New("expected a sealed bundle, found one that is not"), "give bundle-key to every shard")
	case key == "":
		return nil, fault.WithHint(errors.New("the bundle is sealed, and there is no key"), "give bundle-key to the last job, too")
	case len(rest) < saltBytes:
		return nil, errors.New("expected a sealed bundle, found the beginning of one")
	}
	box, err := locked(key, rest[:saltBytes])
	if err != nil {
		return nil, err
	}
	if text, err = box.Open(nil, nil, rest[saltBytes:], []byte(sealed)); err != nil {
		return nil, fault.WithHint(fmt.Errorf("opening the sealed bundle: %w", err), "give the same bundle-key to all jobs")
	}
	return text, nil
}

// locked derives a key for one bundle.
func locked(key string, salt []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, []byte(key), salt, "argoplan bundle", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the bundle's key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("deriving the bundle's key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
