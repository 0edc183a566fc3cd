#!/usr/bin/env bash
# A device does not wait until there is room on the disk: what it delivers meanwhile becomes a gap
# of its true length, so that the recording stays as long as the time it took.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"
source "$E2E/volume_common.sh"

make_volume volume tmpfs 16
: >sound.raw
make_sink e2e-full
start_player 200
start_recording WASAPI --store file --extent 1MiB --output volume/take.wav --keep-free 0 \
    --when-full wait --quiet
read -r time_before head_before < <(now_and_head volume/take.wav)
leave_room volume 512 # only now, so that it cannot be full before
wait_until "the disk is full" fact_is "$DECK" state disk-full
stood=$(fact "$DECK" head_frames)
sleep 2 # the length of the gap, not a hope
same "state after two seconds" disk-full "$(fact "$DECK" state)"
same "head after two seconds" "$stood" "$(fact "$DECK" head_frames)"
rm volume/filler
wait_until "it goes on" head_reaches "$DECK" $((stood + 5 * RATE))
wait_until "the recording is as long as the time it took" \
    keeps_time volume/take.wav "$time_before" "$head_before"
gap_frames=$(fact "$DECK" gap_frames)
echo "in $took_ms ms it recorded $recorded_ms ms, with $(fact "$DECK" gap_count) gaps of $gap_frames" \
    "frames"
((gap_frames >= 2 * RATE)) || complain "a gap of $gap_frames frames is too short"
same "state" recording "$(fact "$DECK" state)"
interrupt recorder
ends recorder 0
same "reason" requested "$(fact volume/take.wav reason)"
(($(fact volume/take.wav gap_frames) >= gap_frames)) || complain "the finished tape lacks a gap"
same "frames for sox" "$(fact volume/take.wav head_frames)" "$(soxi -s volume/take.wav)"
passed
