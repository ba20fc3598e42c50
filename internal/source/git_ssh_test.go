package source

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/argoplan/argoplan/internal/fault"
)

// sshHost lets one key run git-upload-pack.
type sshHost struct {
	address    string
	knownHosts string
	privateKey string // of the user
}

func keyPair(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

func serveSSH(t *testing.T) sshHost {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("there is no ssh")
	}
	hostKey, _ := keyPair(t)
	user, private := keyPair(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if bytes.Equal(key.Marshal(), user.PublicKey().Marshal()) {
			return nil, nil
		}
		return nil, fmt.Errorf("unknown key")
	}}
	config.AddHostKey(hostKey)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveConn(conn, config)
		}
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return sshHost{
		address: listener.Addr().String(), privateKey: private,
		knownHosts: "[127.0.0.1]:" + port + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(hostKey.PublicKey()))),
	}
}

func serveConn(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range requests {
				_ = request.Reply(request.Type == "exec", nil)
				if request.Type == "exec" {
					go serveExec(channel, string(request.Payload[4:]))
				}
			}
		}()
	}
}

func serveExec(channel ssh.Channel, command string) {
	path := strings.Trim(strings.TrimPrefix(command, "git-upload-pack "), "'")
	cmd := exec.Command("git", "upload-pack", path)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1"}
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	stdin, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	var status struct{ Status uint32 }
	if cmd.Wait() != nil {
		status.Status = 128
	}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
	_ = channel.Close()
}

func TestGitOverSSH(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	// Protocol v0: the server gives no commit by its id unless it is allowed to.
	u.git("config", "uploadpack.allowAnySHA1InWant", "true")
	host := serveSSH(t)
	repoURL := "ssh://git@" + host.address + u.dir
	for name, tt := range map[string]struct{ knownHosts, insecure, key, want, hint string }{
		"known host":   {host.knownHosts, "false", host.privateKey, "", ""},
		"insecure":     {"", "true", host.privateKey, "", ""},
		"unknown host": {"# none", "false", host.privateKey, "the server's host key is not known", "ssh-known-hosts"},
		"no key":       {host.knownHosts, "false", "", "asks for a login", "credentials"},
		"broken key":   {host.knownHosts, "false", "c4n4ry", "asks for a login", "credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := gitFetcher(t, func(o *Options) {
				o.KnownHosts = tt.knownHosts
				fields := []string{"url", repoURL, "insecure", tt.insecure}
				if tt.key != "" {
					fields = append(fields, "sshPrivateKey", tt.key)
				}
				o.Credentials = credentials(t, "repository", fields...)
			})
			tree, err := f.Git(t.Context(), repoURL, "1.0.0", "")
			if tt.want == "" {
				if err != nil || tree.Commit != u.ids["1.0.0"] {
					t.Errorf("got %+v, %v", tree, err)
				}
				return
			}
			wantError(t, err, tt.want)
			if !strings.Contains(fault.HintOf(err), tt.hint) || strings.Contains(err.Error(), "c4n4ry") {
				t.Errorf("error is %q with the hint %q", err, fault.HintOf(err))
			}
		})
	}
}

// TestGitFromServerThatRefusesIDs falls back to all branches and tags.
func TestGitFromServerThatRefusesIDs(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	host := serveSSH(t)
	repoURL := "ssh://git@" + host.address + u.dir
	f := gitFetcher(t, func(o *Options) {
		o.KnownHosts = host.knownHosts
		o.Credentials = credentials(t, "repository", "url", repoURL, "sshPrivateKey", host.privateKey)
	})
	u.git("branch", "-D", "1.x", "stable")
	u.git("tag", "-d", "1.0.0", "web-2.0.0")
	tree, err := f.Git(t.Context(), repoURL, u.ids["1.0.0"], "")
	if err != nil || tree.Commit != u.ids["1.0.0"] {
		t.Errorf("got %+v, %v", tree, err)
	}
}
