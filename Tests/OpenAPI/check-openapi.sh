#!/usr/bin/env bash
# Checks that the descriptions of the admin APIs are valid OpenAPI 3.1 with examples that are as their schemas say. That they
# have exactly the routes that are served is checked by OpenAPITests, that they are up to date by check-contract.sh.
set -euo pipefail
# shellcheck source=Tests/Deploy/counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/../Deploy/counting.sh"
cd "$root"

for file in Services/openapi/*.yaml; do
    check "$file is valid OpenAPI 3.1, its examples are valid" "${PYTHON:-python3}" -B Tests/OpenAPI/openapi_check.py "$file"
done
report
