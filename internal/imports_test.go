// Package internal_test guards the one-way flow between the packages.
package internal_test

import (
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/argoplan/argoplan/internal/"

// arrows is the whole import graph, as docs/architecture.md draws it. A new
// arrow is a decision: add it in both places, or find another way.
func arrows() map[string][]string {
	return map[string][]string{
		"action":         {"affected", "applicationset", "argocd", "cache", "checkout", "comment", "compare", "fault", "logtext", "manifest", "network", "process", "redact", "render", "report", "shard", "source", "standin", "tree", "watch"},
		"affected":       {"argocd", "plainyaml", "tree"},
		"applicationset": {"argocd", "fault", "tree"},
		"argocd":         {"fault", "plainyaml", "tree"},
		"cache":          {"tree"},
		"checkout":       {"fault", "git"},
		"comment":        {"compare", "fault", "report"},
		"compare":        nil,
		"fault":          nil,
		"git":            {"process", "tree"},
		"logtext":        nil,
		"manifest":       {"fault", "plainyaml"},
		"network":        nil,
		"plainyaml":      nil,
		"process":        nil,
		"redact":         nil,
		"render":         {"argocd", "fault", "manifest", "process", "standin"},
		"report":         {"affected", "argocd", "compare", "fault"},
		"shard":          {"fault", "redact", "report"},
		"source":         {"argocd", "fault", "git", "network", "tree"},
		"standin":        {"fault", "process"},
		"tree":           nil,
		"watch":          {"logtext"},
	}
}

// barred are imports that a package may not have, whatever it would use them
// for.
func barred() map[string][]string {
	network := []string{"net/http", "net", "os/exec", "github.com/google/go-github/v60/github"}
	return map[string][]string{
		"compare":        network,
		"report":         network,
		"redact":         network,
		"shard":          network,
		"affected":       network,
		"manifest":       network,
		"cache":          network,
		"applicationset": network,
		"argocd":         network,
		"render":         {"github.com/google/go-github/v60/github"},
		"comment":        {"os/exec"},
	}
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for name, imports := range packages(t) {
		got[name] = nil
		for _, path := range imports {
			if to, ok := strings.CutPrefix(path, module); ok {
				got[name] = append(got[name], to)
			}
			if slices.Contains(barred()[name], path) {
				t.Errorf("internal/%s may not import %s", name, path)
			}
		}
	}
	delete(got, "githubtest")
	if diff := cmp.Diff(arrows(), got); diff != "" {
		t.Errorf("the import graph changed (-want +got):\n%s", diff)
	}
}

// TestOneDoorForEffects holds side effects at their one place.
func TestOneDoorForEffects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ call, door string }{
		{"os.Getenv(", ""},
		{"os.Environ(", ""},
		{"os.LookupEnv(", ""},
		{"exec.Command", "process"},
		{"os.Exit(", ""},
		{"log.Fatal", ""},
		{"panic(", ""},
	} {
		for name, files := range sources(t) {
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if name != test.door && name != "githubtest" && strings.Contains(string(data), test.call) {
					t.Errorf("%s calls %s...", file, test.call)
				}
			}
		}
	}
}

// packages gives each package's imports, without its tests', sorted.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	for name, files := range sources(t) {
		seen := map[string]bool{}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range parsed.Imports {
				seen[strings.Trim(i.Path.Value, `"`)] = true
			}
		}
		imports[name] = slices.Sorted(maps.Keys(seen))
	}
	return imports
}

// sources gives each package's files, without tests.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	all, err := filepath.Glob("*/*.go")
	if err != nil || len(all) == 0 {
		t.Fatalf("found %d files, %v", len(all), err)
	}
	files := map[string][]string{}
	for _, file := range all {
		if !strings.HasSuffix(file, "_test.go") {
			files[filepath.Dir(file)] = append(files[filepath.Dir(file)], file)
		}
	}
	return files
}
