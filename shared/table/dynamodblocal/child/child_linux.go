// Package child starts processes that end with this one, however it ends.
package child

import (
	"os/exec"
	"runtime"
	"syscall"
)

// Start starts the command in a process group of its own, so that a Ctrl-C meant
// for its parent does not reach it. If the parent is killed the kernel kills it.
func Start(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// The kernel watches the thread that started the child, and Go ends idle
	// ones: this one lives until the child has ended.
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			waitFor(command.Process.Pid)
		}
	}()
	return <-started
}

// waitFor returns when the process has ended, and leaves it to be reaped by
// whoever waits for it.
func waitFor(pid int) {
	const idTypePID, exited, noWait = 1, 4, 0x1000000 // P_PID, WEXITED, WNOWAIT
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, idTypePID, uintptr(pid), 0, exited|noWait, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}
