package runtime

import (
	"os/exec"
	goruntime "runtime"
	"sync"
)

// spawner starts all processes from one thread that lives as long as the
// runtime: on Linux the kernel ends a process with the thread that started it,
// and Go ends threads.
type spawner struct {
	orders chan order
	ended  sync.WaitGroup
}

type order struct {
	command *exec.Cmd
	started chan error
}

func newSpawner() *spawner {
	s := &spawner{orders: make(chan order)}
	s.ended.Go(func() {
		goruntime.LockOSThread()
		defer goruntime.UnlockOSThread()
		for o := range s.orders {
			o.started <- o.command.Start()
		}
	})
	return s
}

func (s *spawner) start(command *exec.Cmd) error {
	o := order{command, make(chan error, 1)}
	s.orders <- o
	return <-o.started
}

// stop may be called once, when nothing is started any more.
func (s *spawner) stop() {
	close(s.orders)
	s.ended.Wait()
}
