#!/usr/bin/env bash
# Verifies what `make test` cannot: the template as SAM reads and builds it, and
# the pages in a browser. Fetches what it needs into .cache, pinned; installs a
# browser and Japanese fonts from Debian if they are missing and it may.
set -euo pipefail
cd "$(dirname "$0")/../.."

sam_version=1.170.0
axe_version=4.14.1
axe_sha256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c

step() { echo "verify: $*" >&2; }

# need installs Debian packages unless the check succeeds.
need() { # need "<check>" <what it is for> <package...>
  if bash -c "$1" >/dev/null 2>&1; then return; fi
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "verify: $2 is missing. Install it with: sudo apt-get install -y ${*:3}" >&2
    exit 1
  fi
  step "installing $2"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:3}" >/dev/null
}

need 'python3 -c "import venv, ensurepip"' 'Python with venv, for SAM' python3 python3-venv
need 'command -v npm' 'npm, for the accessibility rules' npm
need 'command -v chromium || command -v google-chrome' 'a browser' chromium
need 'fc-list :lang=ja | grep -q .' 'a Japanese font' fonts-noto-cjk fontconfig

sam=.cache/sam-$sam_version/bin/sam
if [[ ! -x $sam ]]; then
  step "fetching SAM $sam_version"
  rm -rf ".cache/sam-$sam_version"
  python3 -m venv ".cache/sam-$sam_version"
  ".cache/sam-$sam_version/bin/pip" install --quiet --disable-pip-version-check "aws-sam-cli==$sam_version"
fi
axe=.cache/axe-$axe_version/node_modules/axe-core/axe.min.js
if [[ ! -f $axe ]]; then
  step "fetching axe-core $axe_version"
  npm install --silent --no-save --ignore-scripts --no-audit --no-fund --prefix ".cache/axe-$axe_version" "axe-core@$axe_version"
fi
echo "$axe_sha256  $axe" | sha256sum --check --quiet

# SAM asks for a region, not for credentials; nothing is deployed here.
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-ap-northeast-1}"
step sam validate
"$sam" validate --lint --template template.yaml
step sam build
make build

step browser and accessibility
LIVINGLAB_AXE="$PWD/$axe" go test -tags e2e -count=1 -timeout 15m "$@" ./infra/e2e/...
