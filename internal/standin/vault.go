package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// vault prints manifests with their placeholders: "argocd-vault-plugin
// generate -" those on standard input, "generate PATH" those of the YAML and
// JSON files in a directory.
func (c Call) vault(_ context.Context, args []string) error {
	if len(args) > 0 && args[0] == "version" {
		_, err := fmt.Fprintln(c.Stdout, "argocd-vault-plugin: argoplan's stand-in")
		return err
	}
	path, err := vaultPath(args)
	if err != nil {
		return err
	}
	if path == "-" {
		_, err := io.Copy(c.Stdout, c.Stdin)
		return err
	}
	return c.printFiles(path)
}

// vaultPath finds the one argument of generate among its options.
func vaultPath(args []string) (path string, err error) {
	if len(args) == 0 || args[0] != "generate" {
		return "", errors.New("expected generate")
	}
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-c" || arg == "-s" || arg == "--config-path" || arg == "--secret-name":
			i++ // its value
		case arg != "-" && strings.HasPrefix(arg, "-"):
		case path != "":
			return "", fmt.Errorf("expected one path, found %s and %s", path, arg)
		default:
			path = arg
		}
	}
	if path == "" {
		return "", errors.New("expected a path, or - for standard input")
	}
	return path, nil
}

func (c Call) printFiles(root string) error {
	found := false
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml" && ext != ".json" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = true
		_, err = fmt.Fprintf(c.Stdout, "---\n%s\n", bytes.TrimSuffix(text, []byte("\n")))
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("no YAML or JSON files were found in %s", root)
	}
	return err
}
