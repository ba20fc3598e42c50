package shard

import (
	"errors"
	"fmt"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// Schema is the version of a bundle's form.
const Schema = 1

// Bundle is what one shard found out, without the manifests.
type Bundle struct {
	Schema int `json:"schema"`
	Shard  int `json:"shard"`
	Of     int `json:"of"`
	// Version is argoplan's, and Inputs a digest of the inputs that shape a
	// report. Both are the same in all shards of a run.
	Version string `json:"version"`
	Inputs  string `json:"inputs"`
	// Run is the ID of the workflow run, 0 outside of Actions. It is the same when
	// failed jobs run again.
	Run int64 `json:"run"`
	// Stopped is true if the shard ended before it rendered anything; Report.Incomplete
	// then says why.
	Stopped bool `json:"stopped,omitempty"`
	// Report is what holds for the whole run, without Applications.
	Report report.Report `json:"report"`
	// Entries are all Applications that the change can affect, in the report's
	// order.
	Entries []Entry `json:"entries"`
	// Secrets and Words are what the shard's Applications hold that is secret, and
	// what only looks like it; in a sealed bundle alone.
	Secrets []string `json:"secrets,omitempty"`
	Words   []string `json:"words,omitempty"`
}

// Entry is one Application: what came of it in its own shard's bundle, and in the
// others' the failure that it is if that bundle is missing.
type Entry struct {
	Shard int         `json:"shard"` // which one renders it
	Part  report.Part `json:"part"`
}

// ID says which shard left the bundle.
func (b *Bundle) ID() ID { return ID{b.Shard, b.Of} }

// Redact passes every text through hide.
func (b *Bundle) Redact(hide func(text string) string) {
	b.Report.Redact(hide)
	for i := range b.Entries {
		b.Entries[i].Part.Redact(hide)
	}
}

// What is read of a bundle at most.
const (
	maxJSON    = 64 << 20 // bytes
	maxObjects = 1 << 20  // of JSON
	maxEntries = 10_000
)

// parse reads the JSON of a bundle as data of a stranger.
func parse(data []byte) (*Bundle, error) {
	var b Bundle
	if err := report.Decode(data, &b, maxJSON, maxObjects); err != nil {
		return nil, err
	}
	return &b, b.sound()
}

// sound says where a bundle contradicts itself.
func (b *Bundle) sound() error {
	switch {
	case b.Schema != Schema:
		return fmt.Errorf("expected schema %d, found %d", Schema, b.Schema)
	case b.Of < 1 || b.Of > Most || b.Shard < 1 || b.Shard > b.Of:
		return fmt.Errorf("expected one of at most %d shards, found %d of %d", Most, b.Shard, b.Of)
	case len(b.Entries) > maxEntries || len(b.Report.Warnings) > maxEntries || b.Stopped && (len(b.Entries) > 0 || b.Report.Incomplete == ""):
		return errors.New("expected the Applications of a run, or why there is none")
	case len(b.Report.Applications) > 0:
		return errors.New("expected what holds for the whole run, found Applications in it")
	}
	if err := b.Report.Sound(); err != nil {
		return err
	}
	for i, e := range b.Entries {
		if i > 0 && !before(b.Entries[i-1], e) {
			return fmt.Errorf("expected each Application once, sorted, found %.200q again or too late", e.Part.Application.Name)
		}
		if err := b.soundEntry(e); err != nil {
			return fmt.Errorf("Application %.200q: %w", e.Part.Application.Name, err)
		}
	}
	return nil
}

func (b *Bundle) soundEntry(e Entry) error {
	if e.Shard < 1 || e.Shard > b.Of {
		return fmt.Errorf("expected a shard from 1 to %d, found %d", b.Of, e.Shard)
	}
	if e.Shard != b.Shard && e.Part.Application.State != report.Failed {
		return fmt.Errorf("expected what %s is to render, found that %s did", ID{e.Shard, b.Of}, b.ID())
	}
	return e.Part.Sound()
}

// before is the order of a report.
func before(a, b Entry) bool {
	x, y := a.Part.Application, b.Part.Application
	return x.Namespace < y.Namespace || x.Namespace == y.Namespace && x.Name < y.Name
}

// NotRendered is the failure of an Application whose shard left nothing.
func NotRendered(owner ID) error {
	return fault.WithHint(fmt.Errorf("not rendered: %s left no bundle", owner), "look at the log of that job, and run it again")
}
