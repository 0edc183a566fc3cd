#!/usr/bin/env bash
# tone:ramp in every sample format, with one, two and seven channels: what a second process reads
# while it is recorded, and what it exports, is the ramp, bit for bit.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

FRAMES=150000 # more than two turns of the ramp

# sox reads the exported file as we do.
sox_agrees() {
    local encoding=signed-integer bits=${2#[sf]}
    [[ $2 != f32 ]] || encoding=floating-point
    sox -D "$1" -t raw -e "$encoding" -b "$bits" - | cmp - <(python3 "$E2E/ramp.py" make \
        "$2" "$3" 0 "$FRAMES") || complain "sox reads something else from $1"
}

# At full speed, from the first frame to the last, by a client that follows, one that verifies what
# there is, and one that exports.
at_full_speed() {
    local format=$1 channels=$2 deck=$DECK.$1.$2
    start_held recorder record --deck "$deck" --source tone:ramp --speed max --format "$format" \
        --channels "$channels" --capacity $((FRAMES * channels * 4))
    wait_until "$deck is listed" is_listed "$deck"
    same "state before the first frame" starting "$(fact "$deck" state)"
    hold holder "$deck"
    tail_into follower "$deck" "tail.$format.$channels.wav" --from start --to "${FRAMES}f"
    let_go recorder
    ends follower 0
    is_ramp "tail.$format.$channels.wav" "$format" "$channels" 0 "$FRAMES"
    ends recorder 1
    matches "verify" "every sample right; .*, 0 gaps" "$(tapemap verify "$deck" --ramp)"
    tapemap export "$deck" --quiet --to "${FRAMES}f" -o "$deck.wav"
    is_ramp "$deck.wav" "$format" "$channels" 0 "$FRAMES"
    sox_agrees "$deck.wav" "$format" "$channels"
    release holder
}

# In real time, all four at once: verified and exported again and again while they grow.
in_real_time() {
    local formats=(s16 s24 s32 f32) channels=(2 1 7 2) i deck
    for i in 0 1 2 3; do
        deck=$DECK.live.${formats[i]}
        start_held "live$i" record --deck "$deck" --source tone:ramp --format "${formats[i]}" \
            --channels "${channels[i]}"
        wait_until "$deck is listed" is_listed "$deck"
        tail_into "tail$i" "$deck" "live$i.wav" --from start
    done
    for i in 0 1 2 3; do let_go "live$i"; done
    for i in 0 1 2 3; do
        deck=$DECK.live.${formats[i]}
        wait_until "$deck records" fact_is "$deck" state recording
        wait_until "a second is recorded" head_reaches "$deck" 48000
        matches "verify" "every sample right" "$(tapemap verify "$deck" --ramp)"
        tapemap export "$deck" --quiet --from -500ms -o "part$i.wav"
        tapemap export "$deck" --quiet --to 40000f -o "early$i.wav"
        is_ramp "early$i.wav" "${formats[i]}" "${channels[i]}" 0 40000
        matches "verify" "every sample right" "$(tapemap verify "$deck" --ramp --from -1s)"
    done
    for i in 0 1 2 3; do
        interrupt "live$i"
        ends "live$i" 0
        ends "tail$i" 0
        is_ramp "live$i.wav" "${formats[i]}" "${channels[i]}" 0 "$(recorded_frames "live$i")"
        same "frames of half a second" 24000 "$(soxi -s "part$i.wav")"
    done
}

for format in s16 s24 s32 f32; do
    for channels in 1 2 7; do
        at_full_speed "$format" "$channels"
    done
done
in_real_time
passed
