#!/usr/bin/env bash
# No sound system answers: whoever asks for devices hears that, and what to do.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$ROOT/scripts/wine-env.sh"
export PULSE_SERVER=unix:$SCRATCH/nobody PULSE_CLIENTCONFIG=/dev/null

# Past wine.sh, which would find the sound server of the other tests.
for program in tapemapd tapemap; do
    eval "$program() { timeout -k 5 $((2 * PATIENCE)) wine '$BIN/$program.exe' \"\$@\"; }"
done

unheard="no sound system answered; start it .* and check that a sound device is there"
fails 1 "listing the devices: $unheard" tapemapd devices
fails 1 "listing the devices: $unheard" tapemapd devices --json
for source in portaudio portaudio:WASAPI portaudio:MME:Microphone; do
    fails 1 "recording deck '$DECK': $unheard" tapemapd record --deck "$DECK" --source "$source"
done

tapemapd record --deck "$DECK.file" --source tone:chirp --duration 1s --speed max --quiet \
    --store file --output whole.wav
unheard="no sound system answered; start it .*, and 'tapemap play --devices' lists its devices"
fails 1 "cannot play file './whole.wav': $unheard" tapemap play ./whole.wav
fails 1 "cannot play file './whole.wav': $unheard" tapemap play ./whole.wav --device theremin
fails 1 "cannot list the output devices: $unheard" tapemap play --devices
same "decks that are left" 0 "$(tapemap list --json | grep -cF "$DECK" || true)"
passed
