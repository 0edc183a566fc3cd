#!/usr/bin/env bash
# The system's clock is set forward and back by an hour while a deck records: its sound goes on
# without a gap, from tape to tape; nothing is deleted before its time; and a recorder that is
# killed meanwhile goes on after the time that it was really away.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

shopt -s nullglob
faketime=("${TAPEMAP_FAKETIME:-/usr/lib}"/*/faketime/libfaketimeMT.so.1)
((${#faketime[@]} > 0)) || skip "there is no libfaketime; install it"

# set_clock OFFSET: for what start_with_clock has started, from now on.
set_clock() {
    echo "$1" >clock.new
    mv clock.new clock
}

# start_with_clock NAME ARGS...: the steady clock is left alone, as by whoever sets a clock. A shell
# with libfaketime in it would take the semaphore of the program away with its first subshell.
start_with_clock() {
    TAPEMAP_PRELOAD=${faketime[0]} FAKETIME_TIMESTAMP_FILE=$SCRATCH/clock FAKETIME_NO_CACHE=1 \
        FAKETIME_DONT_FAKE_MONOTONIC=1 start "$@"
}

# ends_with_clock NAME CODE: what libfaketime made for the shell script `wine` stays when that has
# become the program.
ends_with_clock() {
    local pid=${pids[$1]}
    ends "$@"
    rm -f /dev/shm/{sem.faketime_sem,faketime_shm}_"$pid"
}

has_tapes() {
    (($(find "$1" -name '*.wav' | wc -l) >= $2))
}

# At a seam the list may tell of the tape before, which has ended.
records_without_gaps() {
    tapemap list | grep -F "$DECK" | grep -q ' recording .* 0 gaps '
}

# hours LOG: in how many hours of the day tapes were begun.
hours() {
    sed -n 's/^[^T]*T\([0-9]*\):.*recording tone:ramp on tape.*/\1/p' "$1" | sort -u | wc -l
}

# Older tapes than half of --keep there are none, so none goes, whatever the clock says.
mkdir tapes
set_clock +0
start_with_clock recorder tapemapd record --deck "$DECK" --source tone:ramp --rate 8000 \
    --channels 1 --store file --output tapes --name '{id}.wav' --keep-free 0 --extent 1MiB \
    --rotate length:1s --keep 30m --log recorder.log
wait_until "it rotates" has_tapes tapes 3
set_clock +3600
wait_until "it rotates with the clock set forward" has_tapes tapes 7
wait_until "it records without gaps, the clock set forward" records_without_gaps
set_clock -3600
wait_until "it rotates with the clock set back" has_tapes tapes 11
wait_until "it records without gaps, the clock set back" records_without_gaps
set_clock +0
wait_until "it rotates with the clock put right" has_tapes tapes 18
interrupt recorder
ends_with_clock recorder 0
(($(hours recorder.log) >= 3)) || complain "the clock was not set: $(cat recorder.log)"
! grep "deleted" recorder.err || complain "a tape was deleted for a leap of the clock"
tapes=$(find tapes -name '*.wav' | wc -l)
frames=$(recorded_frames recorder)
first=$(sed -n 's/.*recording tone:ramp on tape \([0-9a-f]*\).*/\1/p' recorder.log | head -1)
all="verified $tapes tapes, $frames frames x 1 channel"
matches "the series" "^$all: every sample right; .*, 0 gaps" \
    "$(tapemap verify --ramp --series "tapes/$first.wav")"

# The last fifteen seconds of a tape, over the seams at which the clock was set.
last=$(sed -n 's/.*recording tone:ramp on tape \([0-9a-f]*\).*/\1/p' recorder.log | tail -1)
tapemap keep "tapes/$last.wav" --last 15s -o kept.wav --quiet
end=$(($(fact "tapes/$last.wav" series_position) + $(fact "tapes/$last.wav" head_frames)))
is_ramp kept.wav s16 1 $((end - 120000)) 120000

# Killed, the clock set forward, and gone on with: the gap is as long as it was away.
start_with_clock killed tapemapd record --deck "$DECK.killed" --source tone:ramp --rate 8000 \
    --channels 1 --store file --output killed.wav --keep-free 0 --extent 1MiB
wait_until "the deck is listed" is_listed "$DECK.killed"
wait_until "there is sound" head_reaches "$DECK.killed" 8000
kill -KILL "${pids[killed]}"
ends_with_clock killed 137
set_clock +3600
start_with_clock resumed tapemapd record --deck "$DECK.killed" --source tone:ramp --rate 8000 \
    --channels 1 --store file --output killed.wav --keep-free 0 --extent 1MiB --resume --same-boot
there=$(fact killed.wav head_frames)
wait_until "it goes on" head_reaches "$DECK.killed" $((there + 8000))
interrupt resumed
ends_with_clock resumed 0
gap=$(fact killed.wav gap_frames)
((gap > 0 && gap < 8000 * PATIENCE)) || complain "the gap has $gap frames"
passed
