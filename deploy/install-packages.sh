#!/usr/bin/env bash
# Installs the Debian packages that building (and, with --tests, testing) Hosted Connections needs.
set -euo pipefail

readonly swift_needed=6.3

# What the build needs: a C compiler's headers, pkg-config, the allocator, and the library of each .systemLibrary of Package.swift.
readonly build_packages=(
    libc6-dev
    libcurl4-openssl-dev
    libjemalloc-dev
    libmicrohttpd-dev
    librdkafka-dev
    libsqlite3-dev
    libssl-dev
    libstdc++-12-dev
    libyaml-dev
    pkg-config
)

# What the tests need besides.
readonly test_packages=(
    curl
    jq
    kcat
    procps
    protobuf-compiler
    python3-protobuf
    python3-venv
    python3-yaml
    shellcheck
    sqlite3
)

# What a real Kafka needs, wanted only where KAFKA_HOME names one and no Java is at hand.
readonly java_package=openjdk-17-jre-headless

usage() {
    cat <<'TEXT'
Usage: deploy/install-packages.sh [--tests] [--list]

Installs the Debian packages that the build needs, if any is missing, and checks the Swift toolchain.
Needs root or sudo only when something has to be installed.

  --tests   also what the tests need (with KAFKA_HOME set and no java: a Java 17 runtime too)
  --list    print the names of the packages, one a line, and do nothing
  --help    this text
TEXT
}

usage_error() {
    printf 'install-packages.sh: %s (see --help)\n' "$1" >&2
    exit 2
}

fail() {
    printf 'install-packages.sh: %s\n' "$1" >&2
    exit 1
}

has_java() {
    if [[ -n ${JAVA_HOME:-} ]]; then
        [[ -x $JAVA_HOME/bin/java ]]
    else
        command -v java >/dev/null
    fi
}

wanted_packages() {
    printf '%s\n' "${build_packages[@]}"
    if [[ $tests == yes ]]; then
        printf '%s\n' "${test_packages[@]}"
        if [[ -n ${KAFKA_HOME:-} ]] && ! has_java; then
            printf '%s\n' "$java_package"
        fi
    fi
}

# The packages among the arguments that are not installed, one a line.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF -- "$name installed" <<<"$installed" || printf '%s\n' "$name"
    done
}

check_swift() {
    local version
    command -v swift >/dev/null ||
        fail "Swift $swift_needed or later is needed, and there is no 'swift' in PATH: https://www.swift.org/install/linux/"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] || fail "Swift $swift_needed or later is needed, and 'swift --version' names no version"
    if [[ $(printf '%s\n' "$swift_needed" "$version" | sort -V | head -n 1) != "$swift_needed" ]]; then
        fail "Swift $swift_needed or later is needed; $(command -v swift) is $version"
    fi
}

install_packages() {
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null || fail "not root, no sudo; these packages are missing: $*"
        if [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
            fail "not root, and sudo asks for a password; these packages are missing: $*"
        fi
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
    printf 'Installing: %s\n' "$*"
    # One broken source among several need not stop the installation: the next command decides.
    "${as_root[@]}" update </dev/null || printf 'install-packages.sh: apt-get update failed; trying all the same\n' >&2
    "${as_root[@]}" install --no-install-recommends "$@" </dev/null || fail "apt-get could not install: $*"
}

tests=no
list=no
for argument in "$@"; do
    case $argument in
        --tests) tests=yes ;;
        --list) list=yes ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) usage_error "unknown argument '$argument'" ;;
    esac
done

mapfile -t wanted < <(wanted_packages)
if [[ $list == yes ]]; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi

check_swift
command -v dpkg-query >/dev/null || fail "this is no Debian; install the equivalents of: ${wanted[*]}"
mapfile -t missing < <(missing_packages "${wanted[@]}")
if [[ ${#missing[@]} -gt 0 ]]; then
    install_packages "${missing[@]}"
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    [[ ${#missing[@]} -eq 0 ]] || fail "still missing after the installation: ${missing[*]}"
fi
