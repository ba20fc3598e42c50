package comment

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// A token of Gitea without the scope read:user may not ask whose it is.
func TestTokenThatMayNotAsk(t *testing.T) {
	t.Parallel()
	q := request("new text")
	old := q.Marker.String() + "\nold text"
	tests := []struct {
		name   string
		levels map[string]string
		seed   [][2]string // author and text
		want   string      // methods that write, in order
	}{
		{"no comment", nil, nil, "POST"},
		{"its own comment", nil, [][2]string{{"ci", old}}, "PATCH"},
		{"its own, up to date", nil, [][2]string{{"ci", q.Body(DefaultBudget)}}, ""},
		{"a stranger's copy of what it would say", nil, [][2]string{{"mallory", q.Body(DefaultBudget)}}, "POST"},
		{"a stranger's copy before its own", nil, [][2]string{{"mallory", old}, {"ci", old}}, "PATCH"},
		{"a stranger's copy that it may edit", map[string]string{"ci": "write"}, [][2]string{{"mallory", old}}, "POST"},
		{"its own, and it may edit others'", map[string]string{"ci": "write"}, [][2]string{{"mallory", old}, {"ci", old}}, "PATCH"},
		{"its own, as an administrator", map[string]string{"ci": "admin"}, [][2]string{{"mallory", old}, {"ci", old}}, "PATCH"},
		{"a copy by someone who may write, as an administrator",
			map[string]string{"ci": "admin", "mallory": "write"}, [][2]string{{"mallory", old}}, "POST"},
		{"duplicates", nil, [][2]string{{"ci", old}, {"ci", old}}, "PATCH DELETE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			s.SetUser("ci", false)
			s.LimitToken(tt.levels)
			for _, c := range tt.seed {
				s.SeedComment(c[0], c[1])
			}
			for _, want := range []string{tt.want, tt.want} { // the second run writes nothing more
				if _, err := upsertOnce(t, s, q); err != nil || written(s) != want {
					t.Errorf("wrote %q, want %q; %v", written(s), want, err)
				}
			}
			wantOne(t, s, q, "new text")
			for _, c := range s.Comments() {
				if c.Author == "mallory" && !strings.Contains(old+q.Body(DefaultBudget), c.Body) {
					t.Errorf("a stranger's comment says now: %s", c.Body)
				}
			}
		})
	}
}

func written(s *githubtest.Server) string {
	var methods []string
	for _, m := range s.Mutations() {
		methods = append(methods, m.Method)
	}
	return strings.Join(methods, " ")
}

// Where the server tells nothing, a comment is made anew rather than one of
// somebody else taken for ours.
func TestNobodySaysWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.SetUser("ci", false)
	s.LimitToken(nil)
	q := request("new text")
	s.SeedComment("mallory", q.Body(DefaultBudget))
	refused := githubtest.Response{Status: 403, Body: `{"message":"token does not have at least one of required scope(s)"}`}
	s.Queue("GET", "/repos/octo/shop/collaborators/mallory/permission", refused)
	s.SeedComment("ci", q.Marker.String()+"\nold text")
	s.Queue("GET", "/repos/octo/shop/collaborators/ci/permission", refused)
	got, err := upsertOnce(t, s, q)
	if err != nil || written(s) != "POST PATCH DELETE" || !strings.Contains(strings.Join(got.Notes, "\n"), "read:user") {
		t.Errorf("wrote %q: %+v, %v", written(s), got, err)
	}
	wantOne(t, s, q, "new text")
}
