#!/usr/bin/env bash
# Clients that are killed in the midst of a read, on every store: the recording does not notice, each
# of its samples is right, and a file is completed at its end.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# readers DECK: one stands still within a window, one runs; both are killed.
readers() {
    local count
    hold_still still "$1"
    start runs tapemap tail "$1" --from start --format raw
    wait_until "it reads" test -s runs.out
    for count in still runs; do
        kill -KILL "${pids[$count]}"
        ends "$count" 137
    done
    close_pipe still
    rm -f still.out runs.out
}

# survives STORE ARGS...: frames go on behind the reads, and all of them are right.
survives() {
    local deck=$DECK.$1 head
    start "$1" tapemapd record --deck "$deck" --source tone:ramp --speed 20x --quiet "${@:2}"
    wait_until "$deck has frames to read" head_reaches "$deck" 96000
    readers "$deck"
    head=$(fact "$deck" head_frames)
    wait_until "$deck goes on" head_reaches "$deck" $((head + 96000))
    matches "$deck" "every sample right; .*, 0 gaps" "$(tapemap verify --ramp "$deck" 2>&1)"
    same "state of $deck" recording "$(fact "$deck" state)"
    interrupt "$1"
    ends "$1" 0
}

survives pagefile
survives ring --ring 60s
survives file --store file --output file.wav --keep-free 0
[[ ! -e file.wav.index ]] || complain "the file was not completed"
matches "the file" "every sample right; .*, 0 gaps" "$(tapemap verify --ramp ./file.wav)"
passed
