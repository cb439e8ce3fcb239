#!/usr/bin/env bash
# Exchanges COUNT random messages (20,000 by default) with Python's Protobuf, in both encodings and both directions. Needs
# protobuf-compiler and python3-protobuf.
# usage: check-crosscheck.sh [COUNT [SEED]]
set -euo pipefail
# shellcheck source=Tests/Deploy/counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/../Deploy/counting.sh"
cd "$root"

python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$candidate" -c 'import google.protobuf.json_format' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[[ -n $python ]] || { echo 'check-crosscheck.sh: no Python with protobuf: install python3-protobuf or set PYTHON' >&2; exit 1; }

mapfile -t files < <(find Shared/Schema/Proto Tests/SchemaCrosscheck/Proto -name '*.proto' | LC_ALL=C sort)
protoc -IShared/Schema/Proto -ITests/SchemaCrosscheck/Proto --include_imports --descriptor_set_out="$scratch/schema.pb" "${files[@]}"
# The program is in the manifest only for this; the build folder of its own keeps other builds from being planned anew.
export CROSSCHECK=1
builds=(swift build --scratch-path .build-crosscheck --product schema-crosscheck)
"${builds[@]}"
program=$("${builds[@]}" --show-bin-path)/schema-crosscheck
check "${1:-20000} random messages are the same here and in Python's Protobuf" \
    "$python" -B Tests/SchemaCrosscheck/crosscheck.py "$program" "$scratch/schema.pb" "${1:-20000}" "${2:-$(date +%s)}"
report
