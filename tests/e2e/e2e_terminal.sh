#!/usr/bin/env bash
# Lines that keep to the terminal they are shown on, whatever its width.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# on_terminal COLUMNS PROGRAM ARGS...: what is seen of a program there.
on_terminal() {
    timeout -k 5 $((2 * PATIENCE)) python3 "$E2E/terminal.py" "$1" bash "$ROOT/scripts/wine.sh" \
        "$BIN/$2.exe" "${@:3}"
}

# meter_is_right COLUMNS CHANNELS: the meter of eight channels on 25 lines shows all of them below
# each other and its loudness, and keeps to the width.
meter_is_right() {
    local seen
    seen=$(on_terminal "$1" tapemap meter "$DECK" --once)
    same "channels on $1 columns" 8 "$(grep -cE '^ +[1-8] .* -?[0-9.inf]+' <<<"$seen")"
    matches "the loudness on $1 columns" "M +-?[0-9.inf]+ +S .*I .* LUFS" "$seen"
    matches "the true peak on $1 columns" "true peak +-?[0-9.]+ dBTP" "$seen"
    (($(LC_ALL=C.UTF-8 wc -L <<<"$seen") < $1)) || complain "a line as long as $1 columns: $seen"
}

# status_facts COLUMNS: how much of its status the recorder shows there.
status_facts() {
    on_terminal "$1" tapemapd record --deck "$DECK.$1" --source tone:ramp --duration 5s |
        grep -oE 'dBFS|no gaps +[0-9]|committed' | sort -u | wc -l
}

start recorder tapemapd record --deck "$DECK" --source tone:ramp --channels 8
wait_until "$DECK is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 48000
for columns in 40 60 80 150; do
    meter_is_right "$columns"
done
overview=$(on_terminal 100 tapemap overview "$DECK")
(($(LC_ALL=C.UTF-8 wc -L <<<"$overview") < 100)) || complain "the overview leaves the terminal"
matches "the overview" "│.*[▁▂▃▄▅▆▇█]{20}" "$overview"
interrupt recorder
ends recorder 0

same "what the status line tells on 40 columns" 1 "$(status_facts 40)"
same "what the status line tells on 150 columns" 3 "$(status_facts 150)"
passed
