#!/usr/bin/env bash
# The sound server stands still for a second and a half. Whether what it missed comes in a burst
# afterwards or is lost and replaced by silence: the recording stays as long as the time it took.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

: >sound.raw
make_sink e2e-stall
start_player 200
start_recording WASAPI --store file --output take.wav --keep-free 0
# The recorder learns in its first seconds how late frames come when all is well.
wait_until "it has recorded three seconds" head_reaches "$DECK" $((3 * RATE))
read -r time_before head_before < <(now_and_head take.wav)
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
sleep 1.5 # the length of the stall, not a hope
kill -CONT "$stopped_server"
wait_until "it goes on" head_reaches "$DECK" $((head_before + 8 * RATE))
wait_until "the recording is as long as the time it took" \
    keeps_time take.wav "$time_before" "$head_before"
echo "in $took_ms ms it recorded $recorded_ms ms, with $(fact "$DECK" gap_count) gaps of" \
    "$(fact "$DECK" gap_frames) frames and $(fact "$DECK" overflow_count) overflows"
interrupt recorder
ends recorder 0
passed
