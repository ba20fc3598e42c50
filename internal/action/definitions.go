package action

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/shard"
	"github.com/argoplan/argoplan/internal/standin"
)

// definition is one input of action.yml, which is also a flag of the same
// name. A test holds action.yml and the README's table against this list.
type definition struct {
	name  string
	value string // the default
	help  string
	set   func(in *inputs, value string) error
}

// defaultKubeVersion is the newest Kubernetes release that the linked Helm
// knows. Helm's own default is years older when it is linked as a library.
const defaultKubeVersion = "1.37.0"

// definitions is the one list of inputs.
func definitions() []definition {
	return []definition{
		{"base-ref", "", "Revision to compare from: branch, tag or commit. Default: the first parent of a pull request's merge commit, or what the event names; outside of Actions, where the branch left the default branch.",
			text(func(in *inputs) *string { return &in.baseRef })},
		{"head-ref", "", "Revision to compare to. Default: the commit that is checked out; outside of Actions, the working tree.",
			text(func(in *inputs) *string { return &in.headRef })},
		{"base-dir", "", "Directory to compare from, instead of a revision. Goes with head-dir; no Git is needed.",
			text(func(in *inputs) *string { return &in.baseDir })},
		{"head-dir", "", "Directory to compare to, instead of a revision.",
			text(func(in *inputs) *string { return &in.headDir })},
		{"repo", ".", "Directory of the Git repository.",
			text(func(in *inputs) *string { return &in.repo })},
		{"repository", "", "This repository as owner/name. Default: GITHUB_REPOSITORY, or the remote origin.",
			text(func(in *inputs) *string { return &in.repository })},
		{"repository-aliases", "", "Other URLs by which Applications name this repository, one a line.",
			list(func(in *inputs) *[]string { return &in.aliases })},
		{"base-branch", "", "Branch that a merge goes to. Sources that follow it are read from the two revisions. Default: the pull request's base, or the default branch.",
			text(func(in *inputs) *string { return &in.baseBranch })},
		{"applications", "", "Where in the repository Applications stand, one pattern a line (** crosses directories). Default: anywhere.",
			list(func(in *inputs) *[]string { return &in.applications })},
		{"applications-dir", "", "Directory, or file, that holds the Applications, settings and plugins instead of the repository: another checkout, or what kubectl get applications -A -o yaml prints. They are the same on both sides.",
			text(func(in *inputs) *string { return &in.applicationsDir })},
		{"select", "affected", "Which Applications to render: affected, or all.",
			choice(func(in *inputs) *string { return &in.selection }, "affected", "all")},
		{"mirrors", "", "Where to fetch Helm repositories from instead, one a line: URL=REPLACEMENT. URL is a prefix of a repoURL, REPLACEMENT a URL or a directory that holds index.yaml.",
			list(func(in *inputs) *[]string { return &in.mirrors })},
		{"credentials", "", "Logins for repositories and registries, from a workflow secret: Secrets in Argo CD's form, with the label argocd.argoproj.io/secret-type: repository or repo-creds, as YAML.",
			secret(func(in *inputs) *argocd.Secret { return &in.credentials })},
		{"credentials-files", "", "Files that hold such Secrets, one a line. A login of docker login is used, too.",
			list(func(in *inputs) *[]string { return &in.credentialFiles })},
		{"allowed-hosts", "", "Hosts that runs may ask whatever their address is, and for pull requests from forks besides those that the base revision names, one a line: a name, an address, or *.suffix. Without it no address of this machine or of a cloud's metadata is asked.",
			list(func(in *inputs) *[]string { return &in.allowedHosts })},
		{"deny-private-networks", "false", "Ask no address of a private network, but those of allowed-hosts.",
			boolean(func(in *inputs) *bool { return &in.denyPrivate })},
		{"ssh-known-hosts", "", "Host keys of Git servers, as lines of ssh's known_hosts file. Default: those of the machine. An unknown host is refused.",
			text(func(in *inputs) *string { return &in.knownHosts })},
		{"submodules", "false", "Whether to fetch the submodules of Git repositories, as Argo CD does unless it is told otherwise. Without them a source that reads one is skipped.",
			boolean(func(in *inputs) *bool { return &in.submodules })},
		{"lfs", "false", "Whether to fetch the Git LFS files of repositories whose Secret has enableLfs. Without them a source in such a repository is skipped.",
			boolean(func(in *inputs) *bool { return &in.lfs })},
		{"argocd-version", argocd.DefaultVersion, "Argo CD version whose behaviour counts, 2.14 or later: major.minor. From 3.5 on charts render with Helm 4, before with Helm 3.",
			argocdVersion(func(in *inputs) *argocd.Version { return &in.argocdVersion })},
		{"kube-version", defaultKubeVersion, "Kubernetes version of the destination clusters, as .Capabilities.KubeVersion shows it.",
			text(func(in *inputs) *string { return &in.kubeVersion })},
		{"api-versions", "", "API versions that the destination clusters serve beyond Helm's own list, one a line: group/version or group/version/Kind.",
			list(func(in *inputs) *[]string { return &in.apiVersions })},
		{"cluster-versions", "", "YAML file that gives single destinations other versions: a list clusters, each with name or server, kubeVersion and apiVersions.",
			text(func(in *inputs) *string { return &in.clusterVersions })},
		{"settings", "", "File that holds Argo CD's settings, instead of what each revision holds: the argocd-cm ConfigMap, or values of the argo-cd chart with configs.cm.",
			text(func(in *inputs) *string { return &in.settings })},
		{"control-plane-namespace", "argocd", "Namespace that Argo CD runs in.",
			text(func(in *inputs) *string { return &in.controlPlane })},
		{"clusters", "", "Files that hold the Secrets of clusters, one a line, for the clusters generator of ApplicationSets: in Argo CD's form, with the label argocd.argoproj.io/secret-type: cluster. Default: those that each revision holds.",
			list(func(in *inputs) *[]string { return &in.clusters })},
		{"generator-parameters", "", "YAML file with parameters for generators that ask a service, such as pullRequest: by the ApplicationSet's name, then the generator's index from 0, a list of maps. Without it such a generator is skipped.",
			text(func(in *inputs) *string { return &in.generatorParameters })},
		{"plugins", "", "Files that define config management plugins, one a line, instead of those found at base: plugin.yaml, the argocd-cmp-cm ConfigMap, or values of the argo-cd chart.",
			list(func(in *inputs) *[]string { return &in.plugins })},
		{"plugin-env", "", "Environment of config management plugins, one NAME=VALUE a line.",
			assignments(func(in *inputs) *[]string { return &in.pluginEnv })},
		{"plugin-sandbox", sandboxAuto, "How to confine plugins: auto (as far as the machine allows; none runs for a stranger's pull request if that isn't far enough), required (never less than that), best-effort (as far as the machine allows, for everybody), or off.",
			choice(func(in *inputs) *string { return &in.pluginSandbox }, sandboxAuto, sandboxRequired, sandboxBestEffort, sandboxOff)},
		{"plugin-read", "", "Directories and files that plugins may read, besides those of the system and of PATH, one a line.",
			list(func(in *inputs) *[]string { return &in.pluginRead })},
		{"plugin-write", "", "Directories and files that plugins may write to, besides their private ones, one a line.",
			list(func(in *inputs) *[]string { return &in.pluginWrite })},
		{"plugin-timeout", "90s", "How long a config management plugin may take for one Application at one side.",
			duration(func(in *inputs) *time.Duration { return &in.pluginTimeout })},
		{"stand-ins", "", "Commands that decrypt with keys a preview does not have, one a line: argocd-vault-plugin, helm-secrets, ksops or sops; NAME=COMMAND for one by another name. A stand-in takes the place of each: what is encrypted is shown as a digest.",
			standIns(func(in *inputs) *standin.Set { return &in.standIns })},
		{"redact", "", "Values to mask beside those of Secrets, one KIND PATH a line, such as ConfigMap data.password or *.example.com/Vault spec.users.*.token. KIND alone masks all that it holds.",
			rules(func(in *inputs) *[]compare.Rule { return &in.redact })},
		{"render-timeout", "5m", "How long one Application may take to render at one side, and to compare.",
			duration(func(in *inputs) *time.Duration { return &in.renderTimeout })},
		{"max-memory", "0", "How much memory a run may use, in MiB. An Application that needs more fails, and the others are rendered without it. 0 means three quarters of what is free.",
			count(func(in *inputs) *int { return &in.maxMemory })},
		{"parallel", "0", "How many renders run at once. 0 means one per processor.",
			count(func(in *inputs) *int { return &in.parallel })},
		{"cache-dir", "", "Directory that keeps charts, indexes, commits and renders from one run to the next, for actions/cache. Default: none. See docs/cache.md.",
			text(func(in *inputs) *string { return &in.cacheDir })},
		{"cache-size", "1024", "How large cache-dir may be at the end of a run, in MiB. What was not used for longest goes first.",
			count(func(in *inputs) *int { return &in.cacheSize })},
		{"report-dir", "argoplan-report", "Directory for report.json, report.md, report.html and the manifests.",
			text(func(in *inputs) *string { return &in.reportDir })},
		{"fail-on", "none", "Which result ends with exit status 3: none, changes, removals or dangers.",
			choice(func(in *inputs) *string { return &in.failOn }, "none", "changes", "removals", "dangers")},
		{"mode", "auto", "What to do: auto (all), render (write the report, without any use of the token), comment (in a workflow_run job, write the comment of the report that another job left in report-dir; see docs/forks.md), or merge (make one report of what the shards of a run left in bundles; see docs/scale.md).",
			choice(func(in *inputs) *string { return &in.mode }, "auto", "render", "comment", "merge")},
		{"shard", "", "Which part of the affected Applications to render, such as 2/8, where several jobs share the work. Leaves a bundle in report-dir, writes no comment, and ends with 0 if the part could be done. See docs/scale.md.",
			shardID(func(in *inputs) *shard.ID { return &in.shard })},
		{"bundles", "argoplan-bundles", "Directory that holds the bundles of all shards, for mode merge: the files, or directories with a file each.",
			text(func(in *inputs) *string { return &in.bundles })},
		{"bundle-key", "", "Key that encrypts bundles, from a workflow secret, of at least 32 characters. With it, what is secret in one shard's Applications is hidden in the others', too.",
			text(func(in *inputs) *string { return &in.bundleKey })},
		{"allow-untrusted-code", "false", "Render pull requests from forks also where the job has the repository's secrets: pull_request_target and the like.",
			boolean(func(in *inputs) *bool { return &in.allowUntrusted })},
		{"publish", "auto", "Whether to write the pull request comment: auto (if there is a pull request and a token; not under act), comment, or none.",
			choice(func(in *inputs) *string { return &in.publish }, "auto", "comment", "none")},
		{"token", "", "Token that may write pull request comments. The action's default is the job's own token.",
			text(func(in *inputs) *string { return &in.token })},
		{"pull-request", "0", "Number of the pull request to comment on. Default: the event's.",
			count(func(in *inputs) *int { return &in.pullRequest })},
		{"comment-key", "", "Tells the comments of several argoplan steps in one job apart.",
			text(func(in *inputs) *string { return &in.commentKey })},
		{"max-comment-bytes", "65000", "Largest comment to write, in bytes: 1000 to 262000. A larger report is shortened.",
			between(func(in *inputs) *int { return &in.commentBytes }, 1000, 262000)},
		{"publish-timeout", "120s", "How long to try to write the comment.",
			duration(func(in *inputs) *time.Duration { return &in.publishWait })},
	}
}

func text(field func(*inputs) *string) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		*field(in) = v
		return nil
	}
}

func secret(field func(*inputs) *argocd.Secret) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		*field(in) = argocd.NewSecret(v)
		return nil
	}
}

func boolean(field func(*inputs) *bool) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		switch v {
		case "true", "True", "TRUE":
			*field(in) = true
		case "false", "False", "FALSE":
			*field(in) = false
		default:
			return fmt.Errorf("expected true or false, found %q", v)
		}
		return nil
	}
}

func argocdVersion(field func(*inputs) *argocd.Version) func(*inputs, string) error {
	return func(in *inputs, v string) (err error) {
		*field(in), err = argocd.ParseVersion(v)
		return err
	}
}

func shardID(field func(*inputs) *shard.ID) func(*inputs, string) error {
	return func(in *inputs, v string) (err error) {
		*field(in), err = shard.Parse(v)
		return err
	}
}

func list(field func(*inputs) *[]string) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		*field(in) = lines(v)
		return nil
	}
}

func assignments(field func(*inputs) *[]string) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		*field(in) = lines(v)
		for _, l := range *field(in) {
			if name, _, ok := strings.Cut(l, "="); !ok || name == "" {
				return fmt.Errorf("expected NAME=VALUE, found a line without a name or without %q", "=")
			}
		}
		return nil
	}
}

func standIns(field func(*inputs) *standin.Set) func(*inputs, string) error {
	return func(in *inputs, v string) (err error) {
		*field(in), err = standin.Parse(lines(v))
		return err
	}
}

func rules(field func(*inputs) *[]compare.Rule) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		*field(in) = nil
		for _, l := range lines(v) {
			rule, err := compare.ParseRule(l)
			if err != nil {
				return err
			}
			*field(in) = append(*field(in), rule)
		}
		return nil
	}
}

func duration(field func(*inputs) *time.Duration) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return fmt.Errorf("expected a duration such as 90s or 2m, found %q", v)
		}
		*field(in) = d
		return nil
	}
}

func count(field func(*inputs) *int) func(*inputs, string) error {
	return between(field, 0, 1<<31-1)
}

func between(field func(*inputs) *int, low, high int) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > high {
			return fmt.Errorf("expected a whole number from %d to %d, found %q", low, high, v)
		}
		*field(in) = n
		return nil
	}
}

func choice(field func(*inputs) *string, names ...string) func(*inputs, string) error {
	return func(in *inputs, v string) error {
		if !slices.Contains(names, v) {
			return fmt.Errorf("expected one of %s, found %q", strings.Join(names, ", "), v)
		}
		*field(in) = v
		return nil
	}
}
