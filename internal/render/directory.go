package render

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// jsonnetTimeout is what JsonnetTimeout means by 0.
const jsonnetTimeout = time.Minute

// directory gives the objects of a source without a tool: file by file, in
// lexical order (reference: repository.go:findManifests). All files are chosen
// before the first one is parsed. The tool is Jsonnet if it evaluated a file,
// and has no name otherwise.
func (r *Renderer) directory(ctx context.Context, in Input) ([]*unstructured.Unstructured, string, error) {
	options := directoryOptions(in.Source)
	files, err := selectFiles(in, options, r.options.MaxDirectorySize)
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, r.jsonnetTimeout(), errJsonnetTimeout)
	defer cancel()
	var objects []*unstructured.Unstructured
	jsonnet, tool := newJsonnet(in, options.Jsonnet), ""
	for _, f := range files {
		var found []*unstructured.Unstructured
		switch {
		case !f.isJsonnet():
			found, err = f.parse(in.Parser)
		case !slices.Contains(r.options.Disabled, Directory):
			tool = jsonnetTool
			found, err = jsonnet.evaluate(ctx, f)
		}
		if err != nil {
			return nil, tool, inManifest(err, f.name)
		}
		objects = append(objects, found...)
	}
	return objects, tool, nil
}

// inManifest names the file, unless the error has a closer place.
func inManifest(err error, name string) error {
	if fault.FileOf(err) != "" {
		return err
	}
	return fault.InFile(err, name)
}

func directoryOptions(s argocd.Source) argocd.Directory {
	if s.Directory == nil {
		return argocd.Directory{}
	}
	return *s.Directory
}

func (r *Renderer) jsonnetTimeout() time.Duration {
	if r.options.JsonnetTimeout > 0 {
		return r.options.JsonnetTimeout
	}
	return jsonnetTimeout
}

// manifestFile is one file that a plain directory is made of.
type manifestFile struct {
	name string // relative to the source's directory
	path string // absolute, as walked: links are not resolved
	real string // where the links lead
	// text is UTF-8; of a Jsonnet file it is what is on disk.
	text []byte
}

func (f manifestFile) isJsonnet() bool { return strings.HasSuffix(f.name, ".jsonnet") }
