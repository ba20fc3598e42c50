package action

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
)

// maxOutput bounds one output. Outputs are for counts, booleans and short
// paths; the whole report is in files.
const maxOutput = 64 << 10

// output is one name and value for later steps.
type output struct{ name, value string }

// writeOutputs appends to the file that GITHUB_OUTPUT names; without one it
// does nothing. The delimiter is random: a fixed one could be forged by a
// value, which is why go-githubactions' SetOutput is not used.
func writeOutputs(path string, outputs []output) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	delimiter := "argoplan_" + rand.Text()
	for _, o := range outputs {
		if len(o.value) > maxOutput || strings.Contains(o.value, delimiter) {
			return fmt.Errorf("writing output %s: the value can't be an output", o.name)
		}
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", o.name, delimiter, o.value, delimiter)
	}
	if err := appendFile(path, b.String()); err != nil {
		return fmt.Errorf("writing outputs: %w", err)
	}
	return nil
}

// appendFile adds text to a file that the runner made.
func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
