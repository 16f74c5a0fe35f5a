package runtime

import "syscall"

// ownGroup keeps a process out of the terminal's Ctrl-C, which the stack
// answers for all, and has the kernel end it when the stack is killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
