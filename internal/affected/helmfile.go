package affected

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/plainyaml"
)

// helmfiles are the names that helmfile reads without being told.
var helmfiles = []string{"helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.d"}

// helmfile gives the reasons that lie in what a helmfile names. literal is false
// if it can read more than it names: then any change counts, and reasons say so.
func (r *reader) helmfile(dir string, p argocd.PluginDefinition) (reasons []string, literal bool) {
	if !onlyHelmfile(p) {
		return nil, false
	}
	h := &helmfileReader{reader: r, seen: map[string]bool{}}
	for _, name := range helmfiles {
		h.follow(path.Join(dir, name))
	}
	if h.why == "" && len(h.seen) == 0 {
		return nil, false
	}
	if h.why != "" {
		r.reads.anything()
		return []string{fmt.Sprintf("%s, so any change counts, and %s", h.why, r.count())}, true
	}
	return h.reasons, true
}

// words begin the commands of a plugin that runs nothing but helmfile.
var words = []string{"helmfile", "if", "elif", "else", "fi", "then", "echo", "export", "set", "test", "true", ":", "[", "[["}

// splitCommands cuts a script where a command may begin.
var splitCommands = regexp.MustCompile(`\n|;|&&|\|\||\bthen\b|\belse\b`)

// onlyHelmfile says whether a plugin's commands run helmfile alone, directly or
// by a shell script without redirections and substitutions.
func onlyHelmfile(p argocd.PluginDefinition) bool {
	commands := [][]string{p.Generate.Argv()}
	if p.Init != nil {
		commands = append(commands, p.Init.Argv())
	}
	for _, argv := range commands {
		script := strings.Join(argv, " ")
		if len(argv) > 2 && (path.Base(argv[0]) == "bash" || path.Base(argv[0]) == "sh") && strings.HasSuffix(argv[1], "c") {
			script = strings.Join(argv[2:], "\n")
		}
		if !runsHelmfileOnly(script) {
			return false
		}
	}
	return strings.Contains(strings.Join(p.Generate.Argv(), " "), "helmfile")
}

func runsHelmfileOnly(script string) bool {
	if strings.ContainsAny(script, "<>`|") && !strings.Contains(script, "||") || strings.Contains(script, "$(") {
		return false
	}
	for _, command := range splitCommands.Split(script, -1) {
		fields := strings.Fields(command)
		if len(fields) > 0 && !slices.Contains(words, fields[0]) {
			return false
		}
		// Another helmfile, or values from elsewhere, by a flag.
		for _, f := range fields {
			if f == "-f" || f == "--file" || strings.HasPrefix(f, "--state-values-file") || strings.HasPrefix(f, "--file=") {
				return false
			}
		}
	}
	return true
}

// helmfileReader follows a helmfile and what it names.
type helmfileReader struct {
	*reader
	seen    map[string]bool
	reasons []string
	why     string // why the helmfile isn't literal
}

// functions let a template read what it doesn't name.
var functions = regexp.MustCompile(`\b(readFile|readDir|readDirEntries|exec|envExec|tpl|isFile|isDir|fetchSecretValue|expandSecretRefs)\b`)

// follow reads one file, or all of helmfile.d.
func (h *helmfileReader) follow(name string) {
	kind := h.tree.kind(name)
	if kind != 0 && kind != fs.ModeDir || h.seen[name] {
		return
	}
	if kind == fs.ModeDir {
		h.directory(name)
		return
	}
	h.seen[name] = true
	h.reasons = merge(h.reasons, h.file(name, "is a helmfile"))
	data, ok := h.tree.Read(name)
	switch {
	case !ok:
	case bytes.Contains(data, []byte("{{")):
		h.why = name + " uses templates"
	default:
		h.state(name, data)
	}
}

func (h *helmfileReader) directory(name string) {
	for _, e := range h.tree.list(name) {
		if ext := path.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml" || ext == ".gotmpl") {
			h.follow(path.Join(name, e.Name()))
		}
	}
}

var documentEnds = regexp.MustCompile(`(?m)^---.*$`)

// state reads the documents of a helmfile.
func (h *helmfileReader) state(name string, data []byte) {
	for _, doc := range documentEnds.Split(string(data), -1) {
		state, err := plainyaml.Unmarshal([]byte(doc))
		if err != nil {
			h.why = name + " does not parse"
			return
		}
		h.walk(path.Dir(name), "", state)
	}
}

// walk looks at every string of a helmfile: any of them may be a path.
func (h *helmfileReader) walk(dir, key string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if k == "hooks" || k == "postRenderer" || k == "helmBinary" {
				h.why = "a helmfile in " + dir + " runs commands (" + k + ")"
			}
			h.walk(dir, k, v[k])
		}
	case []any:
		for _, child := range v {
			h.walk(dir, key, child)
		}
	case string:
		h.name(dir, key, v)
	}
}

// name takes a string for a path: a chart, a file of values, another helmfile,
// or a pattern of them.
func (h *helmfileReader) name(dir, key, name string) {
	if name == "" || len(name) > 1024 || strings.ContainsAny(name, "\n\x00") || strings.Contains(name, "://") {
		return
	}
	used := path.Join(dir, name)
	if !filepath.IsLocal(filepath.FromSlash(used)) {
		return
	}
	if strings.ContainsAny(name, "*?[") {
		h.pattern(used)
		return
	}
	switch h.tree.kind(used) {
	case missing:
		h.reasons = merge(h.reasons, h.file(used, "is named by a helmfile in "+dir))
	case fs.ModeDir:
		h.chart(dir, used)
	default:
		if key == "helmfiles" || key == "bases" || key == "path" {
			h.follow(used)
			return
		}
		h.values(dir, used)
	}
}

// pattern counts what it matches at this side.
func (h *helmfileReader) pattern(pattern string) {
	h.reads.other(pattern)
	for _, c := range h.query.Changed {
		if ok, err := doublestar.Match(pattern, c); ok && err == nil {
			h.reasons = merge(h.reasons, []string{fmt.Sprintf("%s matches %s, which a helmfile names", c, pattern)})
		}
	}
	found, err := doublestar.Glob(h.tree.fs, pattern)
	if err != nil {
		return
	}
	for _, name := range found {
		h.values(path.Dir(pattern), name)
	}
}

// chart counts a directory, and the local dependencies of the chart in it.
func (h *helmfileReader) chart(dir, used string) {
	h.reasons = merge(h.reasons, h.below(used, func(file string) string {
		return fmt.Sprintf("%s is in %s, which a helmfile in %s names", file, used, dir)
	}))
	h.reasons = merge(h.reasons, h.dependencies(used, map[string]bool{used: true}))
	h.reasons = merge(h.reasons, h.linked(used, map[string]bool{}))
}

// values counts a file, and distrusts a template that can read others.
func (h *helmfileReader) values(dir, used string) {
	h.reasons = merge(h.reasons, h.file(used, "is named by a helmfile in "+dir))
	h.reasons = merge(h.reasons, h.linked(used, map[string]bool{}))
	data, ok := h.tree.Read(used)
	if ok && strings.HasSuffix(used, ".gotmpl") && functions.Match(data) {
		h.why = used + " may read other files"
	}
}
