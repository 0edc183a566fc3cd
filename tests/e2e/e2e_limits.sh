#!/usr/bin/env bash
# Where a recording ends: exactly at its duration, its capacity or its memory limit, or by Ctrl+C;
# with the right exit code, state and reason, and all that was recorded readable.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# lasts FRAMES ARGS...: a recording of a tone at full speed has exactly so many frames.
lasts() {
    local frames=$1
    shift
    tapemapd record --deck "$DECK.lasts" --source tone:ramp --speed max "$@" 2>lasts.err
    same "frames with $*" "$frames" "$(recorded_frames lasts)"
    matches "end with $*" "ended by duration" "$(cat lasts.err)"
}

lasts 48000 --duration 1s
lasts 59256 --duration 1.2345s
lasts 12000 --duration 250ms
lasts 1 --duration 0.000000001s
lasts 11025 --duration 250ms --rate 44100
lasts 5760000 --duration 2m
lasts 691200 --duration 1:30:00 --rate 128
lasts 480000 --duration 10s --ring 1s --format s24 --channels 3

# ended DECK STATE REASON TEXT: what a tape says about its end.
ended() {
    same "state of $1" ended "$(fact "$1" state)"
    same "reason of $1" "$2" "$(fact "$1" reason)"
    matches "reason of $1" "$3" "$(fact "$1" reason_text)"
    matches "end in words" "state +ended \\($2\\): " "$(tapemap info "$1")"
}

# By Ctrl+C, while a client looks on.
asked=$DECK.asked
start asked tapemapd record --deck "$asked" --source tone:ramp
wait_until "it records" head_reaches "$asked" 60000
hold holder "$asked"
interrupt asked
ends asked 0
ended "$asked" requested "stopped on request"
matches "verify" "verified $(recorded_frames asked) frames .* every sample right" \
    "$(tapemap verify "$asked" --ramp)"
release holder

# By its duration in real time, with a follower that gets every frame.
timed=$DECK.timed
start_held timed record --deck "$timed" --source tone:ramp --duration 1.5s
wait_until "it is listed" is_listed "$timed"
tail_into follower "$timed" timed.wav --from start
hold holder "$timed"
let_go timed
ends timed 0
ends follower 0
is_ramp timed.wav s16 2 0 72000
ended "$timed" duration "the length asked for is recorded"
release holder

# Without --quiet it says what it does; with it, nothing.
same "stderr of a quiet recorder" "" \
    "$(tapemapd record --deck "$asked" --source tone:ramp --duration 100ms --quiet 2>&1 |
        own_words)"

# By its capacity. It is exact, and what does not fit is refused before, where that is known.
full=$DECK.full
feed full
start full tapemapd record --deck "$full" --source stdin --format s16 --rate 48000 --channels 2 \
    --capacity 400000 <full.in
send full s16 2 0 90000
wait_until "most is recorded" fact_is "$full" head_frames 90000
hold holder "$full"
send full s16 2 90000 20000
ends full 1
end_feed full
ended "$full" capacity "the tape is full; give it more --capacity, or use --ring"
matches "what the recorder says" "recording deck '$full': the tape is full" "$(tail -n 1 full.err)"
same "head" 100000 "$(fact "$full" head_frames)"
tapemap export "$full" -o full.wav --quiet
is_ramp full.wav s16 2 0 100000
release holder

# By its memory: at what could still be committed, and all of that is good.
limited=$DECK.limited
feed limited
start limited tapemapd record --deck "$limited" --source stdin --format s16 --rate 48000 \
    --channels 2 --commit-limit 8MiB <limited.in
send limited s16 2 0 90000
wait_until "the beginning is recorded" fact_is "$limited" head_frames 90000
hold holder "$limited"
run_alone python3 "$E2E/ramp.py" make s16 2 90000 4000000 \
    >"/dev/fd/${pipes[limited]}" 2>/dev/null &
ends limited 1
end_feed limited
ended "$limited" commit-limit "no more memory can be committed; .*or use --ring"
matches "what the recorder says" "recording deck '$limited': no more memory can be committed" \
    "$(tail -n 1 limited.err)"
head=$(fact "$limited" head_frames)
committed=$(fact "$limited" committed_bytes)
same "head" "$head" "$(recorded_frames limited)"
((head > 1000000 && 65536 + head * 4 <= committed && committed <= 8388608)) ||
    complain "$head frames in $committed bytes of 8 MiB"
matches "verify" "verified $head frames .* every sample right" \
    "$(tapemap verify "$limited" --ramp)"
release holder
passed
