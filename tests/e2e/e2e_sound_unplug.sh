#!/usr/bin/env bash
# The device goes away while it is recorded, as when its plug is pulled, and is not waited for: it
# says so and ends, and what came before is readable. Through WASAPI, whose streams end then; those of
# DirectSound and MME only fall silent, in PortAudio and so here.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

: >sound.raw
make_sink e2e-unplug
start_player 200
start_recording WASAPI --when-lost stop
hold holder "$DECK"
pactl unload-module "$module"
module=
ends recorder 1
matches "what the recorder says" \
    "recording deck '$DECK': WASAPI: Monitor of $SINK went away at frame [0-9]+; reconnect it" \
    "$(tail -n 1 recorder.err)"
same "state" ended "$(fact "$DECK" state)"
same "reason" source-lost "$(fact "$DECK" reason)"
matches "journal" "source 1" "$(tapemap info "$DECK")"
frames=$(recorded_frames recorder)
tapemap export "$DECK" -o before.wav --quiet
same "frames before that" "$frames" "$(soxi -s before.wav)"
release holder
passed
