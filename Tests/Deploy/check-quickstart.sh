#!/usr/bin/env bash
# deploy/quickstart.sh on a stand-in package: what it builds, what it passes on, and who gets the signals.
set -euo pipefail
# shellcheck source=counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/counting.sh"

package=$scratch/package
quickstart=$package/deploy/quickstart.sh
mkdir -p "$package/deploy" "$package/.build/release" "$scratch/bin"
cp "$root/deploy/quickstart.sh" "$package/deploy/"
printf '#!/bin/sh\necho packages checked\n' >"$package/deploy/install-packages.sh"
printf '"hcctl" "partner-service" "tenant-service"\n' >"$package/Package.swift"
cat >"$package/.build/release/hcctl" <<'STUB'
#!/usr/bin/env bash
echo "demo process $$: $*"
[[ " $* " != *' --once '* ]] || exit 3
trap 'echo "demo process ends"; exit 0' TERM
while true; do sleep 0.1; done
STUB
cat >"$scratch/bin/swift" <<'STUB'
#!/usr/bin/env bash
echo "swift $*"
[[ -z ${SLOW_BUILD:-} ]] || exec sleep 60
exit "${BUILD_STATUS:-0}"
STUB
chmod +x "$package"/deploy/*.sh "$package/.build/release/hcctl" "$scratch/bin/swift"
export PATH=$scratch/bin:$PATH

check 'flags go through, the exit code comes back' exits 3 '^demo process [0-9]+: demo --once --data D --kafka h:1 --billing external$' \
    "$quickstart" --once --data D --kafka h:1 --billing external
check 'packages are checked' exits 3 '^packages checked$' "$quickstart" --once
check 'products are built in release mode' exits 3 'swift build .*-c release --static-swift-stdlib --product tenant-service$' "$quickstart" --once
no_simulator() { ! "$quickstart" --once 2>&1 | grep -q billing-simulator; }
check 'a product that does not exist is not built' no_simulator
check 'a failed build ends it' exits 5 'swift build' env BUILD_STATUS=5 "$quickstart" --once
check 'an unknown argument is named' exits 2 "'--bogus'" "$quickstart" --bogus
check 'a flag without a value is named' exits 2 '--data needs a value' "$quickstart" --data
check 'another billing is refused' exits 2 "--billing knows only 'external'" "$quickstart" --billing simulated
check 'help is given' exits 0 'Usage' "$quickstart" --help

ends_with() {
    local status=0
    kill -TERM "$1"
    wait "$1" || status=$?
    [[ $status -eq $2 ]]
}
"$quickstart" >"$scratch/out" 2>&1 &
demo=$!
check 'the demo takes the place of the script' within 10 grep -q "^demo process $demo: demo" "$scratch/out"
check 'SIGTERM reaches the demo' ends_with "$demo" 0
check 'which ends in its own way' grep -q 'demo process ends' "$scratch/out"

SLOW_BUILD=1 "$quickstart" >"$scratch/out" 2>&1 &
build=$!
check 'a long build begins' within 10 grep -q '^swift build' "$scratch/out"
check 'SIGTERM ends it' ends_with "$build" 143
report
