package render

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
)

// schemaReference is where a JSON schema names another one by URL.
var schemaReference = regexp.MustCompile(`"\$ref"\s*:\s*"([a-zA-Z]+://[^"#]+)`)

// checkSchemas asks for the schemas that those of a chart name by URL, as Helm
// will by itself, with a client that nobody can give. A server that may not be
// asked is an error before Helm asks it. Charts in archives are not looked at.
func (r *Renderer) checkSchemas(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "values.schema.json" || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range schemaReference.FindAllSubmatch(text, -1) {
			if err := r.admitSchema(string(found[1])); err != nil {
				return fmt.Errorf("reading the schema that values.schema.json names: %w", err)
			}
		}
		return nil
	})
}

// admitSchema leaves what is no server to Helm, which reads files alone.
func (r *Renderer) admitSchema(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	download, err := r.options.Getters.ByScheme(u.Scheme)
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	_, err = download.Get(address)
	return err
}
