package githubtest

import (
	"bytes"
	"context"
	_ "embed" // for the description
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// api is the part of GitHub's own OpenAPI description that argoplan needs.
// test/openapi makes it from the npm package @octokit/openapi, whose licence,
// MIT, lies next to it.
//
//go:embed openapi/api.github.com.json
var api []byte

// description is read once, and only read.
var description = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api)
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's description: %w", err)
	}
	return doc, nil
})

// find gives the operation that a request is for, and the values in its path.
func find(doc *openapi3.T, method, p string) (*routers.Route, map[string]string) {
	for path, item := range doc.Paths.Map() {
		if values, ok := match(path, p); ok && item.GetOperation(method) != nil {
			return &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)}, values
		}
	}
	return nil, nil
}

// match takes p apart by a template such as /repos/{owner}/{repo}/pulls.
func match(template, p string) (map[string]string, bool) {
	want, got := strings.Split(template, "/"), strings.Split(p, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, part := range want {
		name, isValue := strings.CutPrefix(part, "{")
		switch {
		case isValue && got[i] != "":
			values[strings.TrimSuffix(name, "}")] = got[i]
		case part != got[i]:
			return nil, false
		}
	}
	return values, true
}

// exchange is one request, and what is checked about it.
type exchange struct {
	doc     *openapi3.T
	request *openapi3filter.RequestValidationInput
}

// asked holds a request against the description: its path, parameters and body.
// Gitea takes the same requests.
func asked(r *http.Request, p string, body []byte) (*exchange, error) {
	doc, err := description()
	if err != nil {
		return nil, err
	}
	route, values := find(doc, r.Method, p)
	if route == nil {
		return nil, fmt.Errorf("GitHub describes no %s %s", r.Method, p)
	}
	copied := r.Clone(context.Background())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	options := &openapi3filter.Options{IncludeResponseStatus: true}
	options.WithCustomSchemaErrorFunc(func(err *openapi3.SchemaError) string { // else it repeats the whole schema
		return strings.Join(err.JSONPointer(), ".") + ": " + err.Reason
	})
	x := &exchange{doc: doc, request: &openapi3filter.RequestValidationInput{
		Request: copied, PathParams: values, Route: route,
		Options: options,
	}}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return x, fmt.Errorf("GitHub's %s %s knows no parameter %q", r.Method, p, name)
		}
	}
	if err := openapi3filter.ValidateRequest(context.Background(), x.request); err != nil {
		return x, fmt.Errorf("the request %s %s is not as GitHub describes it: %w", r.Method, p, err)
	}
	return x, nil
}

// answered holds an answer of the fake against the description. An error that
// the operation doesn't list has GitHub's common form.
func (x *exchange) answered(status int, header http.Header, body []byte) error {
	name := fmt.Sprintf("the fake's answer %d to %s %s", status, x.request.Request.Method, x.request.Request.URL.Path)
	if x.request.Route.Operation.Responses.Status(status) == nil {
		if status < http.StatusBadRequest {
			return fmt.Errorf("%s: GitHub describes no such status", name)
		}
		return x.basicError(name, body)
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: x.request, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Options: x.request.Options,
	})
	if err != nil {
		return fmt.Errorf("%s is not as GitHub describes it: %w", name, err)
	}
	return nil
}

func (x *exchange) basicError(name string, body []byte) error {
	value, err := decode(body)
	if err == nil {
		err = x.doc.Components.Schemas["basic-error"].Value.VisitJSON(value)
	}
	if err != nil {
		return fmt.Errorf("%s is not an error of GitHub's form: %w", name, err)
	}
	return nil
}
