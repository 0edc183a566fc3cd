#!/usr/bin/env bash
# Lines that keep to the terminal they are shown on, whatever its width.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# on_terminal COLUMNS PROGRAM ARGS...: what is seen of a program there.
on_terminal() {
    timeout -k 5 $((2 * PATIENCE)) python3 "$E2E/terminal.py" "$1" bash "$ROOT/scripts/wine.sh" \
        "$BIN/$2.exe" "${@:3}"
}

# meter_is_right COLUMNS CHANNELS: one line of the meter, which shows so many of eight channels.
meter_is_right() {
    local seen
    seen=$(on_terminal "$1" tapemap meter "$DECK" --once)
    matches "the meter on $1 columns" " $2 \[[^]]*\] +[^ ]+ +[^ ]+ \+$((8 - $2))\$" "$seen"
    same "its lines" 1 "$(wc -l <<<"$seen")"
    ((${#seen} < $1)) || complain "a line of ${#seen} columns on a terminal of $1"
}

# status_facts COLUMNS: how much of its status the recorder shows there.
status_facts() {
    on_terminal "$1" tapemapd record --deck "$DECK.$1" --source tone:ramp --duration 1s |
        grep -oE 'dBFS|no gaps +[0-9]|committed' | sort -u | wc -l
}

start recorder tapemapd record --deck "$DECK" --source tone:ramp --channels 8
wait_until "$DECK is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 48000
meter_is_right 60 1
meter_is_right 80 2
meter_is_right 150 4
interrupt recorder
ends recorder 0

same "what the status line tells on 40 columns" 1 "$(status_facts 40)"
same "what the status line tells on 150 columns" 3 "$(status_facts 150)"
passed
