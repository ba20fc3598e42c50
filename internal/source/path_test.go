package source

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPath(t *testing.T) {
	t.Parallel()
	root := tree(t, "apps/web/Chart.yaml", "", "file.yaml", "")
	outside := t.TempDir()
	for link, target := range map[string]string{"inside": "apps", "outside": outside} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct{ path, want, wantErr string }{
		"root":         {path: "", want: root},
		"dot":          {path: ".", want: root},
		"below":        {path: "apps/web", want: filepath.Join(root, "apps/web")},
		"slash at end": {path: "apps/web/", want: filepath.Join(root, "apps/web")},
		"comes back":   {path: "apps/../apps", want: filepath.Join(root, "apps")},
		"link inside":  {path: "inside/web", want: filepath.Join(root, "inside/web")},
		"absolute":     {path: "/apps", wantErr: "/apps: app path is absolute"},
		"escapes":      {path: "../x", wantErr: "../x: app path outside root"},
		"missing":      {path: "apps/api", wantErr: "apps/api: app path does not exist"},
		"file":         {path: "file.yaml", wantErr: "file.yaml: app path is not a directory"},
		"below a file": {path: "file.yaml/x", wantErr: "file.yaml/x: reading the app path"},
		"link outside": {path: "outside", wantErr: "outside: app path outside root"},
		"sibling name": {path: "../" + filepath.Base(root) + "-other", wantErr: "app path outside root"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Path(root, tt.path)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
