package action

import "runtime/debug"

// linked is set at link time by the Makefile and the Dockerfile.
var linked string

// version is the release, or what the Go toolchain knows of the module.
func version() string {
	if linked != "" {
		return linked
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
