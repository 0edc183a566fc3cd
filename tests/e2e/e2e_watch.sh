#!/usr/bin/env bash
# The live state of decks: as lines on every change, and as a table on a terminal.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# says PATTERN: the watcher has said it of the deck, in its newest lines.
says() {
    grep -E "$1" watcher.out >/dev/null
}

# The newest line of the deck says that it records, after one that it was stalled. Other decks of
# this login session have lines too.
goes_on() {
    grep -E " $DECK +" watcher.out | tail -n 1 | grep -E "   $DECK +recording" >/dev/null
}

start watcher tapemap watch
start first tapemapd record --deck "$DECK" --source tone:sine:440 --ring 10s
wait_until "it records" says "Z   $DECK +recording +[0-9:.]+ +0 "
kill -STOP "${pids[first]}"
wait_until "it stalls" says "Z ! $DECK +stalled .* no sign of life for [0-9]+ s"
kill -CONT "${pids[first]}"
wait_until "it goes on" goes_on
interrupt first
ends first 0
wait_until "it ends" says "Z   $DECK +ended .* requested"

: >watcher.out
start second tapemapd record --deck "$DECK" --source tone:ramp
wait_until "another tape is told" says "Z   $DECK +(starting|recording) "

# A table: every line is written over the one before, and keeps to the terminal.
timeout --foreground -s KILL $((2 * PATIENCE)) python3 "$E2E/terminal.py" 70 \
    --type "$DECK +recording +[0-9]+:" interrupt \
    bash "$ROOT/scripts/wine.sh" "$BIN/tapemap.exe" watch >table.out || complain "it ended with code $?"
matches "the heading" "DECK +STATE +LENGTH +GAPS +READERS" "$(cat table.out)"
matches "the deck" "$DECK +recording +[0-9]+:" "$(cat table.out)"
same "lines past the terminal" 0 "$(awk 'length($0) > 70' table.out | wc -l)"

interrupt second
ends second 0
wait_until "that ends" says "Z   $DECK +ended .* requested"
: >watcher.out
start_held third record --deck "$DECK" --source tone:ramp --duration 1s
wait_until "a third tape is told" says "Z   $DECK +starting "
let_go third
ends third 0
wait_until "it ends by itself" says "Z   $DECK +ended .* duration"
interrupt watcher
ends watcher 0
fails 2 "one argument too many; it shows all decks" tapemap watch "$DECK"
passed
