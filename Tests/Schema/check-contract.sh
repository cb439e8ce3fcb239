#!/usr/bin/env bash
# Checks that generated code, golden payloads, asyncapi.yaml and the published contract agree with the .proto files.
# With ASYNCAPI_SCHEMA (the JSON schema file of AsyncAPI 3.0.0) set, asyncapi.yaml is validated against it too, by
# check-jsonschema of PyPI.
set -euo pipefail
# shellcheck source=Tests/Deploy/counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/../Deploy/counting.sh"
cd "$root"

check 'generated code agrees with the .proto files' Shared/Schema/generate.sh --check

python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$candidate" -c 'import yaml, google.protobuf' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[[ -n $python ]] || { echo 'check-contract.sh: no Python with yaml and protobuf: install python3-yaml and python3-protobuf' >&2; exit 1; }
check 'asyncapi.yaml has every topic and message, and no dangling reference' "$python" -B Tests/Schema/asyncapi_check.py Shared/Schema/asyncapi.yaml
check 'the contract has only grown' "$python" -B Tests/Schema/compatibility_test.py Shared/Schema
check 'the generator refuses what it cannot do' "$python" -B Tests/Schema/generator_test.py Shared/Schema

if [[ -z ${ASYNCAPI_SCHEMA:-} ]]; then
    skip "asyncapi.yaml is valid by AsyncAPI's own schema" 'ASYNCAPI_SCHEMA is not set'
else
    check "asyncapi.yaml is valid by AsyncAPI's own schema" \
        "${CHECK_JSONSCHEMA:-check-jsonschema}" --schemafile "$ASYNCAPI_SCHEMA" Shared/Schema/asyncapi.yaml
fi
report
