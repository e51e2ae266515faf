#!/usr/bin/env bash
# Runs every check of the project; installs what it needs on a machine that has only Rust.
#
#   ./test.sh          all of it
#   ./test.sh quick    without the guards and the fuzzer; without the browser and the database servers, unless they are there
#
# Debian or a relative is assumed for the browser and the database servers. Everything listens on loopback, on free ports.
set -euo pipefail
cd "$(dirname "$0")"

quick=${1:-}
fuzz_seconds=${FUZZ_SECONDS:-10}

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_browser() {
    command -v chromium >/dev/null && command -v chromedriver >/dev/null && return
    step "installing chromium and chromium-driver"
    root apt-get update -qq
    root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver
}

# Debian would start what it installs, for everybody on the network: the tests start their own, on loopback.
start_no_services() {
    [ -e /usr/sbin/policy-rc.d ] && return
    printf '#!/bin/sh\nexit 101\n' | root install -m 755 /dev/stdin /usr/sbin/policy-rc.d
    trap 'root rm -f /usr/sbin/policy-rc.d' EXIT
}

install_servers() {
    command -v redis-server >/dev/null && command -v age >/dev/null && command -v caddy >/dev/null &&
        ls /usr/sbin/nginx /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return
    step "installing postgresql, redis-server, nginx, caddy and age"
    root apt-get update -qq
    start_no_services
    # Debian would make a cluster and start it: the tests start their own, in temporary directories.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Options::=--force-confold \
        postgresql redis-server nginx caddy age
}

# What deploy/check.sh runs; it brings Python packages itself.
install_checkers() {
    command -v promtool >/dev/null && command -v systemd-analyze >/dev/null &&
        python3 -c "import ensurepip" >/dev/null 2>&1 && return
    step "installing prometheus, systemd and python3-venv"
    root apt-get update -qq
    start_no_services
    root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        prometheus systemd python3-venv
}

install_fuzzer() {
    rustup toolchain list | grep -q '^nightly' || rustup toolchain install nightly --profile minimal
    cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked
}

step "formatting"
cargo fmt --all --check

# All features of the library and of the binary, as one set for every step that compiles: each set is a build of its own.
full=(--features "gingersnap-cli/full,gingersnap/testing,gingersnap/time")

step "clippy, warnings as errors"
cargo clippy --workspace --all-targets "${full[@]}" --locked -- -D warnings
cargo clippy --package gingersnap-cli --all-targets --locked -- -D warnings
cargo clippy --package gingersnap --no-default-features --locked -- -D warnings
for feature in age postgres redis reload sqlite; do
    cargo clippy --package gingersnap --no-default-features --features "$feature" --locked -- -D warnings
done

# A workspace of its own: the peers it measures are no dependencies of ours.
cargo clippy --manifest-path benches/peers/Cargo.toml --all-targets --locked -- -D warnings
cargo clippy --manifest-path benches/stored/Cargo.toml --all-targets --locked -- -D warnings

if [ "$quick" != quick ]; then
    install_browser
    # The browser's tests skip themselves where there is no browser; here they must run.
    export GINGERSNAP_BROWSER=required
    # So do those with real PostgreSQL and Redis servers, and with the command age.
    install_servers
    export GINGERSNAP_SERVERS=required
fi

check_for() { # TARGET PACKAGE
    if rustup target list --installed | grep -qx "$1" || rustup target add "$1" >/dev/null 2>&1; then
        step "$2 for $1"
        cargo check --package "$2" --target "$1" --locked
    else
        step "the target $1 cannot be added here: $2 is not checked for it"
    fi
}
check_for wasm32-unknown-unknown gingersnap-token
check_for x86_64-pc-windows-gnu gingersnap

at_most() { # NUMBER PACKAGE: what a plain build of it compiles, itself included
    local packages
    packages=$(cargo tree --package "$2" --edges normal,build --prefix none --locked | awk '{ print $1, $2 }' | sort -u | wc -l)
    echo "$packages packages in a plain build of $2"
    [ "$packages" -le "$1" ]
}
step "the weight of a plain build"
at_most 63 gingersnap # the last one is the derive, without dependencies of its own
at_most 190 gingersnap-cli

step "tests"
cargo test --workspace "${full[@]}" --locked
# What a plain build lacks, it says by name.
cargo test --package gingersnap-token --locked
cargo test --package gingersnap-cli --package gingersnap --locked --test cli --test keystore -- lacking open

if [ "$quick" != quick ]; then
    step "cookie and stores side by side: that it runs, and finds what docs/TRADEOFF.md has"
    # As `cargo bench --bench tradeoff -- --quick` does, without the optimized build of a bench that only starts it.
    cargo run --locked --quiet --manifest-path benches/stored/Cargo.toml --bin tradeoff -- --quick
fi

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked --quiet
items=$(sed 's/.*List of all items//' target/doc/gingersnap/all.html | grep -o '<li><a href' | wc -l)
echo "$items public items in the library"
# Each one more is one more to learn: what is added should take the place of something. Twenty of them are the stores', and
# eleven more are what ends a session that lives in a cookie. One is the derive, which has its trait's name.
[ "$items" -le 132 ]

if cargo deny --version >/dev/null 2>&1; then
    step "licences, bans and sources of the dependencies"
    cargo deny --workspace --offline check licenses bans sources
else
    step "cargo-deny is not installed: deny.toml is not checked"
fi

if [ "$quick" != quick ]; then
    install_checkers
    step "the files to copy, by the tools of those who read them"
    deploy/check.sh

    step "the sessions without each of their guards"
    tests/guards.sh

    install_fuzzer
    for target in $(cargo +nightly fuzz list); do
        step "fuzzing $target for $fuzz_seconds s"
        # New inputs go to a scratch folder: the committed corpus is read only here.
        scratch=$(mktemp -d)
        cargo +nightly fuzz run "$target" "$scratch" "fuzz/corpus/$target" -- \
            -max_total_time="$fuzz_seconds" -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0
        rm -rf "$scratch"
    done
fi

step "all checks passed"
