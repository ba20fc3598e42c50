package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Call is one start of a command.
type Call struct {
	Argv   []string // with the command itself
	Env    []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// Run does what a stand-in does if that is what the call names, and gives the
// exit status; otherwise ok is false and nothing happened. Files are read from
// the working directory, and nothing is decrypted.
func Run(ctx context.Context, c Call) (status int, ok bool) {
	if len(c.Argv) == 0 {
		return 0, false
	}
	var run func(context.Context, []string) error
	switch name := filepath.Base(c.Argv[0]); c.kind(name) {
	case Vault:
		run = c.vault
	case KSOPS:
		run = c.ksops
	case HelmSecrets:
		run = c.helmSecrets
	case SOPS:
		run = c.sops
	default:
		return 0, false
	}
	if err := run(ctx, c.Argv[1:]); err != nil {
		fmt.Fprintf(c.Stderr, "argoplan's stand-in for %s: %v\n", filepath.Base(c.Argv[0]), err)
		return 1, true
	}
	return 0, true
}

// kind gives what a command stands in for.
func (c Call) kind(name string) string {
	for entry := range strings.SplitSeq(c.variable(renamed), ",") {
		if command, kind, _ := strings.Cut(entry, "="); command == name && slices.Contains(kinds(), kind) {
			return kind
		}
	}
	if slices.Contains(kinds(), name) {
		return name
	}
	return ""
}

// variable gives the last value of a variable, as a shell sees it.
func (c Call) variable(name string) (value string) {
	for _, e := range c.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// sops prints a file: "sops -d FILE" and "sops decrypt FILE".
func (c Call) sops(_ context.Context, args []string) error {
	file := ""
	for i, arg := range args {
		takesValue := i > 0 && slices.Contains([]string{"--input-type", "--output-type", "--config", "--output", "--extract"}, args[i-1])
		switch {
		case arg == "--output" || arg == "--extract" || arg == "-i" || arg == "--in-place" || arg == "exec-env" || arg == "exec-file":
			return fmt.Errorf("expected sops --decrypt FILE, found %s", arg)
		case takesValue || strings.HasPrefix(arg, "-") || arg == "decrypt":
		default:
			file = arg
		}
	}
	if file == "" || !slices.ContainsFunc(args, func(a string) bool { return a == "-d" || a == "--decrypt" || a == "decrypt" }) {
		return errors.New("expected sops --decrypt FILE")
	}
	text, err := decrypted(file, os.ReadFile)
	if err == nil {
		_, err = c.Stdout.Write(text)
	}
	return err
}
