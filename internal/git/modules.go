package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Module is an entry of .gitmodules.
type Module struct{ Name, URL, Update string }

// ReadModules reads the .gitmodules of a tree and gives its entries by path.
// Without that file there are none.
func ReadModules(ctx context.Context, o Options, dir string) (map[string]Module, error) {
	file := filepath.Join(dir, ".gitmodules")
	info, err := os.Lstat(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("expected .gitmodules to be a regular file")
	}
	if err != nil {
		return nil, err
	}
	out, err := Run(ctx, o, Call{Args: []string{"config", "--file", file, "--no-includes", "--null", "--list"}, Dir: dir})
	if err != nil {
		return nil, fmt.Errorf("reading .gitmodules: %w", err)
	}
	return parseModules(out), nil
}

// parseModules reads "submodule.NAME.KEY\nVALUE" entries. The last value of a
// key counts, as it does for git.
func parseModules(out []byte) map[string]Module {
	byName, paths := map[string]Module{}, map[string]string{}
	for _, entry := range SplitNUL(out) {
		key, value, _ := strings.Cut(entry, "\n")
		rest, ok := strings.CutPrefix(key, "submodule.")
		i := strings.LastIndex(rest, ".")
		if !ok || i < 0 {
			continue
		}
		name := rest[:i]
		m := byName[name]
		m.Name = name
		switch rest[i+1:] {
		case "url":
			m.URL = value
		case "update":
			m.Update = value
		case "path":
			paths[name] = path.Clean(value)
		}
		byName[name] = m
	}
	modules := map[string]Module{}
	for name, at := range paths {
		modules[at] = byName[name]
	}
	return modules
}

// ResolveModule gives the address of a submodule: url as it is, or seen from
// its repository's own address if it begins with ./ or ../.
func ResolveModule(parent, url string) (string, error) {
	if !strings.HasPrefix(url, "./") && !strings.HasPrefix(url, "../") {
		return url, nil
	}
	server, path := splitServer(strings.TrimSuffix(parent, "/"))
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for rest := url; ; {
		if after, ok := strings.CutPrefix(rest, "./"); ok {
			rest = after
			continue
		}
		after, ok := strings.CutPrefix(rest, "../")
		if !ok {
			return server + strings.Join(append(parts, rest), "/"), nil
		}
		if len(parts) == 0 || server == "" {
			return "", fmt.Errorf("expected a URL, or one that is relative to the repository's, found %s for a submodule of %s", url, WithoutUser(parent))
		}
		rest, parts = after, parts[:len(parts)-1]
	}
}

// splitServer cuts an address behind "https://host/" or "user@host:"; server is
// "" for a path on this machine.
func splitServer(address string) (server, path string) {
	begin := 0
	if i := strings.Index(address, "://"); i >= 0 {
		begin = i + 3
	} else if i := strings.Index(address, ":"); i >= 0 {
		return address[:i+1], address[i+1:]
	}
	host, path, _ := strings.Cut(address[begin:], "/")
	if host == "" || begin == 0 {
		return "", address
	}
	return address[:begin] + host + "/", path
}
