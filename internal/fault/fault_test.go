package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestErrorNamesFileAndKeepsHint(t *testing.T) {
	t.Parallel()
	cause := errors.New("found a tab")
	err := fmt.Errorf("rendering: %w", InFile(WithHint(cause, "use %s", "spaces"), "a.yaml"))
	if got, want := err.Error(), "rendering: a.yaml: found a tab"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got := HintOf(err); got != "use spaces" {
		t.Errorf("HintOf = %q", got)
	}
	if got := FileOf(err); got != "a.yaml" {
		t.Errorf("FileOf = %q", got)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

func TestOutermostHintAndInnermostFileWin(t *testing.T) {
	t.Parallel()
	err := InFile(WithHint(InFile(WithHint(errors.New("x"), "inner"), "in.yaml"), "outer"), "out.yaml")
	if HintOf(err) != "outer" || FileOf(err) != "in.yaml" {
		t.Errorf("hint %q, file %q; want outer, in.yaml", HintOf(err), FileOf(err))
	}
}

func TestNothingComesOfNothing(t *testing.T) {
	t.Parallel()
	if WithHint(nil, "x") != nil || InFile(nil, "x") != nil {
		t.Error("an error was made out of nil")
	}
	if HintOf(nil) != "" || FileOf(errors.New("x")) != "" {
		t.Error("a hint or a file was made up")
	}
}

func TestSkipIsRecognised(t *testing.T) {
	t.Parallel()
	var u *Unsupported
	if err := fmt.Errorf("fetching: %w", Skip("no %s yet", "OCI")); !errors.As(err, &u) || u.Reason != "no OCI yet" {
		t.Errorf("got %v", err)
	}
}
