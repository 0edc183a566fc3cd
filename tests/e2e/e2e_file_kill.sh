#!/usr/bin/env bash
# A recorder killed with -9 at many moments: at any frame, and in the midst of its file's growth.
# What it leaves is a WAV for everybody, with all frames up to 100 ms before the kill; `recover`
# makes it complete, and doing that again changes nothing.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

MIB=1048576
RANDOM=4711 # the same moments each time

# check_left PATH: as the recorder left it.
check_left() {
    local path=$1 head
    head=$(head_of "$path")
    ((head >= seen)) || complain "$path: its head is $head, but $seen had been published"
    opens "$path" "$late" "$head"
    reads_head "$path" "$head" --verify-ramp
    verifies "$path" "$head"
    leaves "$path" tapemap recover "$path" --dry-run >dry.txt
    matches "dry run" "^would complete $path: $head frame.*its recorder died" \
        "$(tr '\n' ' ' <dry.txt)"
}

# check_recovered PATH HEAD
check_recovered() {
    local path=$1 head=$2 riff
    matches "recover" "^completed $path: $head frame" "$(tapemap recover "$path")"
    [[ ! -e $path.index ]] || complain "$path.index is still there"
    riff=$(od -A n -t u4 -j 4 -N 4 "$path" | tr -d ' ')
    same "length of $path" $((riff + 8)) "$(stat -c %s "$path")"
    opens "$path" "$head" "$head"
    reads_head "$path" "$head" --verify-ramp
    verifies "$path" "$head"
    same "a second time" "$path is complete; nothing to do" \
        "$(leaves "$path" tapemap recover "$path")"
}

count=0
# killed WHAT VALUE ARGS...: records, kills at that moment, and checks what is left.
killed() {
    local path=take$((++count)).wav head
    record_file recorder "$path" "${@:3}"
    kill_at recorder "$path" "$1" "$2"
    head=$(head_of "$path")
    check_left "$path"
    check_recovered "$path" "$head"
    rm -f "$path"
}

# Before it has published a frame.
killed head 0

# Anywhere; the file grows by 1 MiB, that is 262144 frames.
for i in 1 2; do
    killed head $((RANDOM * 32)) --speed 20x --extent 1MiB
done

# While it grows: the file is longer already, nobody has been told; or has just been told.
killed length $((MIB * (2 + RANDOM % 4))) --speed 20x --extent 1MiB
killed generation $((1 + RANDOM % 4)) --speed 20x --extent 1MiB
# At full speed it grows all the time.
killed length $((MIB * 20)) --speed max --extent 1MiB
killed generation 2 --speed max --extent 5MiB
passed
