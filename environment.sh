#!/bin/sh
# Makes the Python environment of this checkout, once: called by the Makefile. Says how to mend what is missing.
set -eu
cd "$(dirname "$0")"
venv=${VENV:-.venv}
bin=${BIN:-.venv/bin}

fail() {
    printf '%s\n' "$@" >&2
    exit 2
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

no_python="No Python 3.11 or newer was found${PYTHON:+: $PYTHON is too old or does not start}."
no_venv="This Python has no venv module"
how_to_get="How to mend it, one of:
  Debian or Ubuntu   sudo apt install python3 python3-venv   (Debian 12, Ubuntu 24.04 or newer)
  Fedora             sudo dnf install python3
  macOS              the installer of python.org, or: brew install python
  Anaconda           conda env create -f environment.yml; conda activate datasync
Another Python on this machine: PYTHON=/path/to/python3 make …"

# What the environment was made from; when the lock, the place or the Python changes, it is made again.
wanted="$(cksum <requirements.lock) $(cksum <pyproject.toml) $(pwd)"
if [ -f "$venv/made-from" ] && [ "$(cat "$venv/made-from")" = "$wanted" ] && is_new_enough "$bin/python"; then
    exit 0
fi

python=
without_venv=
if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3.13 python3.12 python3.11 python3 python; fi
for candidate in "$@"; do
    is_new_enough "$candidate" || continue
    if has_venv "$candidate"; then
        python=$candidate
        break
    fi
    without_venv=${without_venv:-$candidate}
done
[ -z "$python$without_venv" ] && fail "$no_python" "$how_to_get"
[ -z "$python" ] && fail "$no_venv: $without_venv." "$how_to_get"

if ! is_new_enough "$bin/python"; then
    "$python" -m venv --clear "$venv"
fi
rm -f "$venv/made-from"
echo "Installing what requirements.lock names into $venv, once; this takes a minute or two …"
pip() { "$bin/python" -m pip --disable-pip-version-check -qq "$@"; }
pip install --require-hashes -r requirements.lock || fail "pip could not install the packages (see above)." \
    "Behind a proxy set HTTPS_PROXY; a mirror of the package index is set in pip's own configuration. Then call make again."
pip install --no-deps --no-build-isolation --editable .
printf '%s\n' "$wanted" >"$venv/made-from"
