#!/usr/bin/env bash
# A device does not wait until there is room on the disk: what it delivers meanwhile becomes a gap
# of its true length, so that the recording stays as long as the time it took.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"
source "$E2E/volume_common.sh"

# now_and_head: "NANOSECONDS FRAMES", taken together.
now_and_head() {
    local before head
    before=$(date +%s%N)
    head=$(fact "$DECK" head_frames)
    echo "$(((before + $(date +%s%N)) / 2)) $head"
}

make_volume volume tmpfs 16
leave_room volume 2048
: >sound.raw
make_sink e2e-full
start_player
start_recording WASAPI --store file --extent 1MiB --output volume/take.wav --keep-free 0 \
    --when-full wait --quiet
read -r time_before head_before < <(now_and_head)
wait_until "the disk is full" fact_is "$DECK" state disk-full
stood=$(fact "$DECK" head_frames)
sleep 2 # the length of the gap, not a hope
same "state after two seconds" disk-full "$(fact "$DECK" state)"
same "head after two seconds" "$stood" "$(fact "$DECK" head_frames)"
rm volume/filler
wait_until "it goes on" head_reaches "$DECK" $((stood + 5 * RATE))
read -r time_after head_after < <(now_and_head)
took_ms=$(((time_after - time_before) / 1000000))
recorded_ms=$(((head_after - head_before) * 1000 / RATE))
gap_frames=$(fact "$DECK" gap_frames)
echo "in $took_ms ms it recorded $recorded_ms ms, with $(fact "$DECK" gap_count) gaps of $gap_frames" \
    "frames"
off_ms=$((recorded_ms - took_ms))
((off_ms < 400 && off_ms > -400)) || complain "the recording is off by $off_ms ms"
((gap_frames >= 2 * RATE)) || complain "a gap of $gap_frames frames is too short"
same "state" recording "$(fact "$DECK" state)"
interrupt recorder
ends recorder 0
same "reason" requested "$(fact volume/take.wav reason)"
(($(fact volume/take.wav gap_frames) >= gap_frames)) || complain "the finished tape lacks a gap"
same "frames for sox" "$(fact volume/take.wav head_frames)" "$(soxi -s volume/take.wav)"
passed
