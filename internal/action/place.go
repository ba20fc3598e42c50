package action

import (
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// locateFile turns the file of an error, "templates/web.yaml:12" of a chart or
// a path of the tree, into a path of the repository and a line; "" if there is
// no such file. An annotation that names another file would be lost.
func locateFile(tree, dir, file string) (string, int) {
	name, line := file, 0
	if before, after, ok := strings.Cut(file, ":"); ok {
		if n, err := strconv.Atoi(after); err == nil {
			name, line = before, n
		}
	}
	for _, candidate := range []string{path.Join(dir, name), path.Clean(name)} {
		if name != "" && filepath.IsLocal(candidate) && isFile(filepath.Join(tree, candidate)) {
			return candidate, line
		}
	}
	return "", 0
}

func isFile(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}
