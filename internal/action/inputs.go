package action

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/shard"
	"github.com/argoplan/argoplan/internal/standin"
)

// inputs is what a run was asked to do, validated.
type inputs struct {
	repo            string
	baseRef         string
	headRef         string
	baseDir         string
	headDir         string
	reportDir       string
	repository      string
	aliases         []string
	baseBranch      string
	applications    []string
	applicationsDir string
	selection       string
	mirrors         []string
	credentials     argocd.Secret
	credentialFiles []string
	knownHosts      string
	submodules      bool
	lfs             bool
	argocdVersion   argocd.Version
	kubeVersion     string
	apiVersions     []string
	clusterVersions string
	settings        string
	controlPlane    string
	// clusters are files, as generatorParameters is one.
	clusters            []string
	generatorParameters string
	plugins             []string
	pluginEnv           []string
	allowedHosts        []string
	denyPrivate         bool
	pluginSandbox       string
	pluginRead          []string
	pluginWrite         []string
	renderTimeout       time.Duration
	maxMemory           int
	pluginTimeout       time.Duration
	redact              []compare.Rule
	standIns            standin.Set
	parallel            int
	cacheDir            string
	cacheSize           int // MiB
	failOn              string
	mode                string
	shard               shard.ID
	bundles             string // a directory
	bundleKey           string
	digest              string // of what shapes a report
	allowUntrusted      bool
	publish             string
	token               string
	commentKey          string
	commentBytes        int
	pullRequest         int
	publishWait         time.Duration

	// For diff alone, and not an input of the action.
	format string

	// For render or list alone.
	json        bool
	names       []string
	outputDir   string
	showSecrets bool

	// For whoever measures a command.
	cpuProfile string
	memProfile string
	timings    bool // of diff alone
}

// errUsage is in the chain of every error about arguments and inputs.
var errUsage = errors.New("bad input")

// parse reads the flags, then the INPUT_ variables, then the defaults: the
// first that is there wins. All problems are reported together.
func parse(c command, args []string, env environment, usage io.Writer) (inputs, error) {
	var in inputs
	flags := flag.NewFlagSet("argoplan "+c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	given := map[string]*value{}
	for _, d := range c.definitions {
		given[d.name] = &value{boolean: d.value == "false" || d.value == "true"}
		flags.Var(given[d.name], d.name, d.help)
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
	return in, in.fill(c, func(d definition) string {
		if v := given[d.name]; v.given {
			return v.text
		}
		return orDefault(env.input(d.name), d.value)
	})
}

// value is a flag as it was given; validation comes later, for flags and
// inputs alike.
type value struct {
	text    string
	given   bool
	boolean bool
}

// String gives the text.
func (v *value) String() string { return v.text }

// Set keeps the text.
func (v *value) Set(text string) error {
	v.text, v.given = text, true
	return nil
}

// IsBoolFlag lets --flag stand for --flag=true.
func (v *value) IsBoolFlag() bool { return v.boolean }

// fill takes each input's value through its validation, then checks what
// belongs together.
func (in *inputs) fill(c command, value func(definition) string) error {
	var problems []error
	in.digest = digestOf(c, value)
	for _, d := range c.definitions {
		if err := d.set(in, value(d)); err != nil {
			problems = append(problems, fmt.Errorf("%w %s: %w", errUsage, d.name, err))
		}
	}
	if c.name == "diff" || c.name == "list" {
		problems = append(problems, in.conflicts()...)
		problems = append(problems, in.sharded()...)
	}
	return errors.Join(problems...)
}

// conflicts says which inputs of diff don't go together.
func (in *inputs) conflicts() (problems []error) {
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
