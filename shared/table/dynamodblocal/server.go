package dynamodblocal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"livinglab/shared/table/dynamodblocal/child"
)

// ErrNoJava says what to do on a machine without Java.
var ErrNoJava = errors.New("DynamoDB Local needs Java 17 or later, which this machine does not have: install it with `sudo apt-get install openjdk-17-jre-headless` (Debian, Ubuntu) or `brew install openjdk` (macOS)")

// Server is a running DynamoDB Local. It listens on all interfaces, which its
// makers do not let anybody change.
type Server struct {
	URL string

	process *exec.Cmd
	ended   chan struct{}
	stop    sync.Once
}

// Start fetches DynamoDB Local if it has to and runs it on a free port until
// Stop, or until this process ends, however it ends. It persists in the folder;
// without one it keeps everything in memory.
func Start(ctx context.Context, folder string) (*Server, error) {
	java, err := findJava(ctx)
	if err != nil {
		return nil, err
	}
	if folder != "" {
		if folder, err = filepath.Abs(folder); err != nil {
			return nil, fmt.Errorf("finding the folder of the table: %w", err)
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("making the folder of the table: %w", err)
		}
	}
	home, err := fetch(ctx)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	// The small compiler and collector start in half the time of the big ones.
	args := []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.library.path=DynamoDBLocal_lib", "-jar", jarName,
		"-disableTelemetry", "-sharedDb", "-port", strconv.Itoa(port)}
	if folder == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", folder)
	}
	s := &Server{
		URL:     "http://127.0.0.1:" + strconv.Itoa(port),
		process: exec.Command(java, args...),
		ended:   make(chan struct{}),
	}
	var said bytes.Buffer
	s.process.Dir, s.process.Stdout, s.process.Stderr = home, &said, &said
	if err := child.Start(s.process); err != nil {
		return nil, fmt.Errorf("starting DynamoDB Local: %w", err)
	}
	go func() {
		_ = s.process.Wait()
		close(s.ended)
	}()
	if err := s.waitUntilReady(ctx); err != nil {
		s.Stop() // after which nothing writes to what it said
		return nil, fmt.Errorf("starting DynamoDB Local: %w: %s", err, said.String())
	}
	return s, nil
}

var version = regexp.MustCompile(`version "(\d+)`)

// findJava returns the command of a Java that is new enough. On macOS there is a
// command of that name even without a Java.
func findJava(ctx context.Context) (string, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return "", ErrNoJava
	}
	said, err := exec.CommandContext(ctx, java, "-version").CombinedOutput()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	found := version.FindSubmatch(said)
	if err != nil || found == nil {
		return "", ErrNoJava
	}
	if major, err := strconv.Atoi(string(found[1])); err != nil || major < 17 {
		return "", ErrNoJava
	}
	return java, nil
}

// Stop ends the server.
func (s *Server) Stop() {
	s.stop.Do(func() { _ = s.process.Process.Kill() })
	<-s.ended
}

func (s *Server) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-s.ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
