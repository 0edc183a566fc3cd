#!/usr/bin/env bash
# A device that was plugged in elsewhere has another number in its name: it is found by the rest. (A
# recording does not go on with it here: a program under Wine learns of no new device while it runs.)
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

find_device() {
    tapemapd devices --find "portaudio:WASAPI:$1" s16:$RATE:2 >find.out 2>&1
}

make_sink e2e-moved "E2E (2- Moved)"
find_device "#Monitor of E2E (Moved)" || complain "it is not found: $(cat find.out)"
find_device "#Monitor of E2E (5- Moved)" || complain "it is not found by a number: $(cat find.out)"
! find_device "Monitor of E2E (Moved)" || complain "it is found by a name that it has not"
SINK="E2E (Moved)"
start recorder tapemapd record --deck "$DECK" --source "portaudio:WASAPI:#Monitor of $SINK"
wait_until "it records" head_reaches "$DECK" $RATE
matches "what it says that it records" "WASAPI: Monitor of E2E \(2- Moved\)" "$(head -1 recorder.err)"
interrupt recorder
ends recorder 0

# Of two, neither is meant more than the other.
other=$(pactl load-module module-null-sink sink_name=tapemap_e2e-moved-too format=s16le rate=$RATE \
    channels=2 "sink_properties='device.description=\"E2E (3- Moved)\"'")
fails 1 "fits several devices of WASAPI.*E2E \([23]- Moved\), Monitor of E2E \([23]- Moved\)" \
    tapemapd record --deck "$DECK" --source "portaudio:WASAPI:#Monitor of $SINK" --duration 1s
pactl unload-module "$other"
passed
