package git

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// TestObjectsEnd asks for objects when nobody answers any more: each question gets
// the cause, and none waits for ever.
func TestObjectsEnd(t *testing.T) {
	t.Parallel()
	s := repository(t, map[string]string{"a": "1", "b": "22"})
	ids := []string{s.files["a"].ID, s.files["b"].ID}
	at := Call{Dir: t.TempDir(), Env: s.at.Env}
	ctx, cancel := context.WithCancel(t.Context())
	stopped := OpenObjects(ctx, s.options, at)
	defer stopped.Close()
	if got, err := stopped.Blobs(ids, 10); err != nil || len(got) != 2 || string(got[1]) != "22" {
		t.Fatalf("got %q, %v", got, err)
	}
	cancel()
	<-stopped.ended
	unknown := OpenObjects(t.Context(), Options{Env: []string{"PATH=" + t.TempDir()}}, at)
	defer unknown.Close()
	for name, tt := range map[string]struct {
		objects *Objects
		want    error
		says    string
	}{
		"the run is over": {stopped, context.Canceled, "git cat-file"},
		"there is no git": {unknown, exec.ErrNotFound, "git"},
	} {
		for range 2 {
			_, one := tt.objects.Blob(ids[0], 10)
			_, all := tt.objects.Blobs(ids, 10)
			for _, err := range []error{one, all} {
				if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		}
	}
}
