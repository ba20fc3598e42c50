package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
)

// document holds the numbers of the last run that wrote them, between two
// markers.
const (
	document = "docs/performance.md"
	begin    = "<!-- numbers: written by make bench BENCH=-write -->\n"
	end      = "<!-- end of numbers -->\n"
)

// report is everything that was measured, as Markdown.
func (o options) report(b *bench, results []result) (string, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n", machine(b, o.runs))
	fmt.Fprint(&text, "### Targets\n\n")
	targetTable(&text, results)
	fmt.Fprint(&text, "\n### Workloads\n\n")
	table(&text, results)
	fmt.Fprint(&text, "\n### Where argoplan's time goes\n\n")
	stageTable(&text, results)
	if o.quick || !o.chosen("find") {
		return text.String(), nil
	}
	fmt.Fprint(&text, "\n### Finding and selecting alone\n\n")
	err := find(&text, b.binary, o.runs)
	return text.String(), err
}

// rewrite replaces what is between the markers of a file.
func rewrite(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s: expected the lines %q and %q", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}

// machine says what the numbers come from.
func machine(b *bench, runs int) string {
	return fmt.Sprintf("Medians of %d runs, all programs of a row one after the other in each, on %d cores (%s/%s%s); %d renders, or commands, at once.\n\n%s\n",
		runs, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, processor(), b.parallel, versions(b))
}

// processor is the machine's own name for it; "" where it has none.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return ", " + strings.TrimSpace(model)
		}
	}
	return ""
}

// versions names everything that was measured.
func versions(b *bench) string {
	list := []string{firstOf(b.binary, "version"), runtime.Version()}
	for _, command := range [][]string{
		{"git", "version"}, {"helm", "version", "--short"}, {"kustomize", "version"}, {"helmfile", "--version"}, {"dyff", "version"}, {"jsonnet", "--version"},
	} {
		line := firstOf(command[0], command[1:]...)
		if !strings.Contains(line, command[0]) {
			line = command[0] + " " + line
		}
		list = append(list, line)
	}
	if b.argocd != "" {
		list = append(list, firstOf(b.argocd, "version"))
	}
	return strings.Join(append(list, linked()...), "; ") + "."
}

// firstOf is the first line that a command prints.
func firstOf(command string, args ...string) string {
	out, err := exec.Command(command, args...).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		return command + " (no version)"
	}
	return line
}

// linked names the libraries of the floor.
func linked() (list []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		switch m.Path {
		case "helm.sh/helm/v3", "sigs.k8s.io/kustomize/api", "github.com/google/go-jsonnet":
			list = append(list, m.Path+" "+m.Version)
		}
	}
	return list
}
