package source

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"helm.sh/helm/v3/pkg/repo"
)

// TestIndexIsReadOnce asks for one index as charts and as dependencies do.
func TestIndexIsReadOnce(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{
		"/index.yaml":    text(indexOf("1.0.0")),
		"/web-1.0.0.tgz": text(webChart(t, "1.0.0")),
	})
	f := fetcher(t, Mirrors{})
	read := make([]*repo.IndexFile, 20)
	var group sync.WaitGroup
	for i := range read {
		group.Go(func() {
			if _, err := f.Chart(context.Background(), server.URL, "web", "1.0.0"); err != nil {
				t.Error(err)
			}
			var err error
			if read[i], err = f.DependencyIndex(context.Background(), server.URL+strings.Repeat("/", i%2)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, index := range read {
		if index == nil || index != read[0] {
			t.Error("the index was read twice")
		}
	}
	if got := server.requests("/index.yaml"); got != 1 {
		t.Errorf("the index was asked for %d times, want once", got)
	}
}

func TestDependencyIndexErrors(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{
		"/html/index.yaml":  text("<html>"),
		"/text/index.yaml":  text("hello"),
		"/empty/index.yaml": text(""),
		"/old/index.yaml":   text("entries: {}\n"),
	})
	for path, want := range map[string]string{
		"/html":    "/html/index.yaml: expected a chart repository's file, found HTML",
		"/text":    "reading " + server.URL + "/text/index.yaml: ",
		"/empty":   "expected content, found an empty file",
		"/old":     "no API version specified",
		"/nothing": "/nothing/index.yaml: expected status 200, found 404",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := fetcher(t, Mirrors{})
			_, err := f.DependencyIndex(t.Context(), server.URL+path)
			wantError(t, err, want)
			if strings.Contains(err.Error(), f.options.Scratch) {
				t.Errorf("the error names a private file: %v", err)
			}
		})
	}
}
