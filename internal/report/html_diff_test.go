package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// notation writes groups as one line each, marks in brackets.
func notation(groups []lineGroup) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(g.Sort + ":")
		for _, p := range g.Parts {
			if p.Mark {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		b.WriteString("|")
	}
	return strings.ReplaceAll(b.String(), "\n", "/")
}

func TestGroupLines(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, diff, want string }{
		{"nothing", "", ""},
		{"sorts", "@@ spec @@\n! order changed\n  a\n- b\n", "i:@@ spec @@|em:! order changed|span:  a|del:- b|"},
		{"runs are one group", "+ a\n+ b\n+ c", "ins:+ a/+ b/+ c|"},
		{"what differs in a line is marked", "- image: a:1.2\n+ image: a:1.3", "del:- image: a:1.[2]|ins:+ image: a:1.[3]|"},
		{"line by line", "- a: same1\n- b: same2\n+ a: same3\n+ b: same4", "del:- a: same[1]/- b: same[2]|ins:+ a: same[3]/+ b: same[4]|"},
		{"other numbers of lines", "- a\n+ a\n+ b", "del:- a|ins:+ a/+ b|"},
		{"little in common", "- checksum: 1234567890123456789012345678901234567890\n+ checksum: abcdefabcdefabcdefabcdefabcdefabcdefabcd",
			"del:- checksum: 1234567890123456789012345678901234567890|ins:+ checksum: abcdefabcdefabcdefabcdefabcdefabcdefabcd|"},
		{"only longer", "- aaaa\n+ aaaaaa", "del:- aaaa|ins:+ aaaa[aa]|"},
		{"whole characters", "- name: xä\n+ name: xö", "del:- name: x[ä]|ins:+ name: x[ö]|"},
		{"whole characters at the end", "- name: äx\n+ name: Ťx", "del:- name: [ä]x|ins:+ name: [Ť]x|"},
		{"a bare sign", "-\n+", "del:-|ins:+|"},
		{"added after removed elsewhere", "- a\n  b\n+ a", "del:- a|span:  b|ins:+ a|"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, notation(groupLines(tt.diff))); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}
