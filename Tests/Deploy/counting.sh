# shellcheck shell=bash disable=SC2034  # used by the scripts that source this
# What the check scripts of this folder share: named checks, a count, a scratch folder.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
passed=0
failed=0
skipped=0

# check NAME COMMAND...: one test, passed if the command succeeds. Its output is shown only if it fails.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/.check" 2>&1; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$name"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s: %s\n' "$name" "$*"
        sed 's/^/        /' "$scratch/.check"
    fi
}

# skip NAME WHY: one test that is not run.
skip() {
    skipped=$((skipped + 1))
    printf 'skipped %s: %s\n' "$1" "$2"
}

# exits STATUS PATTERN COMMAND...: succeeds if the command ends with that status and its output matches.
exits() {
    local wanted=$1 pattern=$2 status=0 output
    shift 2
    output=$("$@" 2>&1 </dev/null) || status=$?
    printf 'status %s\n%s\n' "$status" "$output"
    [[ $status -eq $wanted ]] && grep -qE -- "$pattern" <<<"$output"
}

# within SECONDS COMMAND...: succeeds as soon as the command does.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [[ $SECONDS -lt $deadline ]] || return 1
        sleep 0.1
    done
}

# Prints the count that deploy/test.sh reads and exits accordingly.
report() {
    rm -rf "$scratch"
    if [[ $skipped -gt 0 ]]; then
        printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%s passed, %s failed\n' "$passed" "$failed"
    fi
    [[ $failed -eq 0 ]] || exit 1
    exit 0
}
