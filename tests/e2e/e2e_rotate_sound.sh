#!/usr/bin/env bash
# Sound that is played, recorded through WASAPI onto one file after another: it is whole across the
# seams.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

sox -D -n -r $RATE -b 16 -c 2 sound.wav synth 9 sine 200:12000 sine 9000:300 gain -3
sox -D sound.wav -t raw sound.raw

has_tapes() {
    (($(find tapes -name '*.wav' | wc -l) >= $1))
}

# That the tapes are a series holds in every try; that the sound is whole, where none was lost on its
# way to the recorder.
is_whole() {
    local tapes
    begin_again
    rm -rf tapes all.wav
    mkdir tapes
    start_player 200
    start_recording WASAPI --store file --output tapes --rotate length:2s --keep-free 0
    touch play-now
    tapes=$(find tapes -name '*.wav' | wc -l)
    wait_until "it has rotated" has_tapes $((tapes + 7))
    interrupt recorder
    ends recorder 0
    kill "$player"
    wait "$player" || true
    player=
    python3 -B "$E2E/series.py" tapes --any-sound || complain "the tapes are no series"
    sox -D $(find tapes -name '*.wav' | sort) all.wav
    python3 "$ROOT/scripts/check_recording.py" sound.wav all.wav
}

make_sink e2e-rotate
in_tries "the sound over the seams" is_whole
passed
