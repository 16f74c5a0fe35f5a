#!/usr/bin/env bash
# Reads all code without running the product. Prints what is wrong and fails, or
# prints nothing but the steps.
set -euo pipefail
cd "$(dirname "$0")/../.."

step() { echo "lint: $*" >&2; }
tool() { # tool <name of the module file> <command> [argument...]
  go tool -modfile="infra/tools/$1.mod" "${@:2}"
}

step gofmt
unformatted=$(gofmt -l functions shared infra)
if [[ -n $unformatted ]]; then
  echo "not formatted, run gofmt -w on:" "$unformatted" >&2
  exit 1
fi

step go vet
go vet ./...
go vet -tags e2e ./infra/e2e/...

step golangci-lint
tool go golangci-lint run ./...

step go fix
fixes=$(go fix -tags e2e -diff ./... 2>&1) || true
if [[ -n $fixes ]]; then
  printf '%s\nrun go fix ./...\n' "$fixes" >&2
  exit 1
fi

step directions of dependencies
go test -count=1 ./infra

step gitleaks
tool gitleaks gitleaks dir --no-banner --redact --log-level=warn --config infra/tools/gitleaks.toml .
