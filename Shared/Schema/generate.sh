#!/bin/sh
# Writes Generated/*.pb.swift from Proto/**/*.proto. With --check it writes nothing and fails if what is checked in differs.
# Needs protoc and a Python with protobuf: on Debian the packages protobuf-compiler and python3-protobuf.
set -eu
cd "$(dirname "$0")"

command -v protoc >/dev/null || { echo "generate.sh: protoc is missing: install protobuf-compiler" >&2; exit 1; }
python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$candidate" -c 'import google.protobuf.descriptor_pb2' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "generate.sh: no Python with protobuf: install python3-protobuf or set PYTHON" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
plugin=$scratch/protoc-gen-messages
printf '#!/bin/sh\nexec "%s" -B "%s/Generator/protoc_plugin.py"\n' "$python" "$PWD" >"$plugin"
chmod +x "$plugin"
mkdir "$scratch/out"
(cd Proto && find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort) >"$scratch/files"
# shellcheck disable=SC2046 # no .proto file has a space in its name
(cd Proto && protoc -I. --plugin=protoc-gen-messages="$plugin" --messages_out="$scratch/out" $(cat "$scratch/files"))

if [ "${1:-}" = --check ]; then
    diff -r "$scratch/out" Generated || { echo "generate.sh: Generated/ does not agree with Proto/: run generate.sh" >&2; exit 1; }
else
    rm -f Generated/*.pb.swift
    cp "$scratch"/out/*.pb.swift Generated/
fi
