//go:build !linux

package runtime

import "syscall"

// ownGroup keeps a process out of the terminal's Ctrl-C, which the stack
// answers for all.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
