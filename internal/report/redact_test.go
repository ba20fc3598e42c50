package report

import (
	"reflect"
	"testing"
)

// TestRedactReachesEveryText hides everything, and looks for what is left.
func TestRedactReachesEveryText(t *testing.T) {
	t.Parallel()
	r := example(t)
	r.Applications[0].Renames = []Rename{{From: "a", To: "b", Meaning: "c"}}
	n := 0
	r.Redact(func(string) string { n++; return "hidden" })
	if n < 80 {
		t.Errorf("%d texts were hidden", n)
	}
	left := map[string]bool{}
	texts(reflect.ValueOf(r).Elem(), "", left)
	for at := range left {
		if !unhidden[at] {
			t.Errorf("%s is not hidden", at)
		}
	}
	if r.Applications[0].State != Skipped || r.Base.SHA == "hidden" {
		t.Errorf("states and commits are hidden: %v, %v", r.Applications[0].State, r.Base)
	}
}

// texts collects the names of the fields whose text isn't "hidden".
func texts(v reflect.Value, field string, into map[string]bool) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" && v.String() != "hidden" {
			into[field] = true
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), field, into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), v.Type().Field(i).Name, into)
		}
	}
}
