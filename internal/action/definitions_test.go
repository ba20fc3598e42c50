package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// root is the repository's root, seen from this package.
const root = "../.."

// onlyInActions have another default in action.yml, where a runner fills it in.
var onlyInActions = map[string]string{"token": "${{ github.token }}"}

func TestActionYAMLHoldsEveryInput(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	type input struct {
		Description string `json:"description"`
		Default     string `json:"default"`
		Required    bool   `json:"required"`
	}
	var file struct {
		Inputs map[string]input `json:"inputs"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	want := map[string]input{}
	for _, d := range definitions() {
		value := d.value
		if v, ok := onlyInActions[d.name]; ok {
			value = v
		}
		want[d.name] = input{Description: d.help, Default: value}
	}
	if diff := cmp.Diff(want, file.Inputs); diff != "" {
		t.Errorf("inputs of action.yml (-want +got):\n%s", diff)
	}
}

func TestReadmeHoldsEveryInput(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| input | default | meaning |\n|---|---|---|\n")
	for _, d := range definitions() {
		value := "`" + d.value + "`"
		if d.value == "" {
			value = ""
		}
		if d.name == "token" {
			value = "the job's"
		}
		want.WriteString("| `" + d.name + "` | " + value + " | " + d.help + " |\n")
	}
	if !strings.Contains(string(data), want.String()) {
		t.Errorf("README.md's table of inputs isn't that of definitions(); expected:\n%s", want.String())
	}
}

func TestReadmeHoldsExitStatuses(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(usageHead, "Exit status:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	for line := range strings.Lines(list) {
		status, meaning, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if row := "| " + status + " | " + meaning + " |"; !strings.Contains(string(data), row) {
			t.Errorf("README.md lacks the row %q", row)
		}
	}
}
