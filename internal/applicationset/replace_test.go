package applicationset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlainTags(t *testing.T) {
	t.Parallel()
	params := map[string]any{"a": "A", "b.c": "BC", "n": 1, "": "never"}
	for text, want := range map[string]string{
		"{{a}}-{{ b.c }}":   "A-BC",
		"{{n}}{{x}}{{ y }}": "{{n}}{{x}}{{ y }}",
		"{{}}{{ }}":         "{{}}{{ }}",
		"{{a\n}}":           "{{a\n}}",
		"{{a}}\n{{a\n}}":    "A\nA",
		"{{{a}}}":           "{{{a}}}",
		"}} {{":             "}} {{",
		"{{a}} {{":          "error",
		"plain":             "plain",
	} {
		got, err := replaceTags(text, params)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestGoTemplates(t *testing.T) {
	t.Parallel()
	params := map[string]any{"a": "A", "m": map[string]any{"k": "v"}, "t": "{{ .a }}{{ .none }}", "loop": `{{ tpl .loop . }}`,
		"one": `{{ tpl .two . }}`, "two": `{{ tpl .t . }}`, "three": `{{ tpl .one . }}`}
	for _, test := range []struct{ options, text, want string }{
		{"", "{{ .a }}", "A"},
		{"", "{{ .none }}", "<no value>"},
		{"missingkey=zero", "{{ .none }}", "<no value>"},
		{"missingkey=error", "{{ .none }}", "error: map has no entry for key"},
		{"", `{{ upper "x" }}`, "X"},
		{"", `{{ env "HOME" }}`, `error: function "env" not defined`},
		{"", `{{ expandenv "$HOME" }}`, `error: function "expandenv" not defined`},
		{"", `{{ getHostByName "x" }}`, `error: function "getHostByName" not defined`},
		{"", `{{ normalize "-A b.c_" }}`, "a-b.c"},
		{"", `{{ toYaml .m }}`, "k: v"},
		{"", `{{ (fromYaml "a: b").a }}`, "b"},
		{"", `{{ fromYaml "[" }}`, "error: "},
		{"", `{{ index (fromYamlArray "[a, b]") 1 }}`, "b"},
		{"", `{{ fromYamlArray "a: b" }}`, "error: "},
		{"", `{{ tpl .t . }}`, "A"},
		{"missingkey=error", `{{ tpl .t . }}`, "error: map has no entry"},
		{"", `{{ tpl .one . }}`, "A"},
		{"", `{{ tpl .three . }}`, "error: at most 3 deep"},
		{"", `{{ tpl .loop . }}`, "error: expected tpl to call itself at most 3 deep"},
		{"", `{{ tpl "{{" . }}`, "error: unclosed action"},
		{"", "{{", "error: unclosed action"},
		{"", "no action }}", "no action }}"},
	} {
		s := setSpec{GoTemplate: true}
		if test.options != "" {
			s.GoTemplateOptions = []string{test.options}
		}
		templater, err := newTemplater(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := templater.replace(test.text, params)
		if err != nil {
			if want, ok := strings.CutPrefix(test.want, "error: "); !ok || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", test.text, err, test.want)
			}
		} else if got != test.want {
			t.Errorf("%s gives %q, want %q", test.text, got, test.want)
		}
	}
}

func TestUnknownOptionIsNoPanic(t *testing.T) {
	t.Parallel()
	got := expand(t, `{goTemplate: true, goTemplateOptions: [missingkey=maybe], generators: []}`, Options{})
	if got.Err == nil || !strings.Contains(got.Err.Error(), `found "missingkey=maybe"`) {
		t.Errorf("Err = %v", got.Err)
	}
	if got := expand(t, `{goTemplateOptions: [missingkey=maybe], generators: []}`, Options{}); got.Err != nil {
		t.Errorf("without goTemplate: %v", got.Err)
	}
}

func TestDeepReplacesKeysAndDropsNulls(t *testing.T) {
	t.Parallel()
	value := map[string]any{"{{k}}": "{{v}}", "null": nil, "list": []any{nil, 1.0, true, map[string]any{"a": "{{v}}"}}}
	got, err := templater{}.deep(value, map[string]any{"k": "K", "v": "V"})
	want := map[string]any{"K": "V", "list": []any{nil, 1.0, true, map[string]any{"a": "V"}}}
	if diff := cmp.Diff(any(want), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestSlugify(t *testing.T) {
	t.Parallel()
	long := "feat/a_really+long_pull_request_name_to_test_argo_slugification_and_branch_name_shortening_feature"
	for _, test := range []struct {
		args []any
		want string
	}{
		{[]any{long}, "feat-a-really-long-pull-request-name-to-test-argo"},
		{[]any{49, false, "feat/areallylongpullrequestnametotestargoslugificationandbranchnameshorteningfeature"}, "feat-areallylongpullrequestnametotestargoslugific"},
		{[]any{50, true, "feat/testwithsmarttruncateenabledramdomlonglistofcharacters"}, "feat"},
		{[]any{10, "averyveryverylongword"}, "averyveryv"},
		{[]any{3, false, "ab"}, "ab"}, {[]any{0, false, "ab"}, ""}, {[]any{0, "ab"}, "ab"},
		{[]any{"v1.2..3"}, "v1-2-3"}, {[]any{4, "abcd-e"}, "abcd"}, {nil, ""},
		{[]any{1}, "error"}, {[]any{"x", "y"}, "error"}, {[]any{1, 2, "y"}, "error"}, {[]any{-1, "y"}, "error"},
	} {
		got, err := slugify(test.args...)
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("slugify %v gives %q, want %q", test.args, got, test.want)
		}
	}
}

func TestNormalizeIsShort(t *testing.T) {
	t.Parallel()
	if got := normalize(strings.Repeat("x", 300)); len(got) != 253 {
		t.Errorf("%d bytes, want 253", len(got))
	}
}
