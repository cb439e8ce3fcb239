#!/usr/bin/env bash
# deploy/install-packages.sh: its list agrees with Package.swift, and it does what it says with and without packages.
set -euo pipefail
# shellcheck source=counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/counting.sh"

install=$root/deploy/install-packages.sh

# Stand-ins for apt-get, dpkg-query and swift, told by HIDDEN (a package) and SWIFT_VERSION what the machine looks like.
mkdir "$scratch/bin"
cat >"$scratch/bin/apt-get" <<'STUB'
#!/usr/bin/env bash
printf 'apt-get %s %s\n' "${DEBIAN_FRONTEND:-interactive}" "$*" >>"$CALLS"
STUB
cat >"$scratch/bin/sudo" <<'STUB'
#!/usr/bin/env bash
[[ $1 != -n ]] || shift
exec "$@"
STUB
cat >"$scratch/bin/dpkg-query" <<'STUB'
#!/usr/bin/env bash
shift 3
for name in "$@"; do
    if [[ $name != "${HIDDEN:-}" ]] || grep -q " install .*$name" "$CALLS" 2>/dev/null; then echo "$name installed"; fi
done
STUB
cat >"$scratch/bin/swift" <<'STUB'
#!/usr/bin/env bash
echo "Swift version ${SWIFT_VERSION:-6.3} (swift-RELEASE)"
STUB
chmod +x "$scratch"/bin/*
export CALLS=$scratch/calls
on_machine() { env PATH="$scratch/bin:$PATH" "$@"; }

has_line() { printf '%s\n' "${@:2}" | grep -qxF -- "$1"; }
call_is() { sed -n "${1}p" "$CALLS" | grep -qE -- "$2"; }

list=$("$install" --list)
# The package manager's own view of the manifest, with the real swift. A library that is only linked names its package.
mapfile -t providers < <(swift package --package-path "$root" dump-package |
    jq -r '.targets[] | (select(.type == "system") | .providers[]? | .apt[]?[]),
        (.settings[]?.kind.linkedLibrary?._0 // empty | "lib\(.)-dev")' | sort -u)
check 'Package.swift names packages' test "${#providers[@]}" -gt 0
for provider in "${providers[@]}"; do
    # shellcheck disable=SC2086  # a word a package
    check "$provider of Package.swift is installed" has_line "$provider" $list
done
for package in $list; do
    case $package in
        libc6-dev | libstdc++-*-dev | pkg-config) ;;
        *) check "$package is in Package.swift" has_line "$package" "${providers[@]}" ;;
    esac
done
check 'the tests add their own' exits 0 '^kcat$' "$install" --tests --list
check 'no package is named twice' test -z "$("$install" --tests --list | sort | uniq -d)"

check 'nothing missing, nothing done' on_machine "$install" --tests
check 'apt-get was not called' test ! -e "$CALLS"
check 'what is missing is installed' on_machine env HIDDEN=libyaml-dev "$install"
check 'the lists are fetched first' call_is 1 '^apt-get noninteractive .* update$'
check 'then only what is missing' call_is 2 '^apt-get noninteractive .* install --no-install-recommends libyaml-dev$'
rm -f "$CALLS"
check 'a package of the tests is left alone without --tests' on_machine env HIDDEN=kcat "$install"
check 'and apt-get with it' test ! -e "$CALLS"

printf '#!/bin/sh\nexit 100\n' >"$scratch/bin/apt-get"
check 'a failed installation says what' exits 1 'could not install: libyaml-dev' on_machine env HIDDEN=libyaml-dev "$install"
if [[ $EUID -eq 0 ]]; then
    # Another user cannot look into our folders, so this one gets stand-ins as functions and the script as input.
    without_root() (
        swift() { echo 'Swift version 6.3'; }
        dpkg-query() { echo 'none installed'; }
        export -f swift dpkg-query
        cd / && setpriv --reuid=65534 --regid=65534 --clear-groups bash -s -- <"$install"
    )
    without_root_fails() {
        local output
        output=$(without_root 2>&1) && return 1
        printf '%s\n' "$output"
        grep -q 'not root.*missing: .*libyaml-dev' <<<"$output"
    }
    check 'without root it names what is missing' without_root_fails
else
    skip 'without root it names what is missing' 'needs root to become nobody'
fi

check 'an older Swift is refused' exits 1 '6\.3 or later is needed; .* is 6\.2\.4' on_machine env SWIFT_VERSION=6.2.4 "$install"
check 'a later Swift is taken' on_machine env SWIFT_VERSION=6.10.1 "$install"
check 'no Swift is said' exits 1 "no 'swift' in PATH" env PATH=/usr/bin:/bin "$install"

# Java only where Kafka is wanted and Java is not there
no_java=(env JAVA_HOME="$scratch" "$install" --tests --list)
check 'Kafka without Java wants Java' exits 0 'openjdk-17-jre-headless' env KAFKA_HOME="$scratch" "${no_java[@]}"
check 'no Kafka, no Java' test -z "$(env -u KAFKA_HOME "${no_java[@]}" | grep openjdk)"

check 'an unknown argument is named' exits 2 "'--bogus'" "$install" --bogus
check 'help is given' exits 0 'Usage' "$install" --help
report
