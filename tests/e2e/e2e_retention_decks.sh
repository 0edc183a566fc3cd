#!/usr/bin/env bash
# Three decks share a disk that is too small for all that they record: each deletes its own oldest
# tapes, and none of them ends or loses a frame.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

make_volume disk tmpfs 32
decks=(one two three)
for deck in "${decks[@]}"; do
    start_held "$deck" record --deck "$DECK.$deck" --source tone:ramp --rate 8000 --channels 1 \
        --store file --extent 1MiB --output disk --name '{deck}/{id}.wav' --keep-free 4MiB \
        --rotate length:10s --duration 10m --speed 40x --log "$deck.log"
done
# Together, for who comes alone finds room enough.
for deck in "${decks[@]}"; do
    wait_until "$deck is listed" is_listed "$DECK.$deck"
done
for deck in "${decks[@]}"; do
    let_go "$deck"
done
for deck in "${decks[@]}"; do
    ends "$deck" 0
    wait_until "the end of $deck is told" grep -q 'recorded 10:00.0' "$deck.err"
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
