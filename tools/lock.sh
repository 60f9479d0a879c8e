#!/bin/sh
# Writes the lock files anew from pyproject.toml, with pip-tools in a virtualenv of its own.
set -eu
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
if [ -z "${COMPILER:-}" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet pip-tools
    COMPILER=$venv/bin/pip-compile
fi

# compile LOCK INPUT...: exact versions with the hashes of every published file; no address of an index.
compile() {
    out=$1
    shift
    CUSTOM_COMPILE_COMMAND="make lock" "$COMPILER" --quiet --upgrade --generate-hashes --strip-extras \
        --allow-unsafe --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --no-emit-options --output-file "$out" "$@"
}

extra() {
    "${PYTHON:-python3}" -c "import tomllib
print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['$1'], sep='\n')"
}

compile requirements.lock --extra build pyproject.toml
grep -oE '^[A-Za-z0-9._-]+==[^ ]+' requirements.lock >"$venv/runtime.txt"
extra dev >"$venv/dev.in"
compile requirements-dev.lock --constraint "$venv/runtime.txt" "$venv/dev.in"
extra node >"$venv/node.in"
compile requirements-node.lock "$venv/node.in"
