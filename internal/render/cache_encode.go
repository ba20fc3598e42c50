package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "k8s.io/apimachinery/pkg/util/json"
)

// keptOutput is an Output as JSON. It is one that lasts, and nothing was fetched
// for it.
type keptOutput struct {
	Tool    string            `json:"tool"`
	Objects []json.RawMessage `json:"objects"`
}

// encodeOutput writes objects so that they come back as they are, whole floating
// point numbers among them, which JSON's usual spelling would make integers. ok is
// false for what doesn't come back the same.
func encodeOutput(made Output) (data []byte, ok bool) {
	kept := keptOutput{Tool: made.Tool, Objects: make([]json.RawMessage, len(made.Objects))}
	for i, object := range made.Objects {
		text, err := appendJSON(nil, object.Object)
		if err != nil {
			return nil, false
		}
		kept.Objects[i] = text
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return nil, false
	}
	again, err := decodeOutput(data)
	return data, err == nil && again.Tool == made.Tool && reflect.DeepEqual(again.Objects, made.Objects)
}

func decodeOutput(data []byte) (made Output, err error) {
	var kept keptOutput
	if err := json.Unmarshal(data, &kept); err != nil {
		return made, err
	}
	made.Tool = kept.Tool
	for _, text := range kept.Objects {
		object := &unstructured.Unstructured{}
		if err := kjson.Unmarshal(text, &object.Object); err != nil {
			return Output{}, err
		}
		if object.Object == nil {
			return Output{}, errors.New("expected an object, found null")
		}
		made.Objects = append(made.Objects, object)
	}
	return made, nil
}

// appendJSON writes what a parser of manifests makes, and refuses all else.
func appendJSON(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		return appendFloat(b, v)
	case string:
		return appendString(b, v)
	case []any:
		return appendList(b, v)
	case map[string]any:
		return appendMap(b, v)
	}
	return nil, fmt.Errorf("expected a value of JSON, found a %T", value)
}

func appendList(b []byte, list []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, value := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendJSON(b, value); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendMap(b []byte, fields map[string]any) (_ []byte, err error) {
	b = append(b, '{')
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendString(b, key); err != nil {
			return nil, err
		}
		if b, err = appendJSON(append(b, ':'), fields[key]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// appendFloat always writes a point or an exponent.
func appendFloat(b []byte, v float64) ([]byte, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, fmt.Errorf("expected a number of JSON, found %v", v)
	}
	text := strconv.AppendFloat(nil, v, 'g', -1, 64)
	if !bytes.ContainsAny(text, ".e") {
		text = append(text, ".0"...)
	}
	return append(b, text...), nil
}

func appendString(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, errors.New("expected UTF-8")
	}
	text, err := json.Marshal(s)
	return append(b, text...), err
}
