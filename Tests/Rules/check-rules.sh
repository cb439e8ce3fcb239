#!/usr/bin/env bash
# Checks the list of the rules, against the rules themselves where RULES_REFERENCE names their file, and what coverage.py makes
# of results. The checks' own names hold no rule's number: they would count as tests of it.
set -euo pipefail
# shellcheck source=Tests/Deploy/counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/../Deploy/counting.sh"
cd "$root/Tests/Rules"

numbers() { grep -oE '^R-[0-9]{3}' "$1" | "${@:2}"; }
well_formed() { [[ $(tail -n +2 rules.csv | grep -cvE '^R-[0-9]{3},[^,]{10,},(|until .+)$') -eq 0 ]]; }
check 'each line is a number, a title and perhaps why it is excepted' well_formed
check 'numbers rise and stand there once' numbers rules.csv sort -uc
if [[ -z ${RULES_REFERENCE:-} ]]; then
    skip 'the numbers are those of the rules' 'RULES_REFERENCE is not set'
else
    check 'the numbers are those of the rules' diff <(numbers "$RULES_REFERENCE" sort) <(numbers rules.csv sort)
fi

# --- coverage.py, on two rules to be covered and an excepted one

printf 'rule,title,excepted\nR-001,one,\nR-002,two,\nR-003,three,until later\n' >"$scratch/rules.csv"
coverage() { python3 -B coverage.py "$scratch/rules.csv" "$@"; }

# stream NAME [EVENT [SYMBOL]]...: the event stream of one test, as `swift test` writes it.
stream() {
    printf '{"kind":"test","payload":{"kind":"suite","id":"M.S","name":"S","displayName":"R-001, R-002"}}\n'
    printf '{"kind":"test","payload":{"kind":"function","id":"M.S/t()/t.swift:1:1","name":"t()","displayName":"%s"}}\n' "$1"
    printf '{"kind":"event","payload":{"kind":"testEnded","testID":"M.S","messages":[{"symbol":"pass","text":""}]}}\n'
    shift
    while [[ $# -gt 0 ]]; do
        printf '{"kind":"event","payload":{"kind":"%s","testID":"M.S/t()/t.swift:1:1","messages":[{"symbol":"%s","text":""}]}}\n' "$1" "$2"
        shift 2
    done
}
# tells STATUS PATTERN NAME [EVENT SYMBOL]...: what coverage says of that one test.
tells() {
    stream "${@:3}" >"$scratch/events.jsonl"
    exits "$1" "$2" coverage "$scratch/events.jsonl"
}
# says STATUS PATTERN LINE...: what it says of a check script that printed these lines.
says() {
    printf '%s\n' "${@:3}" >"$scratch/check.log"
    exits "$1" "$2" coverage "$scratch/check.log"
}

check 'without results all is missing' exits 1 '^0 of 2 rules checked, 1 excepted; missing: R-001 R-002$' coverage
check 'a passed test counts for all rules it names' tells 0 '^2 of 2 rules checked, 1 excepted$' 'R-001, R-002: x' testEnded pass
check 'wherever in its name' tells 1 'missing: R-001$' 'x (R-002)' testEnded pass
check 'a range is all of it' tells 0 '^2 of 2' 'R-001 – R-003: x' testEnded pass
check 'a missing rule has its title' tells 1 '^missing R-002 two$' 'R-001: x' testEnded pass
check 'a suite does not count' tells 1 '^0 of 2' 'x' testEnded pass
check 'a failed test does not count' tells 1 '^missing R-001 one: its tests did not pass$' 'R-001, R-002: x' testEnded fail
check 'nor one with a known issue' tells 1 '^0 of 2' 'R-001, R-002: x' testEnded passWithKnownIssue
check 'nor a skipped one' tells 1 '^0 of 2' 'R-001, R-002: x' testSkipped skip
check 'nor a cancelled one' tells 1 '^0 of 2' 'R-001, R-002: x' testCancelled skip testEnded skip
check 'nor one with a cancelled case' tells 1 '^0 of 2' 'R-001, R-002: x' testCaseCancelled skip testEnded pass
check 'nor one that never ended' tells 1 '^0 of 2' 'R-001, R-002: x' testStarted default
check 'an unknown rule is told' tells 1 '^no rule R-009, which a test names: R-001, R-002, R-009$' 'R-001, R-002, R-009' testEnded pass
printf '{"kind":"event","payl' >"$scratch/cut.jsonl"
stream 'R-001: x' testEnded pass >"$scratch/whole.jsonl"
check 'a stream that breaks off does no harm' exits 1 '^1 of 2' coverage "$scratch/cut.jsonl" "$scratch/whole.jsonl"
check 'a passed check counts' says 0 '^2 of 2' 'ok      x (R-001)' 'ok      R-002: y' '2 passed, 0 failed'
check 'a failed or skipped one does not' says 1 '^0 of 2' 'FAILED  R-001: x: false' 'skipped R-002: y: no Kafka'
check 'nor what a failed one printed' says 1 '^0 of 2' '        ok      R-001: x' 'see ok R-002'
printf 'ok      R-002: x\n' >"$scratch/one.log"
check 'results add up' exits 0 '^2 of 2' coverage "$scratch/whole.jsonl" "$scratch/one.log"
report
