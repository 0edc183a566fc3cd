#!/usr/bin/env bash
# A recorder whose stderr takes no more text (a stopped pipe reader here; on Windows also a console
# in which somebody selects text) goes on with all it does: it records, changes tapes, deletes old
# ones and keeps marks. Ctrl+C ends its tape, and then it waits two seconds for somebody to read.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

SPEED=20
# Recorded some seconds after the first status line, which is due after ten.
ENOUGH=$((48000 * SPEED * 15))

# start_blocked NAME ARGS...: a recorder of the deck $DECK.NAME that can write no more text.
start_blocked() {
    local pipe deck=$DECK.$1
    mkfifo "$1.err"
    exec {pipe}<>"$1.err"
    pipes[$1]=$pipe
    start "$1" tapemapd record --deck "$deck" --source tone:ramp "${@:2}"
    wait_until "$1 records" fact_is "$deck" state recording
    python3 "$E2E/fill_pipe.py" "$1.err"
}

# ends_unread NAME: it is interrupted, ends its tape and itself, and the deck is free.
ends_unread() {
    local id
    hold client "$DECK.$1"
    id=$(fact "$DECK.$1" id)
    interrupt "$1"
    ends "$1" 0
    same "reason" requested "$(fact "id:$id" reason)"
    tapemapd record --deck "$DECK.$1" --source tone:ramp --duration 100ms --quiet
    release client
}

# Nobody reads for a while. Then the recorder says what there was to say, in its order.
start_blocked recorder --speed ${SPEED}x
wait_until "it goes on recording" head_reaches "$DECK.recorder" "$ENOUGH"
wait_until "its tape is not stalled" fact_is "$DECK.recorder" is_stalled false
let_go recorder
wait_until "what it has to say comes" grep -q ' frames  ' recorder.err
interrupt recorder
ends recorder 0
wait_until "the last line comes" grep -q "ended as requested, no gaps" recorder.err
matches "the lines" $'^tapemapd: recording deck .*\n+tapemapd: [0-9:.]+  [0-9]+ frames  .*\ntapemapd: recorded ' \
    "$(<recorder.err)"
same "lines that are none of its own" "" "$(own_words <recorder.err | grep -v '^tapemapd: \|^$' || true)"

# The pipe is never read again.
start_blocked stuck
ends_unread stuck

# Each deletion is a line. Eight tapes may wait for the thread that deletes; here are many more.
first_is_gone() {
    [[ ! -e $first ]]
}

has_less_than() {
    (($(find tapes -name '*.wav' | wc -l) < $1))
}

series_reaches() {
    local position
    position=$(fact "$1" series_position) && ((position >= $2))
}

start_blocked files --speed ${SPEED}x --store file --output tapes --rotate length:5s --extent 1MiB \
    --keep-free 0 --keep-size 4MiB
first=$(find tapes -name '*.wav' | sort | head -n 1)
wait_until "it goes from tape to tape" series_reaches "$DECK.files" $((48000 * 5 * 30))
wait_until "old tapes are deleted" first_is_gone
wait_until "old tapes do not pile up" has_less_than 25
interrupt files
ends files 0
same "index files that are left" "" "$(find tapes -name '*.index')"

# That a mark was kept is a line too; the next mark is kept all the same.
mkdir kept
start_blocked ring --ring 20s --keep-on-mark 1s,1s --keep-to kept
wait_until "there is sound" head_reaches "$DECK.ring" 96000
has_kept() {
    (($(find kept -name '*.wav' | wc -l) == $1))
}
for mark in 1 2 3; do
    tapemap mark "$DECK.ring" "$mark" >/dev/null
    wait_until "mark $mark is kept" has_kept "$mark"
done
ends_unread ring
passed
