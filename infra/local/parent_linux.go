package main

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// endWithParent has the kernel end this process as Ctrl-C does when `go run` is
// killed, which otherwise leaves what it runs behind.
func endWithParent() {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", os.Getppid()))
	if err == nil && bytes.Equal(bytes.TrimSpace(name), []byte("go")) {
		_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGTERM), 0)
	}
}
