#!/bin/sh
# Writes Generated/*.pb.swift from Proto/**/*.proto, those of the cross-check, missing golden payloads,
# asyncapi.yaml, Golden/contract.pb and the descriptions of the admin APIs in Services/openapi. With --check it writes nothing and fails if what is checked in differs.
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

# generate FOLDER-OF-PROTO-FILES FOLDER-OF-SWIFT-FILES [PARAMETER-OF-THE-PLUGIN]
generate() {
    out=$scratch/out
    rm -rf "$out"
    mkdir "$out"
    files=$(cd "$1" && find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort)
    # shellcheck disable=SC2086 # no .proto file has a space in its name
    protoc -I"$1" -IProto --plugin=protoc-gen-messages="$plugin" --messages_out="${3:+$3:}$out" $files
    if [ "$check" = --check ]; then
        for file in "$2"/*.pb.swift; do
            [ -e "$out/${file##*/}" ] || { echo "generate.sh: $file comes from no .proto file: run generate.sh" >&2; exit 1; }
        done
        for file in "$out"/*; do
            diff -u "$2/${file##*/}" "$file" || { echo "generate.sh: ${file##*/} does not agree with its .proto file: run generate.sh" >&2; exit 1; }
        done
    else
        rm -f "$2"/*.pb.swift
        cp "$out"/* "$2/"
    fi
}

check=${1:-}
generate Proto Generated
generate ../../Tests/SchemaCrosscheck/Proto ../../Tests/SchemaCrosscheck testable

files=$(cd Proto && find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort)
# shellcheck disable=SC2086
protoc -IProto --include_imports --include_source_info --descriptor_set_out="$scratch/schema.pb" $files
refusals=../HostedConnection/Refusals/Refusal.swift
# The contract as it was published last; what it has must stay.
if [ -e Golden/contract.pb ]; then "$python" -B Generator/compatibility.py Golden/contract.pb "$scratch/schema.pb"; fi
if [ "$check" = --check ]; then
    "$python" -B Generator/compatibility.py "$scratch/schema.pb" Golden/contract.pb >/dev/null 2>&1 || {
        echo "generate.sh: Golden/contract.pb is not up to date: run generate.sh" >&2
        exit 1
    }
    "$python" -B Generator/asyncapi.py "$scratch/schema.pb" . "$scratch/asyncapi.yaml"
    diff -u asyncapi.yaml "$scratch/asyncapi.yaml" || { echo "generate.sh: asyncapi.yaml is not up to date: run generate.sh" >&2; exit 1; }
    mkdir "$scratch/openapi"
    "$python" -B Generator/openapi.py "$scratch/schema.pb" "$refusals" "$scratch/openapi"
    diff -ru ../../Services/openapi "$scratch/openapi" || { echo "generate.sh: Services/openapi is not up to date: run generate.sh" >&2; exit 1; }
else
    "$python" -B Generator/golden.py "$scratch/schema.pb" Golden
    "$python" -B Generator/asyncapi.py "$scratch/schema.pb" . asyncapi.yaml
    "$python" -B Generator/openapi.py "$scratch/schema.pb" "$refusals" ../../Services/openapi
    # shellcheck disable=SC2086
    protoc -IProto --include_imports --descriptor_set_out=Golden/contract.pb $files
fi
