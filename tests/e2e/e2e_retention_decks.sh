#!/usr/bin/env bash
# Three decks share a disk that is too small for all that they record: each deletes its own oldest
# tapes, and none of them ends or loses a frame.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

make_volume disk tmpfs 32
decks=(one two three)
for deck in "${decks[@]}"; do
    start "$deck" tapemapd record --deck "$DECK.$deck" --source tone:ramp --rate 8000 --channels 1 \
        --store file --extent 1MiB --output disk --name '{deck}/{id}.wav' --keep-free 4MiB \
        --rotate length:10s --duration 10m --speed 40x --log "$deck.log"
done
for deck in "${decks[@]}"; do
    ends "$deck" 0
    matches "what $deck says" "recorded 10:00.0 \(4800000 frames\).*, no gaps" "$(<"$deck.err")"
    grep -q "deleted '.*$DECK.$deck.*--keep-free says" "$deck.err" ||
        complain "$deck has deleted none of its tapes"
    ! grep "deleted" "$deck.err" | grep -v "$DECK.$deck" || complain "$deck deleted another's tape"
    left=$(find "disk/$DECK.$deck" -name '*.wav' | wc -l)
    ((left >= 2)) || complain "$left tapes of $deck are left"
done
(($(room_in disk) >= 3 * 1024)) || complain "less is free than was asked for: $(room_in disk) KiB"
same "index files that were left" "" "$(find disk -name '*.index')"
passed
