#!/usr/bin/env bash
# A recorder whose stderr takes no more text (a stopped pipe reader here; on Windows also a console
# in which somebody selects text) records on, and Ctrl+C ends its tape.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

SPEED=20
# Recorded some seconds after the first status line, which is due after ten.
ENOUGH=$((48000 * SPEED * 15))

mkfifo recorder.err
exec {pipe}<>recorder.err
pipes[recorder]=$pipe
start recorder tapemapd record --deck "$DECK" --source tone:ramp --speed ${SPEED}x
wait_until "it records" fact_is "$DECK" state recording
python3 "$E2E/fill_pipe.py" recorder.err
wait_until "it goes on recording" head_reaches "$DECK" "$ENOUGH"
same "whether its tape is stalled" false "$(fact "$DECK" is_stalled)"
interrupt recorder
wait_until "its tape has ended" fact_is "$DECK" state ended
same "reason" requested "$(fact "$DECK" reason)"
matches "verify" "every sample right" "$(tapemap verify "$DECK" --ramp)"

# The pipe is read again: the recorder says the rest and is done.
let_go recorder
ends recorder 0
wait_until "the last line comes" grep -q "ended by requested, no gaps" recorder.err
passed
