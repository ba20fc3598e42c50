package action

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// inputs is what a run was asked to do, validated.
type inputs struct {
	repo          string
	baseRef       string
	headRef       string
	baseDir       string
	headDir       string
	reportDir     string
	repository    string
	aliases       []string
	baseBranch    string
	mirrors       []string
	kubeVersion   string
	apiVersions   []string
	controlPlane  string
	plugins       []string
	pluginEnv     []string
	pluginTimeout time.Duration
	parallel      int
	failOn        string
	publish       string
	token         string
	commentKey    string
	commentBytes  int
	pullRequest   int
	publishWait   time.Duration

	// For render alone.
	names       []string
	outputDir   string
	showSecrets bool
}

// errUsage is in the chain of every error about arguments and inputs.
var errUsage = errors.New("bad input")

// parse reads the flags, then the INPUT_ variables, then the defaults: the
// first that is there wins. All problems are reported together.
func parse(c command, args []string, env environment, usage io.Writer) (inputs, error) {
	var in inputs
	flags := flag.NewFlagSet("argoplan "+c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	given := map[string]*string{}
	for _, d := range c.definitions {
		given[d.name] = flags.String(d.name, "", d.help)
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		printUsage(usage, c)
		return in, err
	} else if err != nil {
		return in, fmt.Errorf("%w: %w", errUsage, err)
	}
	if in.names = flags.Args(); len(in.names) > 0 && !c.names {
		return in, fmt.Errorf("%w: expected flags only, found %q; try argoplan --help", errUsage, flags.Arg(0))
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	return in, in.fill(c.definitions, func(d definition) string {
		if set[d.name] {
			return *given[d.name]
		}
		return orDefault(env.input(d.name), d.value)
	})
}

// fill takes each input's value through its validation, then checks what
// belongs together.
func (in *inputs) fill(list []definition, value func(definition) string) error {
	var problems []error
	for _, d := range list {
		if err := d.set(in, value(d)); err != nil {
			problems = append(problems, fmt.Errorf("%w %s: %w", errUsage, d.name, err))
		}
	}
	return errors.Join(append(problems, in.conflicts()...)...)
}

// conflicts says which inputs of diff don't go together.
func (in *inputs) conflicts() (problems []error) {
	if in.failOn == "" {
		return nil // not diff
	}
	if (in.baseDir == "") != (in.headDir == "") {
		problems = append(problems, fmt.Errorf("%w: base-dir and head-dir go together, found only one", errUsage))
	}
	if in.baseDir != "" && (in.baseRef != "" || in.headRef != "") {
		problems = append(problems, fmt.Errorf("%w: expected two directories or two revisions, found both", errUsage))
	}
	return problems
}

// lines splits an input that holds a list, one entry a line. Empty lines and
// comments are left out.
func lines(s string) []string {
	var list []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}
