//go:build !linux

package process

import "os/exec"

// Shield does nothing outside of Linux.
func Shield() {}

func landlockVersion() int { return 0 }

func (s *Sandbox) sameUser() string { return "they run as this user: only Linux confines them" }

func onThread(do func() error) error { return do() }

func (c *Cell) confine() error { return nil }

func (c *Cell) bound(*exec.Cmd) error { return nil }

func (c *Cell) killLeftovers() bool { return false }

func trace(*exec.Cmd, *Cell) {}

func forbidsTracing(error) bool { return false }

func reserve(int) (release func(), ok bool) { return nil, false }

func give(string, string, int) error { return nil }
