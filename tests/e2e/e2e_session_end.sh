#!/usr/bin/env bash
# The end of a session, as windows are told of it: a recorder and a supervisor end in order, and
# who hears that it was called off goes on. Nothing is said to the console here.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# tell PID end|stay|close
tell() {
    bash "$ROOT/scripts/wine.sh" "$BIN/end_session.exe" "$@" >>told 2>&1 ||
        die "process $1 is not told '$2': $(tail -n 1 told)"
}

recorder_pid() {
    tapemap list --json | python3 -c '
import json, sys
print(*(row["recorder_pid"] for row in json.load(sys.stdin) if row["deck"] == sys.argv[1]))' "$1"
}

# is_complete FILE REASON
is_complete() {
    [[ ! -e $1.index ]] || complain "$1 was not completed"
    matches "state of $1" "state *ended \\($2"$'\n' "$(tapemap info "./$1")"
    matches "verify $1" "every sample right" "$(tapemap verify "./$1" --ramp)"
}

# ends_by WORD FILE REASON: a recorder that nobody supervises.
ends_by() {
    local word=$1 file=$2 head
    start recorder tapemapd record --deck "$DECK" --source tone:ramp --store file --output "$file" \
        --extent 1MiB --keep-free 1MiB
    wait_until "it records" head_reaches "$DECK" 4800
    tell "$(recorder_pid "$DECK")" stay
    head=$(fact "$DECK" head_frames)
    wait_until "it records on" head_reaches "$DECK" $((head + 9600))
    tell "$(recorder_pid "$DECK")" "$word"
    ends recorder 0
    is_complete "$file" "$3"
}

ends_by end ended.wav "requested\\): the session of its user ended"
ends_by close closed.wav "requested\\): stopped on request"

# What is kept of a mark is kept when its tape ends.
start recorder tapemapd record --deck "$DECK" --source tone:ramp --ring 1m --keep-on-mark 1s,50s \
    --keep-to kept
wait_until "it records" head_reaches "$DECK" 4800
tapemap mark "$DECK" "the last word" >mark.out
tell "$(recorder_pid "$DECK")" end
ends recorder 0
(($(find kept -name '*.wav' | wc -l) == 1)) || complain "the mark was not kept"

# A supervisor that is told alone ends its recorders in order.
cat >decks.conf <<END
log = decks.log
deck "$DECK.a" { source = tone:ramp store = file output = tapes extent = 1MiB keep_free = 1MiB }
END
supervise() {
    start run tapemapd run --config decks.conf
    wait_until "it records" head_reaches "$DECK.a" 4800
}
supervisor_pid() {
    tapemapd status --json | python3 "$E2E/json_value.py" pid
}
tape() {
    find tapes -name '*.wav'
}

supervise
tell "$(supervisor_pid)" end
ends run 0
wait_until "no recorder is left" no_recorder_is_left
[[ ! -e decks.conf.wishes ]] || complain "the decks count as stopped: $(<decks.conf.wishes)"
matches "why" "supervisor: the session ends: every deck is stopped" "$(<decks.log)"
is_complete "$(tape)" "requested\\): its supervisor stopped it"

# A recorder that is told before its supervisor is not started again at once, and does not count as
# done when that comes to its end, or is killed.
rm -r tapes
supervise
tell "$(recorder_pid "$DECK.a")" end
wait_until "its end is told" grep -q "was told that the session ends; it is started again in" run.err
wait_until "it does not record again at once" no_recorder_is_left
[[ ! -e decks.conf.wishes ]] || complain "the deck counts as done: $(<decks.conf.wishes)"
is_complete "$(tape)" "requested\\): the session of its user ended"
tell "$(supervisor_pid)" end
ends run 0
[[ ! -e decks.conf.wishes ]] || complain "the deck counts as done: $(<decks.conf.wishes)"
passed
