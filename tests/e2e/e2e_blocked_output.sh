#!/usr/bin/env bash
# A recorder whose stderr takes no more text (a stopped pipe reader here; on Windows also a console
# in which somebody selects text) records on, and Ctrl+C ends its tape; a second one ends the process,
# which waits two seconds for somebody to read.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

SPEED=20
# Recorded some seconds after the first status line, which is due after ten.
ENOUGH=$((48000 * SPEED * 15))

# start_blocked NAME: a recorder that can write no more text.
start_blocked() {
    local pipe
    mkfifo "$1.err"
    exec {pipe}<>"$1.err"
    pipes[$1]=$pipe
    start "$1" tapemapd record --deck "$DECK" --source tone:ramp --speed ${SPEED}x
    wait_until "it records" fact_is "$DECK" state recording
    python3 "$E2E/fill_pipe.py" "$1.err"
}

start_blocked recorder
wait_until "it goes on recording" head_reaches "$DECK" "$ENOUGH"
same "whether its tape is stalled" false "$(fact "$DECK" is_stalled)"
interrupt recorder
wait_until "its tape has ended" fact_is "$DECK" state ended
same "reason" requested "$(fact "$DECK" reason)"
matches "verify" "every sample right" "$(tapemap verify "$DECK" --ramp)"

# The pipe is read again: the recorder says the rest and is done.
let_go recorder
ends recorder 0
wait_until "the last line comes" grep -q "ended as requested, no gaps" recorder.err

# The pipe is never read again: the next Ctrl+C ends the process, and the deck is free.
interrupt_again() {
    interrupt stuck 2>/dev/null || return 0
    is_gone "${pids[stuck]}"
}

start_blocked stuck
hold client "$DECK"
interrupt stuck
wait_until "the tape has ended" fact_is "$DECK" state ended
stuck_id=$(fact "$DECK" id)
wait_until "another interrupt ends it" interrupt_again
ends stuck 1
same "reason" requested "$(fact "id:$stuck_id" reason)"
tapemapd record --deck "$DECK" --source tone:ramp --duration 100ms --quiet
release client
passed
