package action

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// buildOf tells the builds of this program apart, whatever version they say they
// have: by what the Go linker notes of a program's content, or else by its digest.
func buildOf(executable string) (string, error) {
	if id := linkerID(executable); id != "" {
		return id, nil
	}
	file, err := os.Open(executable)
	if err != nil {
		return "", fmt.Errorf("reading this program: %w", err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("reading this program: %w", err)
	}
	return "sha256 " + hex.EncodeToString(sum.Sum(nil)), nil
}

// linkerID is the note of an ELF file, whose last part is a digest of the program
// as it was linked; "" if there is none.
func linkerID(executable string) string {
	file, err := elf.Open(executable)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	note := file.Section(".note.go.buildid")
	if note == nil {
		return ""
	}
	data, err := note.Data()
	if err != nil || bytes.Count(data, []byte("/")) != 3 {
		return ""
	}
	return "linked " + hex.EncodeToString(data)
}
