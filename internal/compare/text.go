package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	maxValue = 200   // runes of a value in a PathChange
	maxLine  = 1_000 // runes of a line in a Diff
	slack    = 100   // runes that aren't worth being cut, nor a cut text's marks
)

// yamlLines writes a plain value as YAML, the way kubectl indents it.
func yamlLines(value any) ([]string, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encoding as YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("encoding as YAML: %w", err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n"), nil
}

// inline writes a value on one line: YAML for what fits, so that "1" and 1
// differ, and JSON for all else.
func inline(value any) (string, error) {
	switch v := value.(type) {
	case map[string]any, []any:
		return jsonText(v)
	}
	lines, err := yamlLines(value)
	if err != nil || len(lines) == 1 {
		return strings.Join(lines, ""), err
	}
	return jsonText(value)
}

func jsonText(value any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encoding as JSON: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// oneLine makes a value fit for a table: one visible line of bounded length.
func oneLine(text string) string {
	return visibleLine(cut(text, maxValue, 0))
}

// oneLiners is oneLine for two texts that differ; what is cut off of a long
// one isn't where they start to differ.
func oneLiners(from, to string, limit int) (string, string) {
	at := commonStart(from, to)
	return visibleLine(cut(from, limit, at)), visibleLine(cut(to, limit, at))
}

// cut shortens a text to a number of runes around a position, and says by how
// many.
func cut(text string, limit, around int) string {
	if len(text) <= limit+slack {
		return text
	}
	runes := []rune(text)
	if len(runes) <= limit+slack {
		return text
	}
	start := max(0, min(around-limit/4, len(runes)-limit))
	result := string(runes[start : start+limit])
	if start > 0 {
		result = fmt.Sprintf("(%d characters) … %s", start, result)
	}
	if rest := len(runes) - start - limit; rest > 0 {
		result = fmt.Sprintf("%s … (%d more characters)", result, rest)
	}
	return result
}

// commonStart counts the runes that two texts start with.
func commonStart(a, b string) int {
	other := []rune(b)
	count := 0
	for _, r := range a {
		if count == len(other) || other[count] != r {
			break
		}
		count++
	}
	return count
}
