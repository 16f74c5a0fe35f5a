// Package window lets the bench look into a function while it runs. The
// functions know nothing of it: the bench links it into a copy of each by one
// more file, which it lays over the function's folder for the build.
package window

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"
)

// The files that the bench leaves open for the function: on one it asks, on
// the other it is told.
const (
	ask  = 3
	tell = 4
)

// Sight is what a process has used since it began. Looking costs processor
// time too, so that is told before and after the look.
type Sight struct {
	Allocations, Bytes uint64
	CPUBefore          time.Duration
	CPUAfter           time.Duration
}

// Open answers one question after the other. It returns at once.
func Open() bool {
	go func() {
		asked, told := os.NewFile(ask, "ask"), os.NewFile(tell, "tell")
		question := make([]byte, 1)
		answer := make([]byte, 0, 32)
		var memory runtime.MemStats
		for {
			if _, err := asked.Read(question); err != nil {
				return
			}
			before := used()
			runtime.ReadMemStats(&memory)
			answer = binary.LittleEndian.AppendUint64(answer[:0], memory.Mallocs)
			answer = binary.LittleEndian.AppendUint64(answer, memory.TotalAlloc)
			answer = binary.LittleEndian.AppendUint64(answer, uint64(before))
			answer = binary.LittleEndian.AppendUint64(answer, uint64(used()))
			if _, err := told.Write(answer); err != nil {
				return
			}
		}
	}()
	return true
}

// used is the processor time that this process has used.
func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Look asks a process through the other ends of the two files.
func Look(ask io.Writer, tell io.Reader) (Sight, error) {
	if _, err := ask.Write([]byte{'?'}); err != nil {
		return Sight{}, fmt.Errorf("asking a function: %w", err)
	}
	var answer [4]uint64
	if err := binary.Read(tell, binary.LittleEndian, &answer); err != nil {
		return Sight{}, fmt.Errorf("hearing from a function: %w", err)
	}
	return Sight{answer[0], answer[1], time.Duration(answer[2]), time.Duration(answer[3])}, nil
}
