#!/usr/bin/env bash
# e2e_sound.sh HOSTAPI: sound that is played is recorded through this host API of PortAudio, every
# sample as it was; or the journal says that some was lost.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

host_api=$1
sox -D -n -r $RATE -b 16 -c 2 sound.wav synth 1.5 sine 200:12000 sine 9000:300 gain -3
sox -D sound.wav -t raw sound.raw

found() {
    tapemap export "$DECK" -o recorded.wav --force --quiet
    python3 "$ROOT/scripts/check_recording.py" sound.wav recorded.wav "$@" >check.out 2>&1
}

# Until it is there exactly, or so much later that a loss would be in the journal.
is_settled() {
    found --exact || head_reaches "$DECK" "$1"
}

try_sound() {
    local lost
    begin_again
    start_player 3000
    start_recording "$host_api"
    touch play-now
    wait_until "the sound is recorded" is_settled $(($(fact "$DECK" head_frames) + 10 * RATE))
    lost=$(($(fact "$DECK" gap_count) + $(fact "$DECK" overflow_count)))
    found --exact || { ((lost > 0)) && found; } || {
        echo "with $lost gaps and overflows: $(cat check.out)"
        return 1
    }
    cat check.out
}

make_sink "e2e-$host_api"
in_tries "$host_api" try_sound
matches "source" "^$host_api: Monitor of $SINK" "$(fact "$DECK" source)"
same "format" "s16 2 $RATE" \
    "$(fact "$DECK" format) $(fact "$DECK" channels) $(fact "$DECK" sample_rate_hz)"
interrupt recorder
ends recorder 0
passed
