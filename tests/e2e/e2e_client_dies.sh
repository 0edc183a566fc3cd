#!/usr/bin/env bash
# Clients that are stopped and killed in the midst of a read, on every store: the recording does not
# notice, each of its samples is right, and a file is completed at its end.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# goes_on DECK: frames come that were not there before.
goes_on() {
    local head
    head=$(fact "$1" head_frames)
    wait_until "$1 goes on" head_reaches "$1" $((head + 96000))
}

# readers DECK: one stands still within a window, one runs; both are killed.
readers() {
    local name
    hold_still still "$1"
    start runs tapemap tail "$1" --from start --format raw
    wait_until "it reads" test -s runs.out
    goes_on "$1"
    for name in still runs; do
        kill -KILL "${pids[$name]}"
        ends "$name" 137
    done
    close_pipe still
    rm -f still.out runs.out
}

# survives STORE ARGS...: frames go on behind the reads, and all of them are right.
survives() {
    local deck=$DECK.$1
    start "$1" tapemapd record --deck "$deck" --source tone:ramp --speed 20x "${@:2}"
    wait_until "$deck has frames to read" head_reaches "$deck" 96000
    readers "$deck"
    goes_on "$deck"
    matches "$deck" "every sample right; .*, 0 gaps" "$(tapemap verify --ramp "$deck" 2>&1)"
    same "state of $deck" recording "$(fact "$deck" state)"
    interrupt "$1"
    ends "$1" 0
    matches "what $deck says" "ended as requested, no gaps" "$(<"$1.err")"
}

survives pagefile
survives ring --ring 10m
survives temporary --store temp-file --keep-free 0
survives file --store file --output file.wav --keep-free 0
[[ ! -e file.wav.index ]] || complain "the file was not completed"
matches "the file" "every sample right; .*, 0 gaps" "$(tapemap verify --ramp ./file.wav)"
passed
