package render

import "testing"

// What a parameter without an end means changed with Helm 4.
func TestParameterWithoutEnd(t *testing.T) {
	t.Parallel()
	for engine, fails := range map[helmEngine]bool{helm3Engine{}: true, helm4Engine{}: false} {
		for _, set := range []func(string, map[string]any) error{engine.set, engine.setString} {
			values := map[string]any{"kept": true}
			if err := set("list[=x", values); (err != nil) != fails || len(values) != 1 {
				t.Errorf("%s: %v, values %v", engine.tool(), err, values)
			}
		}
		values := map[string]any{}
		if err := engine.setText("a.b", "one,two", values); err != nil || values["a"].(map[string]any)["b"] != "one,two" {
			t.Errorf("%s: %v, values %v", engine.tool(), err, values)
		}
	}
}
