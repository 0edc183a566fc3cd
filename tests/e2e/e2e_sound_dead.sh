#!/usr/bin/env bash
# The sound server stands still for so long that its device counts as lost, and is recorded again
# when it goes on. A recording of a length that ends meanwhile has failed, and says why.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

says() {
    grep -qE "$1" recorder.err
}

mkdir tapes
make_sink e2e-dead
start_recording WASAPI --store file --output tapes --name dead.wav
wait_until "it recorded three seconds" head_reaches "$DECK" $((3 * RATE))
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
wait_until "ten seconds without data count as a loss" says "Monitor of $SINK went away at frame"
same "state" source-lost "$(fact "$DECK" state)"
kill -CONT "$stopped_server"
wait_until "it is back" says "Monitor of $SINK is back, after"
head=$(fact "$DECK" head_frames)
wait_until "it records on" head_reaches "$DECK" $((head + 2 * RATE))
interrupt recorder
ends recorder 0
# The buffer of 200 ms may be full at one anchor and empty at the other, and the machine be busy.
python3 -B "$E2E/check_gaps.py" tapes/dead.wav 1 1 source || complain "the gap is not right"

start_recording WASAPI --duration 15s
pactl unload-module "$module"
module=
ends recorder 1
matches "how it ended" "ended by duration while its source was away, [0-9]+ gaps?" "$(cat recorder.err)"
matches "why it failed" "Monitor of $SINK was away at the end" "$(tail -n 1 recorder.err)"
passed
