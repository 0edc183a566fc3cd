#!/usr/bin/env bash
# A ring keeps the newest audio, whole, however often it wraps; what has left it is refused, and a
# reader that falls behind is told.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# Many laps at full speed beside a client; what is left at the end is the ramp.
for seconds in 1 7; do
    deck=$DECK.max.$seconds
    start_held "max$seconds" record --deck "$deck" --source tone:ramp --speed max \
        --ring "${seconds}s" --duration 10m
    wait_until "$deck is listed" is_listed "$deck"
    hold "holder$seconds" "$deck"
    let_go "max$seconds"
    ends "max$seconds" 0
    same "head of $deck" 28800000 "$(fact "$deck" head_frames)"
    oldest=$(fact "$deck" oldest_frame)
    ((oldest <= 28800000 - 48000 * seconds)) || complain "$deck keeps only from $oldest on"
    matches "verify" "every sample right" "$(tapemap verify "$deck" --ramp)"
    tapemap export "$deck" --quiet --from "$((28800000 - 48000 * seconds))f" -o "$deck.wav"
    is_ramp "$deck.wav" s16 2 $((28800000 - 48000 * seconds)) $((48000 * seconds))
    fails 1 "oldest|left the ring" tapemap export "$deck" --from 0f --to 100f -o left.wav
    [[ ! -e left.wav ]] || complain "half a file was left"
    # The client that read nothing meanwhile: it goes on with what is left, and says what is not.
    cat <&"${pipes[holder$seconds]}" >/dev/null
    ends "holder$seconds" 1
    close_pipe "holder$seconds"
    matches "what the late reader says" "frames are missing" "$(cat "holder$seconds.err")"
done

# In real time, read at both ends while it wraps.
deck=$DECK.live
start live tapemapd record --deck "$deck" --source tone:ramp --ring 1s
wait_until "the ring has wrapped" head_reaches "$deck" 200000
for _ in 1 2 3 4 5; do
    matches "verify" "every sample right" "$(tapemap verify "$deck" --ramp)"
    tapemap export "$deck" --quiet --from -500ms -o end.wav --force
    same "frames of the end" 24000 "$(soxi -s end.wav)"
done
interrupt live
ends live 0
passed
