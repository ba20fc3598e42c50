package argocd

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := NewSecret("hunter2")
	type inner struct{ Password, other Secret }
	around := struct {
		in      inner
		Pointer *Secret
		List    []Secret
	}{inner{s, s}, &s, []Secret{s}}
	texts := []string{
		fmt.Sprint(s), fmt.Sprintf("%s %v %+v %#v %q %x", s, s, s, s, s, s),
		fmt.Sprintf("%v %+v %#v", around, around, around), fmt.Sprint(fmt.Errorf("with %v", s)),
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, func(v any) ([]byte, error) { return yaml.Marshal(v) }} {
		for _, v := range []any{s, around, map[string]Secret{"a": s}, inner{s, s}} {
			data, err := marshal(v)
			if err != nil {
				t.Error(err)
			}
			texts = append(texts, string(data))
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("with", "secret", s, "around", around)
	for _, text := range append(texts, log.String()) {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("the secret is in %s", text)
		}
	}
	if s.Reveal() != "hunter2" || s.String() != "[hidden]" || s.IsEmpty() {
		t.Errorf("got %q and %q", s.Reveal(), s)
	}
	if none := NewSecret(""); none.Reveal() != "" || none.String() != "" || !none.IsEmpty() {
		t.Errorf("an empty secret is %q", none)
	}
}
