package render

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/getter"
)

// chartSchema is the schema of a chart's values, and those of the charts that it
// depends on.
type chartSchema struct {
	chart   string
	text    []byte // JSON; nil if it has none
	depends []chartSchema
}

// schemaName is what Helm calls a schema, so that relative references in it lead
// to the root of the file system.
const schemaName = "file:///values.schema.json"

// namesOthers is true if a schema names another document, in whatever way. Helm
// would read it with a client that nobody can give, or from any file: then it is
// left to validate.
func (s chartSchema) namesOthers() bool {
	ask := &asked{}
	if s.text != nil {
		_, _ = compileSchema(s.text, ask) // Helm says what is wrong with it
	}
	for _, d := range s.depends {
		ask.anything = ask.anything || d.namesOthers()
	}
	return ask.anything
}

// validate does what Helm does before it renders (reference: ValidateAgainstSchema
// in pkg/chartutil/jsonschema.go), with documents from where charts come from, and
// no file. values are those that the chart's templates see.
func (s chartSchema) validate(from getter.Providers, values map[string]any) error {
	found, err := s.complaints(schemaGetter{from}, values)
	if err != nil || found == "" {
		return err
	}
	return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s", found)
}

func (s chartSchema) complaints(from schemaGetter, values map[string]any) (found string, err error) {
	if s.text != nil {
		schema, err := compileSchema(s.text, from)
		if err != nil {
			return "", fmt.Errorf("reading the schema of chart %s: %w", s.chart, err)
		}
		if err := schema.Validate(values); err != nil {
			found = fmt.Sprintf("%s:\n%v\n", s.chart, err)
		}
	}
	for _, d := range s.depends {
		switch of := values[d.chart].(type) {
		case nil: // no values, nothing to check
		case map[string]any:
			more, err := d.complaints(from, of)
			if err != nil {
				return "", err
			}
			found += more
		default:
			found += fmt.Sprintf("%s:\ninvalid type for values: expected object (map), got %T\n", d.chart, of)
		}
	}
	return found, nil
}

// compileSchema reads a schema and what it names. The library may panic.
func compileSchema(text []byte, from jsonschema.URLLoader) (schema *jsonschema.Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("unable to validate schema: %v", p)
		}
	}()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(from)
	if err := c.AddResource(schemaName, document); err != nil {
		return nil, err
	}
	return c.Compile(schemaName)
}

// asked loads nothing, and notes that something would be.
type asked struct{ anything bool }

// Load is for the compiler.
func (a *asked) Load(address string) (any, error) {
	if isURN(address) {
		return true, nil
	}
	a.anything = true
	return nil, errors.New("not loaded")
}

// schemaGetter loads documents that schemas name.
type schemaGetter struct{ from getter.Providers }

// Load is for the compiler.
func (g schemaGetter) Load(address string) (any, error) {
	u, err := url.Parse(address)
	switch {
	case isURN(address):
		return true, nil
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("expected a URL of http or https, found %s: no file of this machine is read", address)
	}
	download, err := g.from.ByScheme(u.Scheme)
	if err != nil {
		return nil, err
	}
	text, err := download.Get(address)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(text)
}

// isURN is true for a name that leads nowhere. Helm takes it for a schema that
// allows everything.
func isURN(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "urn"
}
