#!/usr/bin/env bash
# Runs every test of Hosted Connections. The last line says "N passed, N failed[, N skipped]".
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# The suites, in order: name | seconds before it is ended | what runs it. Each Tests/*/check-*.sh is one more.
suites=(
    'release build|1200|run_release_build'
    'test build|1200|run_test_build'
    'shell scripts|120|run_shellcheck'
    'Swift format|120|run_format'
    'Kafka module|300|run_kafka_module'
    'modules|900|run_modules'
)
for check in Tests/*/check-*.sh; do
    if [[ -x $check ]]; then suites+=("$check|900|run_check $check"); fi
done
if compgen -G 'Tests/EndToEnd/*.swift' >/dev/null; then
    suites+=('end to end|1200|run_end_to_end')
fi
suites+=('rule coverage|60|run_rule_coverage')

usage() {
    cat <<'TEXT'
Usage: deploy/test.sh [--long] [--filter NAME]... [--list]

Installs what the tests need, builds, runs all suites and prints a table and, as the last line, the sum.
Exits 0 only if every suite ran tests, none failed, and each rule of Tests/Rules/rules.csv was checked by a test that passed. With KAFKA_HOME set (an unpacked Kafka release) the tests
that want a real Kafka run too.

  --long          the long forms of the tests (HC_LONG=1), with more time for each suite
  --filter NAME   only suites whose name contains NAME, and the builds they need
  --list          print the names of the suites and do nothing
  --help          this text
TEXT
}

usage_error() {
    printf 'test.sh: %s (see --help)\n' "$1" >&2
    exit 2
}

# --- Running one command of a suite: own process group, own log, a time limit, and nothing left behind.

# Processes of the suites carry this in their environment, so that exactly they are found and ended. It is no HC_ variable:
# these configure the services, which refuse those they don't know.
run_id="$$-$RANDOM$RANDOM"
child=''

# limited COMMAND...: runs a command of the current suite; its output is shown and kept in $log.
limited() {
    local status=0 tee_pid
    exec 8> >(exec tee -i -a "$log")
    tee_pid=$!
    TEST_SH_RUN=$run_id timeout --kill-after=15 "$limit" "$@" </dev/null >&8 2>&1 8>&- &
    child=$!
    wait "$child" || status=$?
    child=''
    exec 8>&-
    sweep
    await_end "$tee_pid"
    [[ $status -ne 124 && $status -ne 137 ]] || note "ended after $limit s"
    return "$status"
}

# A process outside our reach may still hold the log's pipe; waiting for it has an end.
await_end() {
    local tries
    for tries in {1..50}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    printf 'test.sh: the output is still held open after %s tries\n' "$tries" >&2
    kill "$1" 2>/dev/null || true
}

left_over() {
    grep -lzxF "TEST_SH_RUN=$run_id" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 || true
}

signal_left_over() {
    local pid
    for pid in $(left_over); do
        kill "-$1" "$pid" 2>/dev/null || true
    done
}

# Ends what a suite left running.
sweep() {
    local tries pid
    for tries in 1 2 3; do
        [[ -n $(left_over) ]] || return 0
        sleep 0.3
    done
    for pid in $(left_over); do
        printf 'test.sh: %s left a process behind: %s %s\n' "$suite" "$pid" \
            "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-120)"
    done
    signal_left_over TERM
    signal_left_over CONT
    for tries in {1..25}; do
        [[ -n $(left_over) ]] || return 0
        sleep 0.2
    done
    printf 'test.sh: killing what still runs after %s tries\n' "$tries"
    signal_left_over KILL
}

# --- Counting. A suite adds to passed, failed and skipped, and notes why where there is no output to read.

note() {
    notes+="    $suite: $1"$'\n'
}

# For a command that is one test.
count_one() {
    if limited "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        note "failed: $(cut -c 1-120 <<<"$*")"
    fi
}

# SwiftPM keeps the lock of a build folder in TMPDIR, so builds get the one that all builds share.
run_release_build() { count_one env TMPDIR="$outer_tmp" swift build -c release --static-swift-stdlib; }

run_test_build() { count_one env TMPDIR="$outer_tmp" swift build --build-tests; }

run_shellcheck() {
    local script
    while read -r script; do
        count_one shellcheck "$script"
    done < <(find . -path './.build*' -prune -o -path ./.git -prune -o -type f \( -name '*.sh' -o -path ./.ci/run \) -print | sort)
}

run_format() {
    local sources=(Package.swift Shared Services Tests Plugins) existing=() path
    for path in "${sources[@]}"; do
        [[ ! -e $path ]] || existing+=("$path")
    done
    # What the protoc plugin writes is formatted by the plugin.
    mapfile -t existing < <(find "${existing[@]}" -name '*.swift' ! -name '*.pb.swift' | sort)
    count_one swift format lint --strict --parallel "${existing[@]}"
}

# A check script says its own count on a line of its own.
run_check() {
    local status=0 line
    limited env PATH="$root/.build/venv/bin:$PATH" "./$1" || status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$log" | tail -n 1 || true)
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
        passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]} skipped=${BASH_REMATCH[4]:-0}
    else
        note 'printed no count'
    fi
    fail_unless_counted "$status"
}

# By itself: its brokers go down and come back on the port they had, which the thousands of connections of other modules' tests
# must not have taken meanwhile.
run_kafka_module() { swift_test kafka-module --filter '^KafkaTests\.'; }

run_modules() { swift_test modules --skip '^EndToEndTests\.' --skip '^KafkaTests\.'; }

run_end_to_end() { HC_BIN_DIR=$root/.build/release swift_test end-to-end --no-parallel --filter '^EndToEndTests\.'; }

# What the suites before it, which are all unless some were chosen, say of the rules.
run_rule_coverage() {
    local results
    shopt -s nullglob
    results=("$scratch"/*.jsonl "$scratch"/Tests-*.log)
    shopt -u nullglob
    if limited python3 -B Tests/Rules/coverage.py Tests/Rules/rules.csv "${results[@]}"; then
        passed=1
    else
        failed=1
        note "$(tail -n 1 "$log")"
    fi
}

# swift_test REPORT ARGUMENTS...: counts by the xunit report, module by module. The event stream is kept for the rule coverage,
# because it has the tests' display names.
swift_test() {
    local report=$scratch/$1.xml events=$scratch/$1.jsonl status=0 cancelled line
    shift
    limited swift test --skip-build --disable-xctest --xunit-output "$report" --event-stream-output-path "$events" "$@" || status=$?
    [[ -s $report ]] || report=${report%.xml}-swift-testing.xml
    if [[ -s $report ]]; then
        while read -r line; do
            add_module "$line"
        done < <(modules_of "$report")
        # The report calls a cancelled test passed; here it is a skipped one.
        cancelled=$(grep -cE '^\S+ Test .* was cancelled after ' "$log" || true)
        passed=$((passed - cancelled))
        skipped=$((skipped + cancelled))
        notes+=$(sed 's/^/    /' < <(failures_of "$report"))
        [[ -z $notes || $notes == *$'\n' ]] || notes+=$'\n'
    else
        note 'ended without a report'
    fi
    [[ $suite != modules ]] || check_modules "$report"
    fail_unless_counted "$status"
}

add_module() {
    local module m_passed m_failed m_skipped seconds
    read -r module m_passed m_failed m_skipped seconds <<<"$1"
    passed=$((passed + m_passed))
    failed=$((failed + m_failed))
    skipped=$((skipped + m_skipped))
    module_rows+=$(row "  $module" "$m_passed" "$m_failed" "$m_skipped" "$seconds")$'\n'
}

# "module passed failed skipped seconds" a line, from an xunit report with one element a line.
modules_of() {
    awk '
        function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
        function close_case() { if (state != "") count[module, state]++; state = "" }
        /<testcase / {
            close_case(); module = attribute("classname"); sub(/\..*/, "", module)
            seen[module] = 1; time[module] += attribute("time"); state = "passed"
        }
        /<(failure|error)[ >\/]/ { state = "failed" }
        /<skipped[ >\/]/ { state = "skipped" }
        END {
            close_case()
            for (m in seen) printf "%s %d %d %d %.1f\n", m, count[m, "passed"], count[m, "failed"], count[m, "skipped"], time[m]
        }
    ' "$1" | sort
}

failures_of() {
    awk '
        function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
        /<testcase / { name = attribute("classname") "." attribute("name") }
        /<(failure|error)[ >\/]/ && name != "" { print name; name = "" }
    ' "$1"
}

# A module whose tests vanished from the run is a failure too.
check_modules() {
    local folder module
    for folder in Tests/*/; do
        module=$(basename "$folder")Tests
        [[ $module != EndToEndTests && $module != KafkaTests ]] || continue
        grep -rqE '^\s*@Test\b' --include='*.swift' "$folder" || continue
        if ! grep -qE "classname=\"${module}(\.|\")" "$1" 2>/dev/null; then
            failed=$((failed + 1))
            note "$module has tests, and none ran"
        fi
    done
}

# A bad exit without a counted failure, and a suite without any test, count as one failure.
fail_unless_counted() {
    if [[ $1 -ne 0 && $failed -eq 0 ]]; then
        failed=1
        note "exited with status $1"
    elif [[ $((passed + failed + skipped)) -eq 0 ]]; then
        failed=1
        note 'ran no tests'
    fi
}

row() { printf '%-48s %8s %8s %8s %8s' "$@"; }

# --- The whole run

run_suite() {
    local begin=$SECONDS action
    IFS='|' read -r suite limit action <<<"$1"
    [[ $long == no ]] || limit=$((limit * 6))
    log=$scratch/$(tr -c 'A-Za-z0-9\n' '-' <<<"$suite").log
    passed=0 failed=0 skipped=0 module_rows=''
    printf '\n=== %s\n' "$suite"
    case $suite in
        'Kafka module' | modules) [[ $test_build == ok ]] || action=skip_unbuilt ;;
        'end to end') [[ $release_build == ok && $test_build == ok ]] || action=skip_unbuilt ;;
    esac
    # shellcheck disable=SC2086  # an action may carry an argument
    TMPDIR=$scratch/tmp $action
    if [[ $failed -gt 0 ]]; then
        case $suite in
            'release build') release_build=bad ;;
            'test build') test_build=bad ;;
        esac
    fi
    printf -- '--- %s: %s passed, %s failed, %s skipped in %s s\n' "$suite" "$passed" "$failed" "$skipped" $((SECONDS - begin))
    table+=$(row "$suite" "$passed" "$failed" "$skipped" $((SECONDS - begin)))$'\n'$module_rows
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
    all_skipped=$((all_skipped + skipped))
}

skip_unbuilt() {
    failed=1
    note 'not run, because its build failed'
}

# Python packages of the checks, in an environment of their own that is made again when the list changes.
prepare_python() {
    local venv=.build/venv wanted
    [[ -f Tests/requirements.txt ]] || return 0
    wanted=$(sha256sum <Tests/requirements.txt)
    [[ ! -f $venv/made-from || $(<"$venv/made-from") != "$wanted" ]] || return 0
    printf 'Installing the Python packages of Tests/requirements.txt\n'
    rm -rf "$venv"
    mkdir -p .build
    /usr/bin/python3 -m venv --system-site-packages "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input -r Tests/requirements.txt </dev/null
    printf '%s\n' "$wanted" >"$venv/made-from"
}

# Is the suite asked for, or a build that one asked for needs?
is_selected() {
    local name=${1%%|*} filter
    [[ ${#filters[@]} -gt 0 ]] || return 0
    for filter in "${filters[@]}"; do
        [[ $name != *"$filter"* ]] || return 0
        [[ $name != 'test build' ]] || [[ ' Kafka module modules end to end' != *"$filter"* ]] || return 0
        [[ $name != 'release build' ]] || [[ 'end to end' != *"$filter"* ]] || return 0
    done
    return 1
}

finish() {
    local status=$?
    trap - EXIT INT TERM
    # `timeout` passes the signal on to the group of its command.
    [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true
    sweep
    if [[ $status -eq 0 ]]; then
        rm -rf "$scratch"
    elif [[ $summed == no ]]; then
        printf 'test.sh: ended early; logs and files of this run: %s\n' "$scratch" >&2
    fi
    exit "$status"
}

long=no
filters=()
selected=()
list=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --long) long=yes ;;
        --list) list=yes ;;
        --filter)
            [[ -n ${2:-} ]] || usage_error "--filter needs a name"
            filters+=("$2")
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) usage_error "unknown argument '$1'" ;;
    esac
    shift
done
for entry in "${suites[@]}"; do
    if is_selected "$entry"; then selected+=("$entry"); fi
done
[[ ${#selected[@]} -gt 0 ]] || usage_error "--filter: no suite's name contains '${filters[*]}'"
if [[ $list == yes ]]; then
    printf '%s\n' "${selected[@]%%|*}"
    exit 0
fi

outer_tmp=${TMPDIR:-/tmp}
scratch=$(mktemp -d "$outer_tmp/hc-test.XXXXXX")
mkdir "$scratch/tmp"
summed=no suite='' notes='' table='' release_build=ok test_build=ok
all_passed=0 all_failed=0 all_skipped=0
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ $long == yes ]]; then export HC_LONG=1; fi
deploy/install-packages.sh --tests
prepare_python
if [[ -n ${KAFKA_HOME:-} ]]; then
    printf 'Kafka: %s\n' "$KAFKA_HOME"
else
    printf 'KAFKA_HOME is not set: what needs a real Kafka is skipped.\n'
fi
for entry in "${selected[@]}"; do
    run_suite "$entry"
done

printf '\n%s\n%s' "$(row suite passed failed skipped seconds)" "$table"
[[ -z $notes ]] || printf '\nNot as it should be:\n%s' "$notes"
if [[ $all_skipped -gt 0 ]]; then skips=", $all_skipped skipped"; else skips=''; fi
summed=yes
if [[ $all_failed -gt 0 ]]; then printf '\nLogs and files of this run: %s\n' "$scratch"; fi
printf '\n%s passed, %s failed%s\n' "$all_passed" "$all_failed" "$skips"
[[ $all_failed -eq 0 ]] || exit 1
