package action

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/argoplan/argoplan/internal/cache"
	"github.com/argoplan/argoplan/internal/process"
)

// openCache opens the part of cache-dir that this run may use. Without it a run
// is slower and nothing else, so nothing about it is an error but an input that
// gives it to plugins.
func (d *comparison) openCache(plugins *process.Sandbox, refused error) error {
	if d.in.cacheDir == "" {
		return nil
	}
	for _, path := range d.in.pluginWrite {
		if below(path, d.in.cacheDir) || below(d.in.cacheDir, path) {
			return fmt.Errorf("%w plugin-write: expected nothing of cache-dir, found %s: what plugins write there later runs would believe", errUsage, path)
		}
	}
	space, ok := d.cacheSpace()
	switch {
	case !ok:
		d.log.info("cache-dir is not used: nobody says which pull request this is")
		return nil
	case len(d.plugins) > 0 && refused == nil && (plugins == nil || len(plugins.Weaknesses()) > 0):
		d.log.warn("", 0, "cache-dir is not used: plugins are not confined, and could write there what later runs believe")
		return nil
	}
	build, err := buildOf(d.env.executable)
	if err == nil {
		d.cache, err = cache.Open(d.in.cacheDir, cache.Options{Space: space, Limit: int64(d.in.cacheSize) << 20, Now: time.Now})
	}
	if err != nil {
		d.log.warn("", 0, "cache-dir can't be used: "+err.Error())
	}
	d.build = build
	return nil
}

// cacheSpace keeps apart what a stranger's pull request may shape: nobody else's
// run reads it, nor another pull request's.
func (d *comparison) cacheSpace() (space string, ok bool) {
	if !untrusted(d.env, d.event) {
		return "trusted", true
	}
	number := d.event.pullRequest()
	name := sha256.Sum256([]byte(strings.ToLower(d.repositoryName())))
	return fmt.Sprintf("pull-%x-%d", name[:8], number), number > 0
}

// closeCache makes room in cache-dir and says once if it could not be used.
func (d *comparison) closeCache() {
	if err := d.cache.Close(); err != nil {
		d.log.warn("", 0, "cache-dir could not be used for everything: "+err.Error())
	}
	d.cache = nil
}

// below says whether a path is a directory or lies in it.
func below(path, dir string) bool {
	one, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	two, err := filepath.Abs(dir)
	return err == nil && (one == two || strings.HasPrefix(one, strings.TrimSuffix(two, "/")+"/"))
}
