package action

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
)

// profileDefinitions are the flags that measure a command itself. They are no
// inputs of the action: nobody needs them in a workflow.
func profileDefinitions() []definition {
	return []definition{
		{"cpuprofile", "", "File to write a profile of the CPU time to, for go tool pprof.",
			text(func(in *inputs) *string { return &in.cpuProfile })},
		{"memprofile", "", "File to write a profile of all allocations to, for go tool pprof.",
			text(func(in *inputs) *string { return &in.memProfile })},
	}
}

// profiled runs a command and measures it if the inputs ask for that. A profile
// that can't be written doesn't change how the command ends.
func profiled(in inputs, log *logger, run func() int) int {
	done, err := profile(in)
	if err != nil {
		return stop(log, err)
	}
	status := run()
	if err := done(); err != nil {
		log.warn("", 0, "writing the profile: "+err.Error())
	}
	return status
}

// profile starts what the inputs ask to measure. The function that it gives
// ends the measurement and writes the files.
func profile(in inputs) (done func() error, err error) {
	if in.cpuProfile == "" {
		return func() error { return writeAllocations(in.memProfile) }, nil
	}
	f, err := os.Create(in.cpuProfile)
	if err != nil {
		return nil, fmt.Errorf("%w cpuprofile: %w", errUsage, err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the CPU profile: %w", err), f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return errors.Join(f.Close(), writeAllocations(in.memProfile))
	}, nil
}

// writeAllocations writes what was allocated since the process began and what
// of it is in use.
func writeAllocations(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	runtime.GC() // what is in use is known only after one
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
