"""Says which rules are checked by tests that ran and passed.

usage: coverage.py RULES.csv RESULT...

A RESULT is the event stream of a `swift test` (*.jsonl) or what a check script printed (any other name). A test names the rules
it checks: "R-046: ...", "R-048, R-049: ...". It counts if it passed as a whole: not if it failed or was skipped, not with
a cancelled case or a known issue. What a suite is called does not count.
Prints the rules without such a test and, as the last line, the sum. Exits 1 if one is missing or a test names a rule that
does not exist.
"""

import csv
import json
import re
import sys


def named(text, rules):
    """The rules that a test's name holds; "R-048 - R-050" means all of them."""
    found = set(re.findall(r"\bR-\d{3}\b", text))
    for first, last in re.findall(r"\b(R-\d{3}) ?[-–] ?(R-\d{3})\b", text):
        found |= {rule for rule in rules if first <= rule <= last}
    return found


def swift_tests(lines):
    """Name and success of each test of an event stream. The last line may be cut off where a run was ended."""
    names, passed, cancelled = {}, set(), set()
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        payload = record["payload"]
        if record["kind"] == "test" and payload["kind"] == "function":
            names[payload["id"]] = payload.get("displayName") or payload["name"]
        elif payload["kind"] == "testEnded" and [message["symbol"] for message in payload["messages"]][:1] == ["pass"]:
            passed.add(payload["testID"])
        elif payload["kind"] in ("testCancelled", "testCaseCancelled"):
            cancelled.add(payload["testID"])
    return [(name, test in passed - cancelled) for test, name in names.items()]


def checks(lines):
    """Name and success of each check of a check script."""
    matches = (re.match(r"(ok|FAILED|skipped) +(.*)", line) for line in lines)
    return [(match[2], match[1] == "ok") for match in matches if match]


with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rules = {row["rule"]: row for row in csv.DictReader(file)}
covered, unsuccessful, unknown = set(), set(), False
for path in sys.argv[2:]:
    with open(path, encoding="utf-8", errors="replace") as lines:
        for name, is_passed in (swift_tests if path.endswith(".jsonl") else checks)(lines):
            numbers = named(name, rules)
            (covered if is_passed else unsuccessful).update(numbers)
            for number in sorted(numbers - rules.keys()):
                print(f"no rule {number}, which a test names: {name}")
                unknown = True

excepted = {number for number, rule in rules.items() if rule["excepted"]}
required = rules.keys() - excepted
missing = sorted(required - covered)
for number in missing:
    print(f"missing {number} {rules[number]['title']}{': its tests did not pass' if number in unsuccessful else ''}")
tail = f"; missing: {' '.join(missing)}" if missing else ""
print(f"{len(required & covered)} of {len(required)} rules checked, {len(excepted)} excepted{tail}")
sys.exit(1 if missing or unknown else 0)
