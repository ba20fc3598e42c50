package conformance

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/cmpserver"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/common"
	"google.golang.org/grpc"
	"sigs.k8s.io/yaml"
)

const socketVariable = common.EnvPluginSockFilePath

// startPlugins runs an argocd-cmp-server for each plugin of the case. The
// process's environment says where their sockets are, so a case with plugins
// has the oracle for itself until done is called.
func (o *Oracle) startPlugins(c *Case) (done func(), err error) {
	if len(c.Plugins) == 0 {
		o.sockets.RLock()
		return o.sockets.RUnlock, nil
	}
	o.sockets.Lock()
	before := os.Getenv(socketVariable)
	// The path of a socket has at most 107 bytes.
	dir, err := os.MkdirTemp("", "cmp")
	if err != nil {
		o.sockets.Unlock()
		return nil, err
	}
	var servers []*grpc.Server
	done = func() {
		for _, s := range servers {
			s.Stop()
		}
		os.Setenv(socketVariable, before)
		os.RemoveAll(dir)
		o.sockets.Unlock()
	}
	os.Setenv(socketVariable, dir)
	os.Setenv(common.EnvCMPWorkDir, filepath.Join(dir, "work"))
	for i, definition := range c.Plugins {
		server, err := startPlugin(filepath.Join(dir, fmt.Sprint("config", i)), definition)
		if err != nil {
			done()
			return nil, err
		}
		servers = append(servers, server)
	}
	return done, nil
}

// startPlugin serves one plugin on its socket, as the sidecar does.
func startPlugin(dir string, definition map[string]any) (*grpc.Server, error) {
	text, err := yaml.Marshal(definition)
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(dir, common.PluginConfigFileName), text, 0o644); err != nil {
		return nil, err
	}
	config, err := plugin.ReadPluginConfig(dir)
	if err != nil {
		return nil, err
	}
	server, err := cmpserver.NewServer(plugin.CMPServerInitConstants{PluginConfig: *config})
	if err != nil {
		return nil, err
	}
	service, err := server.CreateGRPC()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", config.Address())
	if err != nil {
		return nil, err
	}
	go func() { _ = service.Serve(listener) }()
	return service, nil
}
