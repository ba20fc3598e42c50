package standin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

// HelmPlugins gives, by directory, each plugin.yaml that makes helm start the
// stand-in, which lies beside it under the name of helm-secrets. They are two,
// as a plugin of Helm 4 either is a command or downloads. The version is one
// from 4 on, by which helmfile chooses "decrypt".
func HelmPlugins() map[string]string {
	return map[string]string{
		"helm-secrets": `name: secrets
version: 4.6.0
usage: argoplan's stand-in for helm-secrets
description: prints value files with placeholders for what is encrypted
command: $HELM_PLUGIN_DIR/helm-secrets
`,
		"helm-secrets-getter": `name: secrets-getter
version: 4.6.0
usage: argoplan's stand-in for helm-secrets
description: reads secrets:// value files with placeholders for what is encrypted
downloaders:
- command: helm-secrets downloader
  protocols: [secrets, secrets+gpg-import, secrets+gpg-import-kubernetes, secrets+age-import, secrets+age-import-kubernetes]
`,
	}
}

// helmSecrets is helm's plugin "secrets": "decrypt FILE" prints a value file,
// "template" and "lint" are helm's own with other value files, and
// "downloader CERT KEY CA URL" prints what a secrets:// URL names.
func (c Call) helmSecrets(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("expected template, lint or decrypt")
	}
	switch args[0] {
	case "decrypt", "view":
		return c.printValues(args[len(args)-1])
	case "downloader":
		file, err := SecretFile(args[len(args)-1])
		if err != nil {
			return err
		}
		return c.printValues(file)
	case "template", "lint":
		return c.wrap(ctx, args)
	}
	return fmt.Errorf("expected template, lint or decrypt, found %q", args[0])
}

// printValues prints a value file, encrypted or not.
func (c Call) printValues(file string) error {
	text, err := values(file)
	if err == nil {
		_, err = c.Stdout.Write(text)
	}
	return err
}

func values(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text, _, err = Strip(file, text)
	return text, fault.InFile(err, file)
}

// wrap runs helm with the same arguments, and with copies of the value files.
func (c Call) wrap(ctx context.Context, args []string) error {
	dir, err := os.MkdirTemp(c.variable("TMPDIR"), "values-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	args, err = replaceValueFiles(args, dir)
	if err != nil {
		return err
	}
	helm := c.variable("HELM_BIN")
	if helm == "" {
		helm = "helm"
	}
	result, err := process.Run(ctx, process.Command{Argv: append([]string{helm}, args...), Env: c.Env})
	var failed *process.Error
	if errors.As(err, &failed) {
		result.Stderr = failed.Stderr + "\n"
	}
	_, printed := fmt.Fprint(c.Stderr, result.Stderr)
	if err == nil {
		_, err = c.Stdout.Write(result.Stdout)
	}
	return errors.Join(err, printed)
}

// replaceValueFiles finds -f FILE, --values FILE and --values=FILE, where a
// comma separates several files.
func replaceValueFiles(args []string, dir string) ([]string, error) {
	args = slices.Clone(args)
	for i, arg := range args {
		prefix := ""
		switch {
		case i > 0 && (args[i-1] == "-f" || args[i-1] == "--values"):
		case strings.HasPrefix(arg, "--values="):
			prefix = "--values="
		case strings.HasPrefix(arg, "-f="):
			prefix = "-f="
		case strings.HasPrefix(arg, "-f") && len(arg) > len("-f"):
			prefix = "-f"
		default:
			continue
		}
		files := strings.Split(strings.TrimPrefix(arg, prefix), ",")
		for j, file := range files {
			var err error
			if files[j], err = copyValues(file, filepath.Join(dir, fmt.Sprintf("%d-%d.yaml", i, j))); err != nil {
				return nil, err
			}
		}
		args[i] = prefix + strings.Join(files, ",")
	}
	return args, nil
}

// copyValues gives the name of the copy. URLs are left to helm, which asks the
// downloader.
func copyValues(file, to string) (string, error) {
	if strings.Contains(file, "://") || file == "-" {
		return file, nil
	}
	text, err := values(file)
	if err != nil {
		return "", err
	}
	return to, os.WriteFile(to, text, 0o600)
}
