package compare

import "testing"

// TestExplain says which changes a second render has to be asked about: those
// with a word that the change itself did not write.
func TestExplain(t *testing.T) {
	t.Parallel()
	const before, after = "replicas: 2\nimage: {tag: 1.0.2}\nkept: 77\nmode: slow\nversion: 1.3.0\n", "replicas: 3\nimage: {tag: 1.0.3}\nkept: 77\nmode: fast\nversion: 1.4.0\n"
	deploy := func(image, count, random string) string {
		return with(deployText, "COUNT", count, "SUM", "s", "RANDOM", random, "EXTRA", "e", "image: b", "image: "+image)
	}
	job := func(name string) string { return with(jobText, "NAME", name) }
	for name, tt := range map[string]struct {
		base, head string
		want       bool
	}{
		"nothing":                        {deploy("a:1", "2", "x"), deploy("a:1", "2", "x"), true},
		"a tag and a number":             {deploy("host/a:1.0.2", "2", "x"), deploy("host/a:1.0.3", "3", "x"), true},
		"a word that was written alone":  {deploy("a:1", "2", "slow"), deploy("a:1", "2", "fast"), true},
		"a part of a label":              {with(mapText, "VALUE", "chart-1.3.0", "LAST", "x"), with(mapText, "VALUE", "chart-1.4.0", "LAST", "x"), true},
		"and one that nobody wrote":      {deploy("host/a:1.0.2", "2", "kq3v"), deploy("host/a:1.0.3", "3", "zz8r"), false},
		"written at one side only":       {deploy("a:1", "2", "x7"), deploy("a:1", "3", "x7"), true},
		"made up where it was written":   {deploy("a:1", "2", "slow"), deploy("a:1", "2", "q8"), false},
		"made up, and written at head":   {deploy("a:1", "2", "q8"), deploy("a:1", "2", "fast"), false},
		"a word that stayed":             {deploy("a:1", "2", "q8"), deploy("a:1", "2", "77"), false},
		"a masked value":                 {with(secretText, "PW", "b2Zm"), with(secretText, "PW", "b24="), false},
		"a list that grows by such":      {with(mapText, "VALUE", "a, slow", "LAST", "b"), with(mapText, "VALUE", "a", "LAST", "b, fast, 3"), true},
		"a list that grows by others":    {with(mapText, "VALUE", "a", "LAST", "b"), with(mapText, "VALUE", "a", "LAST", "b, c"), false},
		"a key that nobody wrote":        {with(mapText, "list:", "fast: 1\nlist:"), with(mapText, "list:", "kq3v: 1\nlist:"), false},
		"resources at head alone":        {job("one"), job("one") + "---\n" + job("two"), true},
		"at base alone":                  {job("one") + "---\n" + job("two"), job("one"), true},
		"a name that may be made up":     {job("run-kq3v"), job("run-zz8r"), false},
		"a value that went, as did more": {deploy("a:1", "2", "slow") + "---\n" + job("two"), deploy("a:1", "2", "fast"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := New([]byte("key"), Options{}).Compare(these(t, tt.base), these(t, tt.head))
			if err != nil {
				t.Fatal(err)
			}
			w := NewWritten()
			w.Learn([]byte(before), []byte(after))
			if got := w.Explain(r); got != tt.want {
				t.Errorf("got %t, want %t; the change takes away %v and brings %v", got, tt.want, w.removed, w.added)
			}
			if (*Written)(nil).Explain(r) {
				t.Error("nothing is known, and still all is explained")
			}
		})
	}
}
