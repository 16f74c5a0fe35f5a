// Package window lets the bench look into a function while it runs. The
// functions know nothing of it: the bench links it into a copy of each by one
// more file, which it lays over the function's folder for the build.
package window

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// The files that the bench leaves open for the function: on one it asks, on
// the other it is told.
const (
	ask  = 3
	tell = 4
)

// The questions.
const (
	look  = '?'
	weigh = '!'
)

// Sight is what a process has used since it began. Looking costs processor
// time too, so that is told before and after the look.
type Sight struct {
	Allocations, Bytes uint64
	CPUBefore          time.Duration
	CPUAfter           time.Duration
}

// Weight is how much memory a process has needed, in bytes.
type Weight struct {
	Resident uint64 `json:"peakResidentBytes"` // the most that was in memory at once; 0 where the system does not say
	Heap     uint64 `json:"peakHeapBytes"`     // the largest that the heap has been
	Live     uint64 `json:"liveBytes"`         // what is in use now
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
			if question[0] == weigh {
				answer = weighed(answer[:0], &memory)
			} else {
				runtime.ReadMemStats(&memory)
				answer = binary.LittleEndian.AppendUint64(answer[:0], memory.Mallocs)
				answer = binary.LittleEndian.AppendUint64(answer, memory.TotalAlloc)
				answer = binary.LittleEndian.AppendUint64(answer, uint64(before))
				answer = binary.LittleEndian.AppendUint64(answer, uint64(used()))
			}
			if _, err := told.Write(answer); err != nil {
				return
			}
		}
	}()
	return true
}

// weighed tells the weight: the greatest ones first, as what is in use is known only
// after a collection.
func weighed(answer []byte, memory *runtime.MemStats) []byte {
	answer = binary.LittleEndian.AppendUint64(answer, resident())
	runtime.GC()
	runtime.ReadMemStats(memory)
	answer = binary.LittleEndian.AppendUint64(answer, memory.HeapSys)
	return binary.LittleEndian.AppendUint64(answer, memory.HeapAlloc)
}

// resident is the most memory that this process has had at once. The kernel counts
// it anew for each program, unlike what getrusage tells, which begins with that of
// the program that started this one.
func resident() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	kilobytes, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

// used is the processor time that this process has used.
func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Look asks a process through the other ends of the two files what it has used.
func Look(asking io.Writer, telling io.Reader) (Sight, error) {
	var answer [4]uint64
	if err := hear(asking, telling, look, answer[:]); err != nil {
		return Sight{}, err
	}
	return Sight{answer[0], answer[1], time.Duration(answer[2]), time.Duration(answer[3])}, nil
}

// Weigh asks for the memory. The process collects its garbage for it.
func Weigh(asking io.Writer, telling io.Reader) (Weight, error) {
	var answer [3]uint64
	if err := hear(asking, telling, weigh, answer[:]); err != nil {
		return Weight{}, err
	}
	return Weight{answer[0], answer[1], answer[2]}, nil
}

func hear(asking io.Writer, telling io.Reader, question byte, answer []uint64) error {
	if _, err := asking.Write([]byte{question}); err != nil {
		return fmt.Errorf("asking a function: %w", err)
	}
	if err := binary.Read(telling, binary.LittleEndian, answer); err != nil {
		return fmt.Errorf("hearing from a function: %w", err)
	}
	return nil
}
