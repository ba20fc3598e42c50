package action

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/argoplan/argoplan/internal/watch"
)

// environment is everything that a run takes from its process environment. No
// other code reads variables.
type environment struct {
	actions    bool // a GitHub Actions runner, or one that acts like it
	act        bool // nektos/act: a local run that must not publish unasked
	eventName  string
	eventPath  string
	repository string // owner/name
	serverURL  string
	apiURL     string
	sha        string
	workspace  string
	workflow   string
	job        string
	runID      int64
	runAttempt int64
	output     string // file for outputs; "" if there is none
	summary    string // file for the step summary; "" if there is none
	tempDir    string
	journal    watch.Journal
	home       string
	// certificates are files and directories that forwarded variables name.
	certificates []string
	path         string
	executable   string // this program
	noColor      bool
	columns      int // of the terminal; 0 if nobody says
	// dockerConfig is the file in which docker login keeps what it was told;
	// "" if there can be none.
	dockerConfig string
	// forwarded holds "NAME=value" of what child processes need to reach the
	// network: proxies and certificates, never a token.
	forwarded []string
	input     func(name string) string
}

// forwardedNames are variables that tools of every kind understand.
var forwardedNames = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
	"http_proxy", "https_proxy", "no_proxy", "all_proxy",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK",
}

// readEnvironment reads the variables that GitHub documents for a runner.
func readEnvironment(getenv func(string) string) environment {
	env := environment{
		actions: getenv("GITHUB_ACTIONS") == "true", act: getenv("ACT") == "true",
		eventName: getenv("GITHUB_EVENT_NAME"), eventPath: getenv("GITHUB_EVENT_PATH"),
		repository: getenv("GITHUB_REPOSITORY"),
		serverURL:  orDefault(getenv("GITHUB_SERVER_URL"), "https://github.com"),
		apiURL:     orDefault(getenv("GITHUB_API_URL"), "https://api.github.com"),
		sha:        getenv("GITHUB_SHA"), workspace: getenv("GITHUB_WORKSPACE"),
		workflow: getenv("GITHUB_WORKFLOW"), job: getenv("GITHUB_JOB"),
		runID: number(getenv("GITHUB_RUN_ID")), runAttempt: max(1, number(getenv("GITHUB_RUN_ATTEMPT"))),
		output: getenv("GITHUB_OUTPUT"), summary: getenv("GITHUB_STEP_SUMMARY"),
		tempDir: getenv("RUNNER_TEMP"), home: getenv("HOME"), journal: watch.Journal{File: getenv(watch.Variable)}, path: orDefault(getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"),
		noColor: getenv("NO_COLOR") != "", columns: int(number(getenv("COLUMNS"))), dockerConfig: dockerConfig(getenv),
		input: func(name string) string { return strings.TrimSpace(getenv(inputVariable(name))) },
	}
	// Without a name, what needs it says that it can't be opened.
	env.executable, _ = os.Executable()
	for _, name := range forwardedNames {
		if value := getenv(name); value != "" {
			env.forwarded = append(env.forwarded, name+"="+value)
			if strings.HasPrefix(name, "SSL_CERT_") {
				env.certificates = append(env.certificates, filepath.SplitList(value)...)
			}
		}
	}
	return env
}

// dockerConfig is where docker itself looks.
func dockerConfig(getenv func(string) string) string {
	if dir := getenv("DOCKER_CONFIG"); dir != "" {
		return filepath.Join(dir, "config.json")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".docker", "config.json")
	}
	return ""
}

// inputVariable is the name under which a runner passes an input: upper case,
// hyphens kept.
func inputVariable(name string) string { return "INPUT_" + strings.ToUpper(name) }

// runURL is the web page of this run; "" outside of a runner.
func (e environment) runURL() string {
	if e.runID == 0 || e.repository == "" {
		return ""
	}
	return e.serverURL + "/" + e.repository + "/actions/runs/" + strconv.FormatInt(e.runID, 10) +
		"/attempts/" + strconv.FormatInt(e.runAttempt, 10)
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
