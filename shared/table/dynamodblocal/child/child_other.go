//go:build !linux

package child

import (
	"os/exec"
	"syscall"
)

// Start starts the command in a process group of its own, so that a Ctrl-C meant
// for its parent does not reach it. Only Linux ends it if the parent is killed.
func Start(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return command.Start()
}
