#!/usr/bin/env bash
# Instructions per request, counted by valgrind: the same on a busy machine as on an idle one.
#
#   benches/instructions.sh [OTHER]     with OTHER, a checkout of another version, the same there, and the ratio
#   benches/instructions.sh --places    with a store beside what fits its cookie, without one, and the ratio
#
# What starting takes is left out: the difference between 3,000 and 1,000 requests is divided by 2,000.
# Needs valgrind (Debian: apt-get install valgrind).
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD other=
case ${1:-} in "" | --places) ;; *) other=$(realpath "$1") ;; esac
command -v valgrind >/dev/null || { echo "instructions.sh: valgrind is missing (Debian: apt-get install valgrind)" >&2; exit 2; }

# The binary of a bench, of a checkout. Its own bench is replaced by ours in a scratch copy, so that both answer the same requests.
build() {
    (cd "$1" && cargo build --profile bench --quiet --bench "$2" --message-format json |
        sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
}
count() {
    local report
    report=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" "$3" 2>&1) || { echo "$report" >&2; return 1; }
    sed -n 's/.*Collected : *\([0-9]*\).*/\1/p' <<<"$report"
}
each() {
    local few many
    few=$(count "$1" "$2" 1000)
    many=$(count "$1" "$2" 3000)
    echo $(((many - few) / 2000))
}

ours=$(build "$here" instructions)
if [ "${1:-}" = --places ]; then
    theirs=$ours ours=$(build "$here" places)
    printf '%-12s %12s %12s %8s\n' case 'with store' without ratio
elif [ -n "$other" ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    git -C "$other" archive HEAD | tar -x -C "$scratch"
    cp benches/instructions.rs benches/counted.rs "$scratch/benches/"
    grep -q 'name = "instructions"' "$scratch/Cargo.toml" ||
        printf '\n[[bench]]\nname = "instructions"\nharness = false\n' >>"$scratch/Cargo.toml"
    theirs=$(CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/target}/instructions build "$scratch" instructions)
    printf '%-12s %12s %12s %8s\n' case here other ratio
else
    printf '%-12s %12s\n' case here
fi
for case in untouched read signed-in write; do
    mine=$(each "$ours" $case)
    if [ -z "${theirs:-}" ]; then
        printf '%-12s %12d\n' $case "$mine"
    else
        past=$(each "$theirs" $case)
        printf '%-12s %12d %12d %8.3f\n' $case "$mine" "$past" "$(awk "BEGIN { print $mine / $past }")"
    fi
done
