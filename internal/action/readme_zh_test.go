package action

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadmeInChinese keeps README.zh-CN.md in step with README.md: the same
// outline, commands, workflows, links, and names and defaults in the tables.
func TestReadmeInChinese(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "README.zh-CN.md"))
	if err != nil {
		t.Fatal(err)
	}
	english, chinese := readme(t), string(data)
	for _, part := range []struct {
		name    string
		pattern string
	}{
		{"headings", `(?m)^#+ `},
		{"blocks of code", "(?s)```(?:sh|yaml)\n.*?```"},
		{"the comment", `(?s)<!-- comment.*<!-- end of comment -->`},
		{"names in tables", "(?m)^\\| (`.*?`|\\d[\\d, ]*) \\|"},
		{"defaults", "(?m)^\\| `[a-z-]+` \\| (?:`.*?`)? \\|"},
		{"links to files", `\]\((?:docs|testdata|LICENSE|CONTRIBUTING)[^)]*\)`},
	} {
		find := func(text string) []string { return regexp.MustCompile(part.pattern).FindAllString(text, -1) }
		want, got := find(english), find(chinese)
		if len(want) == 0 {
			t.Errorf("README.md has no %s", part.name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-README.md +README.zh-CN.md): %s", part.name, diff)
		}
	}
	for line := range strings.Lines(chinese) {
		if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `") && strings.TrimSpace(cells[len(cells)-2]) == "" {
			t.Errorf("a row says nothing: %s", line)
		}
	}
	if !slices.ContainsFunc([]rune(chinese), func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) {
		t.Error("README.zh-CN.md is not in Chinese")
	}
}
