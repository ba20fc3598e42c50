package cache

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// temporaryPrefix begins the name of a file that is being written.
const temporaryPrefix = "writing-"

// errBroken is a file that holds something else than was written.
var errBroken = errors.New("not what was written")

// magic begins every file, before the digest.
const magic = "argoplan-cache-1\n"

const headSize = len(magic) + sha256.Size

// sealed puts a digest of key and data before data: a file in another's place is
// as broken as a truncated one.
func sealed(key [32]byte, data []byte) []byte {
	sum := digest(key, data)
	return bytes.Join([][]byte{[]byte(magic), sum[:], data}, nil)
}

func digest(key [32]byte, data []byte) [32]byte {
	h := sha256.New()
	h.Write(key[:])
	h.Write(data)
	return [32]byte(h.Sum(nil))
}

// read gives the data of a regular file; a link is not followed, and a pipe not
// waited for.
func read(root *os.Root, name string, key [32]byte) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() < int64(headSize) || info.Size() > int64(headSize+maxEntry) {
		return nil, errBroken
	}
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content := make([]byte, info.Size())
	if _, err := io.ReadFull(file, content); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	sum := digest(key, content[headSize:])
	if string(content[:len(magic)]) != magic || !bytes.Equal(content[len(magic):headSize], sum[:]) {
		return nil, errBroken
	}
	return content[headSize:], nil
}
