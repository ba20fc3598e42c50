package argocd

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// secretType is the label that makes a Secret a repository or a template.
const secretType = "argocd.argoproj.io/secret-type"

// ReadCredentials reads Secrets in Argo CD's form from YAML documents and adds
// them to c, behind what is there. name is the file or the input, for errors;
// these never hold anything of the text.
func (c Credentials) ReadCredentials(name string, text []byte) (Credentials, error) {
	out := Credentials{list: slices.Clone(c.list)}
	for _, d := range documents(text) {
		var object map[string]any
		if err := yaml.Unmarshal(d.text, &object); err != nil {
			return c, credentialError(name, d.line, notYAML(err))
		}
		if err := out.object(object); err != nil {
			return c, credentialError(name, d.line, err)
		}
	}
	return out, nil
}

func credentialError(name string, line int, err error) error {
	return fault.WithHint(fmt.Errorf("reading the credentials of %s: document at line %d: %w", name, line, err),
		"Write Secrets as Argo CD reads them: the label %s: repository or repo-creds, and url, username, password and the like below stringData.", secretType)
}

var yamlLine = regexp.MustCompile(`line \d+`)

// notYAML keeps of a parser's message where, and leaves out what it quotes.
func notYAML(err error) error {
	if line := yamlLine.FindString(err.Error()); line != "" {
		return fmt.Errorf("expected YAML, found an error in its %s", line)
	}
	return errors.New("expected YAML with one object")
}

// object adds a Secret, or the items of a List.
func (c *Credentials) object(object map[string]any) error {
	if items, ok := object["items"].([]any); ok {
		for i, item := range items {
			o, ok := item.(map[string]any)
			if !ok {
				return fmt.Errorf("item %d: expected an object", i+1)
			}
			if err := c.object(o); err != nil {
				return fmt.Errorf("item %d: %w", i+1, err)
			}
		}
		return nil
	}
	credential, err := readSecret(object)
	if err != nil {
		return err
	}
	c.list = append(c.list, credential)
	return nil
}

func readSecret(object map[string]any) (Credential, error) {
	metadata, _ := object["metadata"].(map[string]any)
	labels, _ := metadata["labels"].(map[string]any)
	kind := labels[secretType]
	if object["kind"] != "Secret" || kind != "repository" && kind != "repo-creds" {
		return Credential{}, fmt.Errorf("expected a Secret with the label %s: repository or repo-creds", secretType)
	}
	values, err := secretData(object)
	if err != nil {
		return Credential{}, err
	}
	c, err := credential(values)
	c.Template = kind == "repo-creds"
	return c, err
}

// secretData joins data and stringData; the latter wins, as in the API server.
func secretData(object map[string]any) (map[string]string, error) {
	values := map[string]string{}
	data, _ := object["data"].(map[string]any)
	for key, value := range data {
		text, _ := value.(string)
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("data.%s: expected base64", key)
		}
		values[key] = string(decoded)
	}
	plain, _ := object["stringData"].(map[string]any)
	for key, value := range plain {
		switch v := value.(type) {
		case string:
			values[key] = v
		case bool:
			values[key] = strconv.FormatBool(v)
		default:
			return nil, fmt.Errorf("stringData.%s: expected a string; write it in quotes", key)
		}
	}
	return values, nil
}

// otherLogins are ways to reach a repository that Argo CD knows and argoplan
// does not.
var otherLogins = [...]string{"gcpServiceAccountKey", "useAzureWorkloadIdentity", "proxy"}

func credential(v map[string]string) (Credential, error) {
	c := Credential{
		Type: v["type"], URL: v["url"], Name: v["name"], Project: v["project"],
		Username: NewSecret(v["username"]), Password: NewSecret(v["password"]), BearerToken: NewSecret(v["bearerToken"]),
		SSHPrivateKey: NewSecret(v["sshPrivateKey"]), TLSClientCertData: v["tlsClientCertData"], TLSClientCertKey: NewSecret(v["tlsClientCertKey"]),
	}
	if c.Type == "" {
		c.Type = "git"
	}
	if !slices.Contains([]string{"git", "helm", "oci"}, c.Type) {
		return c, errors.New("type: expected git, helm or oci")
	}
	if c.URL == "" {
		return c, errors.New("expected url, found none")
	}
	c.takeUser()
	for _, name := range otherLogins {
		if v[name] != "" && v[name] != "false" {
			c.Unsupported = name
		}
	}
	var err error
	c.App, err = gitHubApp(v)
	if !c.App.IsZero() && c.Type != "git" {
		c.Unsupported = "githubAppPrivateKey" // Argo CD knows it for Git alone
	}
	return c, errors.Join(err,
		flag(v, "insecure", &c.Insecure), flag(v, "insecureIgnoreHostKey", &c.Insecure),
		flag(v, "enableOCI", &c.EnableOCI), flag(v, "insecureOCIForceHttp", &c.InsecureOCIForceHTTP),
		flag(v, "forceHttpBasicAuth", &c.ForceHTTPBasicAuth), flag(v, "enableLfs", &c.EnableLFS),
	)
}

// takeUser moves the user and the password of an HTTP URL to where secrets are.
func (c *Credential) takeUser() {
	parsed, err := url.Parse(c.URL)
	if err != nil || parsed.User == nil || parsed.Scheme == "ssh" {
		return
	}
	if c.Username.IsEmpty() {
		c.Username = NewSecret(parsed.User.Username())
	}
	if password, _ := parsed.User.Password(); c.Password.IsEmpty() {
		c.Password = NewSecret(password)
	}
	parsed.User = nil
	c.URL = parsed.String()
}

// flag reads a boolean; one that isn't there changes nothing.
func flag(values map[string]string, name string, to *bool) error {
	if values[name] == "" {
		return nil
	}
	on, err := strconv.ParseBool(values[name])
	if err != nil {
		return fmt.Errorf("%s: expected true or false", name)
	}
	*to = *to || on
	return nil
}
