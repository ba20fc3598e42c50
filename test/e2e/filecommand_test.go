//go:build e2e

package e2e

import (
	"fmt"
	"strings"
)

// parseOutputs reads a file command as the runner does: NAME=VALUE on a line, or
// NAME<<DELIMITER, lines, DELIMITER. The last line must have an end.
func parseOutputs(text string) (map[string]string, error) {
	outputs := map[string]string{}
	if text != "" && !strings.HasSuffix(text, "\n") {
		return nil, fmt.Errorf("expected a newline at the end of %q", text)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for len(lines) > 0 && text != "" {
		line := lines[0]
		lines = lines[1:]
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case line == "":
		case equals >= 0 && (heredoc < 0 || equals < heredoc):
			outputs[line[:equals]] = line[equals+1:]
		case heredoc > 0 && heredoc+2 < len(line):
			end := -1
			for i, l := range lines {
				if l == line[heredoc+2:] {
					end = i
					break
				}
			}
			if end < 0 {
				return nil, fmt.Errorf("expected the delimiter of %q, found the end of the file", line)
			}
			outputs[line[:heredoc]] = strings.Join(lines[:end], "\n")
			lines = lines[end+1:]
		default:
			return nil, fmt.Errorf("expected NAME=VALUE or NAME<<DELIMITER, found %q", line)
		}
	}
	return outputs, nil
}
