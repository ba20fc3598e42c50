package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// The budgets keep the code readable in one sitting. They are those that the
// best small tools of this kind meet by themselves.
const (
	fileMedian  = 110 // lines
	fileLongest = 400
	funcMedian  = 12
	funcNinth   = 35   // nine of ten are no longer
	funcsOver60 = 0.04 // share
)

func TestBudgets(t *testing.T) {
	t.Parallel()
	var files, funcs []int
	for _, names := range sources(t) {
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n := strings.Count(string(data), "\n")
			if n > fileLongest {
				t.Errorf("%s has %d lines, at most %d: is it one thing?", name, n, fileLongest)
			}
			files = append(files, n)
			funcs = append(funcs, functions(t, name)...)
		}
	}
	slices.Sort(files)
	slices.Sort(funcs)
	over := 0
	for _, n := range funcs {
		if n > 60 {
			over++
		}
	}
	check := func(what string, got, most float64) {
		t.Logf("%s: %.2f (at most %.2f)", what, got, most)
		if got > most {
			t.Errorf("%s is %.2f, at most %.2f", what, got, most)
		}
	}
	check("median of file lines", float64(files[len(files)/2]), fileMedian)
	check("median of function lines", float64(funcs[len(funcs)/2]), funcMedian)
	check("ninth decile of function lines", float64(funcs[len(funcs)*9/10]), funcNinth)
	check("share of functions over 60 lines", float64(over)/float64(len(funcs)), funcsOver60)
}

// functions gives the lines of each function in a file.
func functions(t *testing.T, name string) (lines []int) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			lines = append(lines, set.Position(f.End()).Line-set.Position(f.Pos()).Line+1)
		}
	}
	return lines
}
