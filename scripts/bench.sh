#!/usr/bin/env bash
# bench.sh [--short] [PART...]: builds, measures speed, memory and safety beside what people would
# use instead, and writes docs/benchmarks.md. The parts: append, readers, latency, open, growing,
# cost, overview, decks. All take about 50 minutes, and want a machine that does nothing else and 8
# GB of disk; the document says how busy it was. When parts are named, or with --short, which tries
# out in some minutes whether everything runs, the document is build/bench/benchmarks.md instead.
# The peers come from Debian: scripts/setup.sh --bench.
#
# tests/bench/part_NAME.sh measures, and leaves lines in build/bench/figures.tsv: table, row, column,
# value. tests/bench/text/NAME.md is that part of the document, for tests/bench/report.py to fill in.
set -euo pipefail
source "$(dirname "$0")/common.sh"
source "$ROOT/scripts/wine-env.sh"

BENCH=$ROOT/build/bench
BIN=$ROOT/build/release/bin
FEED=$BENCH/feed
FIGURES=$BENCH/figures.tsv
PARTS=(append readers latency open growing cost overview decks)

children=() scripts=()
stop_all() {
    local one
    for one in "${children[@]}"; do
        kill "$one" 2>/dev/null || true
    done
    for one in "${scripts[@]}"; do
        bash "$ROOT/scripts/$one" stop || true
    done
    rm -f "$FEED"
}
trap stop_all EXIT
trap 'exit 130' INT TERM HUP

# start_unless_running SCRIPT: what runs already is left running at the end.
start_unless_running() {
    bash "$ROOT/scripts/$1" status >/dev/null && return
    scripts+=("$1")
    bash "$ROOT/scripts/$1" start
}

windows() {
    bash "$ROOT/scripts/wine.sh" "$@" </dev/null
}

# figure TABLE ROW COLUMN VALUE
figure() {
    printf '%s\t%s\t%s\t%s\n' "$@" >>"$FIGURES"
}

# measure_as NAME COMMAND...: adds the figures that it prints. One that fails spoils only its own.
measure_as() {
    local status=0
    "${@:2}" </dev/null >"$BENCH/printed" || status=$?
    grep -P '^[^\t]+\t[^\t]+\t[^\t]+\t' "$BENCH/printed" >>"$FIGURES" || true
    rm -f "$BENCH/printed"
    ((status == 0)) || trouble "$1 ended with code $status"
}

measure() {
    measure_as "$(basename "$1")" "$@"
}

measure_with() {
    measure_as "$1" windows "$BIN/$1.exe" "${@:2}"
}

troubles=0
trouble() {
    troubles=$((troubles + 1))
    say "note: $1; its figures are missing" >&2
    figure troubles "$1" value 1
}

# amount FULL BRIEF: as bench_amount in bench_samples.h.
amount() {
    if [[ -n ${BENCH_SHORT-} ]]; then
        echo "$2"
    else
        echo "$1"
    fi
}

# Ticks of all processors so far: busy ones, those that the host took for others, all.
machine_ticks() {
    awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' \
        /proc/stat
}

# What ended just now leaves work behind, and so the machine is given a minute to come to rest.
note_load() {
    local busy stolen all busy_then stolen_then all_then percent=100 tries=30
    for ((; tries > 0 && percent > 3; tries--)); do
        read -r busy_then stolen_then all_then < <(machine_ticks)
        sleep 2
        read -r busy stolen all < <(machine_ticks)
        percent=$(((busy - busy_then + stolen - stolen_then) * 100 / (all - all_then)))
    done
    figure load "$1" busy "$percent"
}

# note_stolen PART STOLEN ALL: what the host took since then.
note_stolen() {
    local busy stolen all
    read -r busy stolen all < <(machine_ticks)
    figure load "$1" stolen "$(awk -v part=$((stolen - $2)) -v all=$((all - $3)) \
        'BEGIN { print part * 100 / all }')"
}

source "$ROOT/tests/bench/bench_recorders.sh"
for file in "$ROOT"/tests/bench/part_*.sh; do
    source "$file"
done

output=$ROOT/docs/benchmarks.md
if [[ ${1-} == --short ]]; then
    export BENCH_SHORT=1
    output=$BENCH/benchmarks.md
    shift
fi
(($# == 0)) || output=$BENCH/benchmarks.md
(($# > 0)) || set -- "${PARTS[@]}"
for part in "$@"; do
    declare -F "part_$part" >/dev/null ||
        fail "measuring '$part'" "there is no such part" "name some of: ${PARTS[*]}"
done
for program in parecord arecord sox soxi ffmpeg sndfile-convert jackd jack_wait jack_capture \
    rotter strace; do
    command -v "$program" >/dev/null || fail "looking for $program" "it is not installed" \
        "run scripts/setup.sh --bench"
done
[[ -e $ROOT/build/peers/lmdb/mdb.c ]] || fail "looking for LMDB" "its source is not there" \
    "run scripts/setup.sh --bench"
need wine wineserver cc python3
[[ -r /proc/self/schedstat ]] || fail "looking for /proc/self/schedstat" \
    "this kernel does not count processor time in nanoseconds" "use one with CONFIG_SCHED_INFO"

mkdir -p "$BENCH"
bash "$ROOT/scripts/build.sh" release
start_unless_running sound.sh
export PULSE_SERVER=unix:$ROOT/build/sound/socket PULSE_CLIENTCONFIG=/dev/null
start_unless_running wine-session.sh
ensure_prefix
: >"$FIGURES"
for part in "$@"; do
    began=$SECONDS
    note_load "$part"
    read -r _ stolen all < <(machine_ticks)
    "part_$part"
    note_stolen "$part" "$stolen" "$all"
    printf '  %-40s %4d s\n' "measured $part" $((SECONDS - began))
done
python3 -B "$ROOT/tests/bench/report.py" "$FIGURES" "$ROOT" "$@" >"$BENCH/report.md"
mv "$BENCH/report.md" "$output"
say "written: ${output#"$ROOT"/}"
((troubles == 0)) || fail "measuring" "$troubles of the programs failed" "see the notes above"
