#!/usr/bin/env bash
# From a fresh checkout to the running pair: packages, release build, then `hcctl demo`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'TEXT'
Usage: deploy/quickstart.sh [--once] [--data DIR] [--kafka BOOTSTRAP [--topic-prefix P]] [--billing external]

Installs missing system packages, builds in release mode and runs the demo: a broker, a billing simulator and
both services as separate processes, an example inventory, and the flows from offer to VBR, printed as they happen.
Keeps serving until Ctrl-C or SIGTERM.

  --once               exit when the flows are done: 0 if both sides and the ledger agree, else 1
  --data DIR           where databases, logs and endpoints.json go
  --kafka BOOTSTRAP    use this Kafka (host:port[,host:port…]) instead of the embedded broker
  --topic-prefix P     put this before every topic's name
  --billing external   leave the simulator out: whoever answers on billing.events is the billing system
  --help               this text
TEXT
}

usage_error() {
    printf 'quickstart.sh: %s (see --help)\n' "$1" >&2
    exit 2
}

# Runs a long step so that SIGTERM and Ctrl-C end it and the script at once.
step() {
    printf '==> %s\n' "$*"
    "$@" </dev/null &
    local child=$! status=0
    trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 130' INT
    trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 143' TERM
    wait "$child" || status=$?
    trap - INT TERM
    return "$status"
}

demo=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --once) demo+=("$1") ;;
        --data | --kafka | --topic-prefix | --billing)
            [[ -n ${2:-} ]] || usage_error "$1 needs a value"
            [[ $1 != --billing || $2 == external ]] || usage_error "--billing knows only 'external', not '$2'"
            demo+=("$1" "$2")
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

"$root/deploy/install-packages.sh"
for product in hcctl partner-service tenant-service billing-simulator network-simulator; do
    if grep -qF "\"$product\"" "$root/Package.swift"; then
        step swift build --package-path "$root" -c release --static-swift-stdlib --product "$product"
    fi
done
exec "$root/.build/release/hcctl" demo "${demo[@]}"
