#!/usr/bin/env bash
# No sound system answers: whoever asks for devices hears that, and what to do.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$ROOT/scripts/wine-env.sh"
export PULSE_SERVER=unix:$SCRATCH/nobody PULSE_CLIENTCONFIG=/dev/null

# Past wine.sh, which would find the sound server of the other tests.
tapemapd() {
    timeout -k 5 $((2 * PATIENCE)) wine "$BIN/tapemapd.exe" "$@"
}

unheard="no sound system answered; start it .* and check that a sound device is there"
fails 1 "listing the devices: $unheard" tapemapd devices
fails 1 "listing the devices: $unheard" tapemapd devices --json
for source in portaudio portaudio:WASAPI portaudio:MME:Microphone; do
    fails 1 "recording deck '$DECK': $unheard" tapemapd record --deck "$DECK" --source "$source"
done
same "decks that are left" 0 "$(tapemap list --json | grep -cF "$DECK" || true)"
passed
