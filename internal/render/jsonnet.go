package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-jsonnet"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/manifest"
)

var jsonnetTool = "Jsonnet " + jsonnet.Version()

var errJsonnetTimeout = errors.New("the evaluation took longer than it may")

// jsonnetFiles evaluates the Jsonnet files of one source, one after another.
type jsonnetFiles struct {
	in      Input
	options argocd.Jsonnet
	env     []string
	imports *importer
}

func newJsonnet(in Input, options argocd.Jsonnet) *jsonnetFiles {
	options.TLAs, options.ExtVars = slices.Clone(options.TLAs), slices.Clone(options.ExtVars)
	return &jsonnetFiles{in: in, options: options, env: buildEnv(in)}
}

// evaluate gives the objects of one file: those of an array, or one object.
func (j *jsonnetFiles) evaluate(ctx context.Context, f manifestFile) ([]*unstructured.Unstructured, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if j.imports == nil {
		imports, err := newImporter(j.in, j.options.Libs)
		if err != nil {
			return nil, err
		}
		j.imports = imports
	}
	name, err := filepath.Rel(j.in.Root, f.path)
	if err != nil {
		return nil, err
	}
	code, err := j.imports.admit(name, f.text)
	if err != nil {
		return nil, err
	}
	vm, err := j.vm()
	if err != nil {
		return nil, err
	}
	text, err := run(ctx, vm, name, string(code))
	if err != nil {
		return nil, fault.WithHint(evaluationError(err, name, f.name), "%s", j.hint(err))
	}
	objects, err := jsonnetObjects([]byte(text))
	if err != nil {
		return nil, fault.WithHint(fmt.Errorf("expected one object or an array of objects from Jsonnet: %w", err),
			"Every object needs a kind; a map from file names to objects is not supported by Argo CD.")
	}
	return objects, nil
}

// vm makes the interpreter of one file. Argo CD replaces variables in place
// for every file, so that the second one sees "$$" replaced twice. No native
// functions are there, and std.trace prints nothing: it could write commands to
// the log of the job.
func (j *jsonnetFiles) vm() (*jsonnet.VM, error) {
	vm := jsonnet.MakeVM()
	vm.Importer(j.imports)
	vm.SetTraceOut(io.Discard)
	if err := setVars(j.options.TLAs, j.env, vm.TLAVar, vm.TLACode); err != nil {
		return nil, err
	}
	return vm, setVars(j.options.ExtVars, j.env, vm.ExtVar, vm.ExtCode)
}

func setVars(vars []argocd.JsonnetVar, env []string, set, setCode func(name, value string)) error {
	for i, v := range vars {
		vars[i].Value = substitute(env, v.Value)
		if !v.Code {
			set(v.Name, vars[i].Value)
			continue
		}
		_, strict, err := checkNesting([]byte(vars[i].Value))
		if err == nil && len(strict) > 0 {
			err = errors.New("tailstrict is not supported here")
		}
		if err != nil {
			return fmt.Errorf("reading the code of variable %s: %w", v.Name, err)
		}
		setCode(v.Name, vars[i].Value)
	}
	return nil
}

// run evaluates code until ctx ends. The interpreter can't be stopped, so that
// one which runs too long is left behind until the process ends. Its memory has
// no bound of its own.
func run(ctx context.Context, vm *jsonnet.VM, name, code string) (string, error) {
	type outcome struct {
		text string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				o.err = fmt.Errorf("(CRASH) %v", p)
			}
			done <- o
		}()
		//nolint:staticcheck // The code was read and checked; EvaluateFile would read the file again.
		o.text, o.err = vm.EvaluateSnippet(name, code)
	}()
	select {
	case o := <-done:
		return o.text, o.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// hint knows what to do about the failures that argoplan's own bounds cause.
func (j *jsonnetFiles) hint(err error) string {
	switch {
	case errors.Is(err, errJsonnetTimeout):
		return "Look for a loop without an end; Argo CD's repo-server gives up on it too."
	case strings.Contains(err.Error(), "resolves outside repository root"):
		return "Imports stay inside of the repository: name a file there, or its directory in directory.jsonnet.libs."
	case j.imports.strict && strings.Contains(err.Error(), "max stack frames exceeded"):
		return "argoplan counts tailstrict calls like others, which Argo CD does not; at most 500 may be nested."
	}
	return ""
}

// evaluationError adds the line in the file, if the interpreter names one. A
// crash of the interpreter comes with its stack, which tells a reader nothing.
func evaluationError(err error, path, name string) error {
	message := strings.TrimSpace(err.Error())
	if strings.HasPrefix(message, "(CRASH)") {
		message, _, _ = strings.Cut(message, "\n")
	}
	place := regexp.MustCompile(`(?m)(?:^|\s)` + regexp.QuoteMeta(path) + `:\(?(\d+):`)
	if found := place.FindStringSubmatch(message); found != nil {
		name += ":" + found[1]
	}
	return fault.InFile(fmt.Errorf("failed to evaluate jsonnet: %w", &shortened{message: message, err: err}), name)
}

// jsonnetObjects reads what an evaluation printed. Argo CD leaves out null.
func jsonnetObjects(text []byte) ([]*unstructured.Unstructured, error) {
	items := []json.RawMessage{bytes.TrimSpace(text)}
	if bytes.HasPrefix(items[0], []byte("[")) {
		if err := json.Unmarshal(text, &items); err != nil {
			return nil, err
		}
	}
	var objects []*unstructured.Unstructured
	for i, item := range items {
		object, err := manifest.Decode(item)
		if err != nil && len(items) > 1 {
			err = fmt.Errorf("element %d: %w", i+1, err)
		}
		if err != nil {
			return nil, err
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
	return objects, nil
}
