#!/usr/bin/env bash
# deploy/test.sh on a stand-in package: nothing that fails, crashes, hangs or runs no tests may count as passed.
set -euo pipefail
# shellcheck source=counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/counting.sh"

package=$scratch/package
runner=$package/deploy/test.sh
mkdir -p "$package/deploy" "$package/Tests/Wire" "$package/Tests/Rules" "$scratch/bin"
cp "$root/deploy/test.sh" "$package/deploy/"
cp "$root/Tests/Rules/coverage.py" "$package/Tests/Rules/"
printf 'rule,title,excepted\nR-001,one,\nR-002,two,\n' >"$package/Tests/Rules/rules.csv"
printf '#!/bin/sh\n' >"$package/deploy/install-packages.sh"
printf '@Test func works() {}\n' >"$package/Tests/Wire/WireTests.swift"
touch "$package/Package.swift"

# A stand-in for swift: REPORT and EVENTS name the report and the event stream that `swift test` leaves, TEST_STATUS its exit code.
cat >"$scratch/bin/swift" <<'STUB'
#!/usr/bin/env bash
case "$1 $2" in
    'build -c') exit "${RELEASE_STATUS:-0}" ;;
    'test --skip-build')
        while [[ $# -gt 0 && $1 != --xunit-output ]]; do shift; done
        [[ ! -s ${REPORT:-} ]] || cp "$REPORT" "$2"
        [[ ! -s ${EVENTS:-} || $3 != --event-stream-output-path ]] || cp "$EVENTS" "$4"
        [[ -z ${TEST_OUTPUT:-} ]] || echo "$TEST_OUTPUT"
        exit "${TEST_STATUS:-0}"
        ;;
esac
STUB
chmod +x "$package"/deploy/*.sh "$scratch/bin/swift"
export PATH=$scratch/bin:$PATH
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

report_of() {
    printf '<testsuites>\n<testsuite name="TestResults">\n'
    cat
    printf '</testsuite>\n</testsuites>\n'
}
report_of >"$scratch/good.xml" <<'XML'
<testcase classname="WireTests" name="works()" time="0.5" />
<testcase classname="WireTests.Suite" name="later()" >
  <skipped>not today</skipped>
</testcase>
XML
report_of >"$scratch/bad.xml" <<'XML'
<testcase classname="WireTests.Suite" name="works()" time="0.5" />
<testcase classname="WireTests.Suite" name="breaks()" time="0.5" >
  <failure message="1 == 2" />
  <failure message="2 == 3" />
</testcase>
XML
report_of >"$scratch/other.xml" <<'XML'
<testcase classname="OtherTests.Suite" name="works()" time="0.5" />
XML
check_script() {
    printf '#!/usr/bin/env bash\n%s\n' "$1" >"$package/Tests/Wire/check-wire.sh"
    chmod +x "$package/Tests/Wire/check-wire.sh"
}
# The last line of the output must be the sum.
sums() {
    local status=0 output
    output=$("${@:3}" 2>&1) || status=$?
    printf 'status %s\n%s\n' "$status" "$output"
    [[ $status -eq $1 && $(tail -n 1 <<<"$output") == "$2" ]]
}
# Ended, though perhaps not yet waited for by its parent (then the command line is empty).
is_gone() { ! grep -qz . "/proc/$1/cmdline" 2>/dev/null; }
# The modules suite has one passing test build beside it.
modules() { env "$@" "$runner" --filter modules; }
checks() { "$runner" --filter check-wire; }

check 'passed and skipped are counted' sums 0 '2 passed, 0 failed, 1 skipped' modules REPORT="$scratch/good.xml"
check 'nothing is left of a good run' test -z "$(ls "$TMPDIR")"
check 'a module has its line' exits 0 '^  WireTests +1 +0 +1 +0\.5$' modules REPORT="$scratch/good.xml"
check 'a failure is counted once' sums 1 '2 passed, 1 failed' modules REPORT="$scratch/bad.xml" TEST_STATUS=1
check 'and named' exits 1 '^    WireTests.Suite.breaks\(\)$' modules REPORT="$scratch/bad.xml" TEST_STATUS=1
check 'a crash without a report is a failure' exits 1 'ended without a report' modules TEST_STATUS=1
check 'a bad exit with a good report is a failure' exits 1 'exited with status 1' modules REPORT="$scratch/good.xml" TEST_STATUS=1
check 'a module whose tests did not run is a failure' exits 1 'WireTests has tests, and none ran' modules REPORT="$scratch/other.xml"
check 'a cancelled test is a skipped one' sums 0 '1 passed, 0 failed, 2 skipped' \
    modules REPORT="$scratch/good.xml" TEST_OUTPUT='➜ Test works() was cancelled after 0.1 seconds: "no Kafka"'
check 'a failed release build fails' exits 1 'failed: .*swift build -c release --static-swift-stdlib' env RELEASE_STATUS=1 "$runner" --filter release

check_script 'echo "3 passed, 0 failed"'
check 'a check script is counted' sums 0 '3 passed, 0 failed' checks
check_script 'echo "3 passed, 1 failed, 2 skipped"; exit 1'
check 'with its failures and skips' sums 1 '3 passed, 1 failed, 2 skipped' checks
check_script 'exit 0'
check 'without a count it failed' sums 1 '0 passed, 1 failed' checks
check_script 'echo "0 passed, 0 failed"'
check 'without tests it failed' exits 1 'ran no tests' checks
check_script 'echo "3 passed, 0 failed"; exit 7'
check 'a bad exit is a failure' exits 1 'exited with status 7' checks
# shellcheck disable=SC2016  # expanded by the check script
check_script 'echo "$TMPDIR" >"'"$scratch/used"'"; touch "$TMPDIR/mine"; echo "1 passed, 0 failed"'
check 'a suite has a temporary folder of its run' sums 0 '1 passed, 0 failed' checks
check 'inside the outer one' grep -q "^$TMPDIR/hc-test\." "$scratch/used"
check 'and it is gone' test ! -e "$(cat "$scratch/used")"

cat >"$scratch/events.jsonl" <<'JSON'
{"kind":"test","payload":{"kind":"function","id":"t","name":"works()","displayName":"R-001: works"}}
{"kind":"event","payload":{"kind":"testEnded","testID":"t","messages":[{"symbol":"pass","text":""}]}}
JSON
# Rule R-001 is checked by a module's test; what the check script of the same run prints is given.
rules() {
    check_script "echo '$1'; echo '1 passed, 0 failed'"
    env REPORT="$scratch/good.xml" EVENTS="$scratch/events.jsonl" "$runner" --filter modules --filter check-wire --filter 'rule coverage'
}
check 'rules checked by modules and check scripts add up' exits 0 '^2 of 2 rules checked, 0 excepted$' rules 'ok      R-002: works'
check 'the run passes with them' sums 0 '4 passed, 0 failed, 1 skipped' rules 'ok      R-002: works'
check 'a missing rule fails the run and is named at its end' \
    exits 1 '^    rule coverage: 1 of 2 rules checked, 0 excepted; missing: R-002$' rules 'FAILED  R-002: works'
check 'and is one failure' sums 1 '3 passed, 1 failed, 1 skipped' rules ''

check_script 'setsid sleep 301 >/dev/null 2>&1 & echo $! >"'"$scratch/left"'"; echo "1 passed, 0 failed"'
check 'a process left behind is told of' exits 0 'left a process behind: [0-9]+ sleep 301' checks
check 'and ended' is_gone "$(cat "$scratch/left")"
rm "$scratch/left"

check_script 'setsid sleep 302 & echo $! >"'"$scratch/left"'"; sleep 303'
"$runner" --filter check-wire >"$scratch/out" 2>&1 &
run=$!
ends_with() {
    local status=0
    kill -TERM "$1"
    wait "$1" || status=$?
    [[ $status -eq $2 ]]
}
check 'a long check begins' within 10 test -s "$scratch/left"
check 'SIGTERM ends the run' ends_with "$run" 143
check 'and what it started' is_gone "$(cat "$scratch/left")"
sed -i 's/|900|run_check/|1|run_check/' "$runner"
check 'a check that hangs is ended' exits 1 'ended after 1 s' checks

check 'suites are listed' exits 0 '^Tests/|^modules$' "$runner" --list
check 'an unknown suite is named' exits 2 "contains 'nothing'" "$runner" --filter nothing
check 'an unknown argument is named' exits 2 "'--bogus'" "$runner" --bogus
check 'help is given' exits 0 'Usage' "$runner" --help
report
