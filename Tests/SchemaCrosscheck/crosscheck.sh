#!/bin/sh
# Exchanges COUNT random messages (20,000 by default) with Python's Protobuf. Needs protobuf-compiler and python3-protobuf.
# usage: crosscheck.sh [COUNT [SEED]]
set -eu
cd "$(dirname "$0")/../.."

python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$candidate" -c 'import google.protobuf.json_format' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "crosscheck.sh: no Python with protobuf: install python3-protobuf or set PYTHON" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=$(find Shared/Schema/Proto Tests/SchemaCrosscheck/Proto -name '*.proto' | LC_ALL=C sort)
# shellcheck disable=SC2086 # no .proto file has a space in its name
protoc -IShared/Schema/Proto -ITests/SchemaCrosscheck/Proto --include_imports --descriptor_set_out="$scratch/schema.pb" $files
export CROSSCHECK=1
swift build --product schema-crosscheck
program=$(swift build --show-bin-path)/schema-crosscheck
"$python" -B Tests/SchemaCrosscheck/crosscheck.py "$program" "$scratch/schema.pb" "${1:-20000}" "${2:-$(date +%s)}"
