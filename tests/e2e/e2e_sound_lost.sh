#!/usr/bin/env bash
# What a recorder does that waits for its device: the plug is pulled and put in again, then the sound
# server is killed and started anew. It goes on with the same tape, after gaps of the true length.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

# says COUNT PATTERN: so many lines of the recorder are like it.
says() {
    (($(grep -cE "$2" recorder.err) >= $1))
}

mkdir tapes
make_sink e2e-lost
start_recording WASAPI --store file --output tapes --name lost.wav
wait_until "it recorded three seconds" head_reaches "$DECK" $((3 * RATE))

pactl unload-module "$module"
module=
wait_until "it says that the device is gone" says 1 "WASAPI: Monitor of $SINK went away at frame"
same "state" source-lost "$(fact "$DECK" state)"
head=$(fact "$DECK" head_frames)
wait_until "time goes on" head_reaches "$DECK" $((head + RATE))
make_sink e2e-lost
wait_until "it is back" says 1 "WASAPI: Monitor of $SINK is back, after"
same "state" recording "$(fact "$DECK" state)"
head=$(fact "$DECK" head_frames)
wait_until "it records on" head_reaches "$DECK" $((head + 3 * RATE))

bash "$ROOT/scripts/sound.sh" stop
module=
wait_until "it says so again" says 2 "WASAPI: Monitor of $SINK went away at frame"
bash "$ROOT/scripts/sound.sh" start
make_sink e2e-lost
wait_until "it is back again" says 2 "WASAPI: Monitor of $SINK is back, after"
head=$(fact "$DECK" head_frames)
wait_until "it records on" head_reaches "$DECK" $((head + 2 * RATE))

interrupt recorder
ends recorder 0
tapemap info tapes/lost.wav >info.txt
matches "journal" "source 4" "$(cat info.txt)"
python3 -B "$E2E/check_gaps.py" tapes/lost.wav 2 1 source || complain "the gaps are not right"
passed
