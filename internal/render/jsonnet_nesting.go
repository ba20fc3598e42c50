package render

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

const (
	// maxNesting is how many operators and keywords may be pending at once; a
	// bracket counts as bracketNesting of them. go-jsonnet's parser recurses
	// without any bound, and its evaluator bounds only calls, each of which may
	// hold an expression this deep. Go ends the process, and the other
	// Applications with it, when a stack reaches 1 GB.
	maxNesting     = 400
	bracketNesting = 2
)

// codeImports are the paths that a file imports as code.
type codeImports struct {
	paths map[string]bool // nil if unknown
	all   bool            // an import is written in an unusual way
}

// names is false only for a path that is imported as text alone, and may
// hold anything.
func (c codeImports) names(path string) bool { return c.all || c.paths == nil || c.paths[path] }

// admit refuses code that is nested so deeply that it might end the process,
// and remembers what the file imports. It gives the code without tailstrict: go-jsonnet
// doesn't count such calls, so that an endless one is the end of the process
// too. Without it they count. name is relative to the root.
func (i *importer) admit(name string, code []byte) ([]byte, error) {
	imports, strict, err := checkNesting(code)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	i.code[name] = imports
	if len(strict) == 0 {
		return code, nil
	}
	i.strict = true
	clean := slices.Clone(code)
	for _, at := range strict {
		copy(clean[at:], strings.Repeat(" ", len("tailstrict")))
	}
	return clean, nil
}

// nesting follows the tokens of a file and keeps an upper bound of the
// parser's depth.
type nesting struct {
	levels  []level
	depth   int
	imports codeImports
	after   string // the keyword before this token
}

// level is one bracket, or the file.
type level struct {
	count  int  // operators and keywords that may nest
	locals int  // local and assert whose ";" has not come; a "," belongs to them
	brace  bool // an object
	start  bool // at the start of one of its fields
}

// checkNesting gives what code imports, and where it says tailstrict.
func checkNesting(code []byte) (imports codeImports, strict []int, err error) {
	n := nesting{levels: []level{{}}, imports: codeImports{paths: map[string]bool{}}}
	for at := 0; at < len(code); {
		token := jsonnetToken(code[at:])
		if string(token) == "tailstrict" {
			strict = append(strict, at)
		}
		at += len(token)
		if !isFodder(token) {
			n.take(token)
		}
		if n.depth > maxNesting {
			return n.imports, nil, fault.WithHint(errors.New("the code is nested too deeply for the Jsonnet interpreter"),
				"Split the expression; brackets may be nested about %d deep.", maxNesting/(bracketNesting+1))
		}
	}
	return n.imports, strict, nil
}

func (n *nesting) take(token []byte) {
	top := &n.levels[len(n.levels)-1]
	start := top.start
	top.start = false
	switch c := token[0]; {
	case c == '(' || c == '[' || c == '{':
		n.add(top)
		n.levels = append(n.levels, level{brace: c == '{', start: true})
		n.depth += bracketNesting
	case c == ')' || c == ']' || c == '}':
		if len(n.levels) > 1 {
			n.depth -= top.count + bracketNesting
			n.levels = n.levels[:len(n.levels)-1]
		}
	case c == ',' && top.locals == 0:
		n.depth -= top.count
		top.count, top.start = 0, true
	case c == ';':
		top.locals = max(0, top.locals-1)
	case isWord(c):
		n.word(top, string(token), top.brace && start)
		return
	case c == '"' || c == '\'' || c == '@' || len(token) > 1:
		n.text(token)
	case c != '=' && c != ':':
		n.add(top)
	}
	n.after = ""
}

func (n *nesting) add(top *level) { top.count++; n.depth++ }

// word handles a keyword or a name. An object's own local and assert end with
// its field.
func (n *nesting) word(top *level, word string, field bool) {
	n.after = word
	switch word {
	case "local", "assert":
		if !field {
			top.locals++
		}
	case "if", "function", "error", "for", "in":
	default:
		return
	}
	n.add(top)
}

// text notes the path of an import.
func (n *nesting) text(token []byte) {
	switch {
	case n.after != "import":
	case token[0] == '@' || token[0] == '|' || bytes.ContainsRune(token, '\\') || len(token) < 2:
		n.imports.all = true
	default:
		n.imports.paths[string(token[1:len(token)-1])] = true
	}
}
