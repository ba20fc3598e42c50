package report

import "reflect"

// unhidden are the fields in our own words, and commits.
var unhidden = map[string]bool{"Rule": true, "Type": true, "SHA": true, "Repository": true}

// Redact passes every text of the report through hide, which gives it without
// what is secret. The same text becomes the same text everywhere, so that what
// names each other still does. The objects of changes are left alone: they are
// masked already.
func (r *Report) Redact(hide func(text string) string) { redact(reflect.ValueOf(r).Elem(), hide) }

func redact(v reflect.Value, hide func(string) string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(hide(v.String()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			redact(v.Index(i), hide)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !unhidden[v.Type().Field(i).Name] {
				redact(v.Field(i), hide)
			}
		}
	}
}
