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

mkdir tapes
make_sink e2e-rotate
start_player 200
start_recording WASAPI --store file --output tapes --rotate length:2s --keep-free 0
touch play-now
tapes=$(find tapes -name '*.wav' | wc -l)
wait_until "it has rotated" has_tapes $((tapes + 7))
interrupt recorder
ends recorder 0
python3 -B "$E2E/series.py" tapes --any-sound || complain "the tapes are no series"
if grep -q 'no gaps' recorder.err; then
    sox -D $(find tapes -name '*.wav' | sort) all.wav
    python3 "$ROOT/scripts/check_recording.py" sound.wav all.wav >found.out 2>&1 ||
        complain "the sound is not whole: $(cat found.out)"
    cat found.out
else # a busy machine: what the sound server has lost is no matter of seams
    grep 'gap' recorder.err
fi
for file in tapes/*/*.wav; do
    echo "$file $(soxi -s "$file")"
done
passed
