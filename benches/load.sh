#!/usr/bin/env bash
# A server under load on the loopback interface: a page of 100 bytes that reads a cart of 10, against the same
# page without a session. Prints both rates and their ratio, run by run, and the medians; and the processor's time that
# the server takes for a request (user and system), with the session and with its two header fields alone.
#
#   benches/load.sh [SIDE]     the first side whose name starts with SIDE; without one: gingersnap
#
# Needs wrk and curl (Debian: apt-get install wrk curl). RUNS, SECONDS_EACH and CONNECTIONS may be set.
set -euo pipefail
cd "$(dirname "$0")/peers"

runs=${RUNS:-5} seconds=${SECONDS_EACH:-5} connections=${CONNECTIONS:-32}
for tool in wrk curl; do
    command -v "$tool" >/dev/null || { echo "load.sh: $tool is missing (Debian: apt-get install $tool)" >&2; exit 2; }
done

cargo build --release --quiet --bin load-server
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
scratch=$(mktemp -d)
"$target/release/load-server" "${1:-}" >"$scratch/address" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in $(seq 100); do [ -s "$scratch/address" ] && break; sleep 0.05; done
read -r address name <"$scratch/address" || { echo "load.sh: the server did not start" >&2; exit 1; }

# What a browser would send back: each pair before the first semicolon.
cookie=$(curl -sS -X POST -D - -o /dev/null "http://$address/seed/10" |
    sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p' | paste -sd ';' | sed 's/;/; /g')
page() { curl -sS -H "Cookie: $cookie" "http://$address/$1"; }
case "$(page read)" in
    *" 10 lines"*) ;;
    *) echo "load.sh: /read does not read the cart" >&2; exit 1 ;;
esac
[ "$(page plain | wc -c)" = 100 ] && [ "$(page read | wc -c)" = 100 ] || { echo "load.sh: not 100 bytes" >&2; exit 1; }

# Requests per second, and microseconds of the processor for each; an answer that is not 200 ends it all.
rate() {
    local report before after
    before=$(ticks)
    report=$(wrk -t1 -c"$connections" -d"${seconds}s" -H "Cookie: $cookie" "http://$address/$1")
    after=$(ticks)
    if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then echo "$report" >&2; return 1; fi
    awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '
        / requests in / { microseconds = 1e6 * ticks / hertz / $1 }
        /^Requests\/sec/ { printf "%s %.2f", $2, microseconds }' <<<"$report"
}
# The processor's time that the server has taken.
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

echo "$name: $runs interleaved runs of ${seconds} s each, $connections connections, one thread a side"
wrk -t1 -c"$connections" -d1s -H "Cookie: $cookie" "http://$address/read" >/dev/null
printf '\n| run | without a session, 1/s | with it, 1/s | ratio | two fields, µs | session, µs | difference |\n'
printf '|----:|----------------------:|-------------:|------:|---------------:|------------:|-----------:|\n'
for run in $(seq "$runs"); do
    # Whoever comes second finds a warmer machine, so they change places.
    pages="plain fields read"
    [ $((run % 2)) = 1 ] || pages="read fields plain"
    for page in $pages; do rate "$page" >"$scratch/$page"; done
    row=$(cd "$scratch" && awk '{ rate[FILENAME] = $1; cpu[FILENAME] = $2 }
        END { printf "%s %s %.3f %.2f %.2f %.2f", rate["plain"], rate["read"], rate["read"] / rate["plain"],
              cpu["fields"], cpu["read"], cpu["read"] - cpu["fields"] }' plain fields read)
    echo "$row" >>"$scratch/rows"
    printf '| %3s | %21s | %12s | %5s | %14s | %11s | %10s |\n' "$run" $row
done
printf '| median'
for column in 1 2 3 4 5 6; do printf ' | %s' "$(cut -d' ' -f"$column" "$scratch/rows" | median)"; done
printf ' |\n'
