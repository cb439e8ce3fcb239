#!/bin/sh
# Checks that generated code, golden payloads, asyncapi.yaml and the published contract agree with the .proto files.
# With ASYNCAPI_SCHEMA (the JSON schema file of AsyncAPI 3.0.0) set, asyncapi.yaml is validated against it too, by
# check-jsonschema of PyPI, found in PATH or through CHECK_JSONSCHEMA.
set -eu
cd "$(dirname "$0")/../.."

Shared/Schema/generate.sh --check
echo "contract: generated code, golden payloads and asyncapi.yaml agree with the .proto files"

python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$candidate" -c 'import yaml, google.protobuf' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "contract.sh: no Python with yaml and protobuf: install python3-yaml and python3-protobuf" >&2; exit 1; }
"$python" -B Tests/Schema/asyncapi_check.py Shared/Schema/asyncapi.yaml
"$python" -B Tests/Schema/compatibility_test.py Shared/Schema
"$python" -B Tests/Schema/generator_test.py Shared/Schema

if [ -z "${ASYNCAPI_SCHEMA:-}" ]; then
    echo "contract: ASYNCAPI_SCHEMA is not set: asyncapi.yaml was not validated against AsyncAPI's own schema"
else
    "${CHECK_JSONSCHEMA:-check-jsonschema}" --schemafile "$ASYNCAPI_SCHEMA" Shared/Schema/asyncapi.yaml
fi
