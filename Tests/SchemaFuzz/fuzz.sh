#!/bin/sh
# Fuzzes the decoders with libFuzzer and the address sanitizer for SECONDS (60 by default).
# usage: fuzz.sh [SECONDS]
set -eu
cd "$(dirname "$0")/../.."

# The sanitizers are given in this one way only: SwiftPM passes two --sanitize options in random order, and one is lost.
set -- "${1:-60}" -c release --scratch-path .build-fuzz --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
seconds=$1
shift
FUZZ=1 swift build --product schema-fuzz "$@"
program=$(FUZZ=1 swift build --show-bin-path "$@")/schema-fuzz

corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
number=0
for file in Shared/Schema/Golden/*.json Shared/Schema/Golden/*.bin; do
    # One seed for each message type's number in the first byte; the low bit is set for JSON.
    case $file in *.json) bit=1 ;; *) bit=0 ;; esac
    for choice in 0 3 5 9 13; do
        number=$((number + 1))
        { printf %b "\\0$(printf %o $((choice * 2 + bit)))"; cat "$file"; } >"$corpus/seed-$number"
    done
done
SWIFT_BACKTRACE=enable=no "$program" -max_total_time="$seconds" -max_len=2048 -print_final_stats=1 "$corpus"
