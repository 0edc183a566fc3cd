#!/usr/bin/env bash
# Sound that is played, recorded through WASAPI onto a file: other programs find it there while it
# is recorded, and at the end. Then the sound server stands still: a gap in the journal, if frames
# were lost, is a cue point of the finished file.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

sox -D -n -r $RATE -b 16 -c 2 sound.wav synth 1.5 sine 200:12000 sine 9000:300 gain -3
sox -D sound.wav -t raw sound.raw

found() {
    python3 "$ROOT/scripts/check_recording.py" sound.wav "$@" >check.out 2>&1
}

# What sox reads out of the growing file, as a WAV of its own.
copy() {
    sox -D tape.wav copy.wav
}

is_there() {
    copy && found copy.wav "$@"
}

# Until it is there exactly, or so much later that a loss would be in the journal.
is_settled() {
    is_there --exact || head_reaches "$DECK" "$1"
}

try_sound() {
    local lost
    begin_again
    rm -f tape.wav
    start_player 3000
    start_recording WASAPI --store file --output tape.wav
    touch play-now
    wait_until "the sound is recorded" is_settled $(($(fact "$DECK" head_frames) + 10 * RATE))
    lost=$(($(fact "$DECK" gap_count) + $(fact "$DECK" overflow_count)))
    exact=(--exact)
    is_there --exact || { exact=() && ((lost > 0)) && is_there; } || {
        echo "with $lost gaps and overflows: $(cat check.out)"
        return 1
    }
    cat check.out
}

make_sink e2e-file
in_tries "while it is recorded" try_sound
before=$(fact "$DECK" head_frames)
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
sleep 1.5 # the length of the stall, not a hope
kill -CONT "$stopped_server"
wait_until "it goes on" head_reaches "$DECK" $((before + 8 * RATE))
interrupt recorder
ends recorder 0
gaps=$(fact tape.wav gap_count)
python3 "$E2E/finished_chunks.py" tape.wav - >chunks.out || complain "the chunks"
same "gaps among the cue points" "$gaps" "$(grep -o '([0-9]*, [0-9]*)' chunks.out | wc -l)"
found tape.wav "${exact[@]}" || complain "in the finished file: $(cat check.out)"
same "frames for sox" "$(fact tape.wav head_frames)" "$(soxi -s tape.wav)"
cat chunks.out check.out
passed
