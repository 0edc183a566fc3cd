#!/usr/bin/env bash
# The sound server stands still for a second and a half. Whether what it missed comes in a burst
# afterwards or is lost and replaced by silence: the recording stays as long as the time it took.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

# now_and_head: "NANOSECONDS FRAMES", taken together.
now_and_head() {
    local before head
    before=$(date +%s%N)
    head=$(fact "$DECK" head_frames)
    echo "$(((before + $(date +%s%N)) / 2)) $head"
}

: >sound.raw
make_sink e2e-stall
start_player
start_recording WASAPI
# The recorder learns in its first seconds how late frames come when all is well.
wait_until "it has recorded three seconds" head_reaches "$DECK" $((3 * RATE))
read -r time_before head_before < <(now_and_head)
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
sleep 1.5 # the length of the stall, not a hope
kill -CONT "$stopped_server"
wait_until "it goes on" head_reaches "$DECK" $((head_before + 8 * RATE))
read -r time_after head_after < <(now_and_head)
took_ms=$(((time_after - time_before) / 1000000))
recorded_ms=$(((head_after - head_before) * 1000 / RATE))
echo "in $took_ms ms it recorded $recorded_ms ms, with $(fact "$DECK" gap_count) gaps of" \
    "$(fact "$DECK" gap_frames) frames and $(fact "$DECK" overflow_count) overflows"
off_ms=$((recorded_ms - took_ms))
((off_ms < 400 && off_ms > -400)) || complain "the recording is off by $off_ms ms"
interrupt recorder
ends recorder 0
passed
