package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/argoplan/argoplan/internal/fault"
)

// What Read takes at most. A run of a thousand Applications stays far below.
const (
	MaxBytes        = 20 << 20
	maxApplications = 10_000
	maxObjects      = 250_000 // of JSON: each may cost hundreds of bytes in memory
	maxDepth        = 16      // of JSON; a report has 7
)

// Read takes report.json as data of a stranger, such as a job that ran a fork's
// code: what it holds is of the form that JSON writes, of bounded size, and
// counts what it lists. Every text in it is still whatever somebody wrote.
func Read(data []byte) (*Report, error) {
	var r Report
	if err := Decode(data, &r, MaxBytes, maxObjects); err != nil {
		return nil, fmt.Errorf("reading report.json: %w", err)
	}
	if err := r.Sound(); err != nil {
		return nil, hinted(fmt.Errorf("reading report.json: %w", err))
	}
	return &r, nil
}

// Decode reads one JSON document of a stranger: UTF-8, of at most size bytes and
// so many objects, and with no other fields than into has.
func Decode(data []byte, into any, size, objects int) error {
	if err := readable(data, size, objects); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return hinted(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("expected one document, found more")
	}
	return nil
}

func hinted(err error) error {
	return fault.WithHint(err, "both jobs must run the same version of argoplan")
}

// readable bounds what decoding may cost.
func readable(data []byte, size, most int) error {
	if len(data) > size {
		return fmt.Errorf("expected at most %d bytes, found %d", size, len(data))
	}
	if !utf8.Valid(data) {
		return errors.New("expected UTF-8, found other bytes")
	}
	objects, depth := shape(data)
	if objects > most {
		return fmt.Errorf("expected at most %d objects, found %d", most, objects)
	}
	if depth > maxDepth {
		return fmt.Errorf("expected at most %d levels, found %d", maxDepth, depth)
	}
	return nil
}

// shape counts the objects of a JSON text and how deep it is nested. It reads
// strings alone for what they are; the rest is for the decoder to judge.
func shape(data []byte) (objects, deepest int) {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			if c == '{' {
				objects++
			}
			depth++
			deepest = max(deepest, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	return objects, deepest
}
