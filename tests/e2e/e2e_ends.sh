#!/usr/bin/env bash
# How a recording ends: on the frame it was asked for, by Ctrl+C, at a limit, by a kill; what the
# tape and the exit code say then; and who may record a deck meanwhile.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# recorded NAME FRAMES REASON CODE ARGS...: records the ramp until it ends by itself, beside a
# client that keeps the tape, and checks what is left.
recorded() {
    local name=$1 frames=$2 reason=$3 code=$4 deck=$DECK.$1
    shift 4
    start_held "$name" record --deck "$deck" --source tone:ramp --speed max "$@"
    wait_until "$deck is listed" is_listed "$deck"
    hold "holder.$name" "$deck"
    let_go "$name"
    ends "$name" "$code"
    same "state of $name" ended "$(fact "$deck" state)"
    same "reason of $name" "$reason" "$(fact "$deck" reason)"
    [[ -z $frames ]] || same "frames of $name" "$frames" "$(fact "$deck" head_frames)"
    matches "verify $name" "every sample right" "$(tapemap verify "$deck" --ramp)"
    release "holder.$name"
    wait_until "$deck is gone with its last client" is_not_listed "$deck"
}

recorded duration 1234560 duration 0 --duration 25.72s
recorded capacity 262144 capacity 1 --capacity 1MiB
matches "the sentence" "tape is full" "$(tail -n 1 capacity.err)"
recorded limit "" commit-limit 1 --commit-limit 8MiB
matches "the sentence" "commit" "$(tail -n 1 limit.err)"

# Ctrl+C; the deck is free afterwards although a client still holds the old tape.
start first tapemapd record --deck "$DECK" --source tone:ramp
wait_until "the first records" fact_is "$DECK" state recording
old=$(fact "$DECK" id)
fails 1 "being recorded by process [0-9]+" tapemapd record --deck "$DECK" --source tone:silence
start keeper tapemap tail "id:$old" -o kept.wav --from start
wait_until "the client has the tape" compgen -G "kept.wav.*.part" >/dev/null
interrupt first
ends first 0
ends keeper 0
same "frames in the file of the client" "$(tail -n 1 first.err | sed 's/.*(\([0-9]*\) frames).*/\1/')" \
    "$(soxi -s kept.wav)"

# kill -9: the tape of a client stays readable, says that its recorder is silent, and the deck can
# be recorded again at once, on a new tape.
start second tapemapd record --deck "$DECK" --source tone:ramp
wait_until "the second records" fact_is "$DECK" state recording
second=$(fact "$DECK" id)
start watcher tapemap meter "id:$second" --seconds 60
wait_until "the meter shows something" test -s watcher.out
kill -KILL "${pids[second]}"
wait "${pids[second]}" 2>/dev/null || true
unset 'pids[second]'
start third tapemapd record --deck "$DECK" --source tone:ramp
wait_until "the third records" fact_is "$DECK" state recording
[[ $(fact "$DECK" id) != "$second" ]] || complain "the new recorder has the old tape"
wait_until "the old tape is called stalled" fact_is "id:$second" is_stalled true
matches "verify what was killed" "every sample right" "$(tapemap verify "id:$second" --ramp)"
interrupt third
ends third 0
kill -KILL "${pids[watcher]}"
passed
