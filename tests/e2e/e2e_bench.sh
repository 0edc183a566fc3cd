#!/usr/bin/env bash
# What scripts/bench.sh measures with works, however fast it is: long tapes are tapes, each program
# prints figures, and a document comes of them.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
export BENCH_SHORT=1

# figures NAME ARGS...: those that a benchmark prints.
figures() {
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$BIN/$1.exe" "${@:2}" >figures.out ||
        complain "$1 ended with code $?"
    grep -q $'\t' figures.out || complain "$1 prints no figure: $(cat figures.out)"
    tr -d '\r' <figures.out >>figures.tsv
}

python3 -B "$ROOT/tests/bench/make_long_tape.py" long.wav 86400
same "frames of a day" $((86400 * 48000)) "$(fact ./long.wav head_frames)"
same "gaps of a day" 24 "$(fact ./long.wav gap_count)"
figures bench_overview long.wav "24 h"
figures bench_open_file tape long.wav "24 h" tape 0
figures bench_open_file libsndfile long.wav "24 h" WAV 0
figures bench_append
mkdir folder
figures bench_ingest folder
figures bench_growth folder
figures bench_latency
figures bench_followers 1
figures bench_pipes "Windows pipe" 1
python3 -B "$ROOT/tests/bench/report.py" figures.tsv "$ROOT" append readers latency open overview \
    >report.md
! grep '{{' report.md || complain "something was not filled in"
for row in "24 h: PNG" "24 h: tape" "24 h: WAV" "tape in a file" "file grows every MiB" "ring of 1 s: tape_append" "1: tape" "1: Windows pipe" \
    "waiting: tape, tapemap_wait"; do
    grep -q "^| $row | [0-9]" report.md || complain "there is no row '$row' in the document"
done
passed
