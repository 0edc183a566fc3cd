#!/usr/bin/env bash
# A full disk: what was recorded before is whole, and the recorder says so, waits, or goes on.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

# record_to FOLDER ARGS...: the command line.
record_to() {
    echo record --deck "$DECK" --source tone:ramp --format s16 --channels 2 --rate 48000 \
        --store file --extent 1MiB --quiet --output "$1/take.wav" "${@:2}"
}

# is_whole FILE REASON: it has ended for that reason, and everybody finds all of its frames.
is_whole() {
    local frames
    frames=$(fact "$1" head_frames)
    same "state of $1" ended "$(fact "$1" state)"
    same "reason of $1" "$2" "$(fact "$1" reason)"
    same "durable frames of $1" "$frames" "$(fact "$1" durable_frames)"
    same "frames of $1 for sox" "$frames" "$(soxi -s "$1")"
    is_ramp "$1" s16 2 0 "$frames"
    matches "verify of $1" "^verified $frames frames .* 0 gaps" "$(tapemap verify "$1" --ramp)"
}

# chunks FILE: the names of those behind the audio.
chunks() {
    python3 -c '
import struct, sys
with open(sys.argv[1], "rb") as file:
    end = 8 + struct.unpack("<4sI", file.read(8))[1]
    at, names = 12, []
    while at < end:
        file.seek(at)
        name, size = struct.unpack("<4sI", file.read(8))
        names.append(name.decode().strip())
        at += 8 + size + size % 2
    print(*names[names.index("data") + 1:])' "$1"
}

SENTENCE="'$DECK': the disk is full; make room, or record elsewhere"

for kind in tmpfs ext4; do
    make_volume "$kind" "$kind" 16
    file=$kind/take.wav

    # ---- Some of it is kept free, and has room for what belongs to a finished tape --------------
    # shellcheck disable=SC2046
    fails 1 "$SENTENCE" tapemapd $(record_to $kind --speed max --keep-free 4MiB)
    is_whole "$file" disk-full
    same "chunks of $file" "levl JUNK tmpx" "$(chunks "$file")"
    [[ ! -e $file.index ]] || complain "the index file of $file is still there"
    (($(room_in $kind) > 3 * 1024)) || complain "only $(room_in $kind) KiB of $kind are free"
    (($(stat -c %s "$file") > 4000000)) || complain "$file is small for its volume"
    rm "$file"

    # ---- Nothing is kept free, and it is really full --------------------------------------------
    leave_room $kind 4096
    # shellcheck disable=SC2046
    tapemapd $(record_to $kind --speed max --keep-free 0) 2>full.err && complain "it ended with 0"
    same "sentence" "tapemapd: recording deck $SENTENCE" "$(own_words <full.err | head -n 1)"
    matches "what is said of the index" "stay in the index file beside it; make room, and 'tapemap \
recover' takes them in" "$(tail -n 1 full.err)"
    is_whole "$file" disk-full
    same "chunks of $file" "" "$(chunks "$file")"
    [[ -e $file.index ]] || complain "the index file of $file is gone"
    tapemap recover "$file" >recover.out
    same "recover without room" "$(tail -n 1 recover.out)" "  the index file stays beside it"
    rm $kind/filler
    tapemap recover "$file" >recover.out
    is_whole "$file" disk-full
    same "chunks of $file" "levl JUNK tmpx" "$(chunks "$file")"
    [[ ! -e $file.index ]] || complain "recover has left the index file of $file"
    same "a second time" "$file is complete; nothing to do" "$(tapemap recover "$file")"
    rm "$file"

    # ---- Full at the very start: after each of the first steps ----------------------------------
    for room in 0 70 300; do
        leave_room $kind $room
        # shellcheck disable=SC2046
        fails 1 "'$DECK': .*(disk is full|Disk full \(error 112\)); make room, (or )?use another disk" \
            tapemapd $(record_to $kind --speed max --keep-free 0)
        same "files with $room KiB" "$kind/filler" "$(find $kind -type f)"
    done
    rm $kind/filler
    wait_until "the volume is free" umount $kind
done

# ---- The recorder waits -------------------------------------------------------------------------

has_stopped() {
    fact_is "$DECK" state disk-full
}

is_full_for() {
    wait_until "$1 has found the disk full" has_stopped
}

make_volume waits tmpfs 64
file=waits/take.wav
leave_room waits 4096
# shellcheck disable=SC2046
start waiter tapemapd $(record_to waits --speed 10x --keep-free 0 --when-full wait)
is_full_for waiter
head=$(fact "$DECK" head_frames)
tapemap list --json >list.json
matches "list" '"state":[[:space:]]*"disk-full"' "$(cat list.json)"
matches "info" "^state  *disk-full" "$(tapemap info "$DECK" | grep ^state)"
same "frames for sox while it waits" "$head" "$(soxi -s "$file")"
is_ramp "$file" s16 2 0 "$head"
same "head while it waits" "$head" "$(fact "$DECK" head_frames)"
wait_until "it is said" grep -q "'$DECK': the disk is full at frame $head; make room" waiter.err
rm waits/filler
wait_until "it goes on" fact_is "$DECK" state recording
wait_until "it goes on" head_reaches "$DECK" $((head + 100000))
wait_until "it is said" grep -q "'$DECK': there is room again" waiter.err
# A tone has waited too: nothing is lost. It ends while it waits for the second time.
leave_room waits 1024
is_full_for waiter
(($(fact "$DECK" head_frames) > head)) || complain "it has not gone on"
interrupt waiter
ends waiter 0
is_whole "$file" requested
# What was committed ahead is given back at the end: whether that is room for the index, who knows.
if [[ -e $file.index ]]; then
    matches "what is said of the index" "stay in the index file beside it; make room" \
        "$(cat waiter.err)"
fi
rm waits/filler
tapemap recover "$file" >recover.out
is_whole "$file" requested

# ---- A temporary file -----------------------------------------------------------------------------

# Wine does not take TMP over from this system's environment.
record_temporary() {
    local folder="Z:${SCRATCH//\//\\}\\$1"
    WINEPATH="Z:${BIN//\//\\}" timeout -k 5 $((2 * PATIENCE)) \
        bash "$ROOT/scripts/wine.sh" cmd.exe /c "set TMP=$folder&& set TEMP=$folder&& tapemapd.exe record --deck $DECK \
--source tone:ramp --format s16 --channels 2 --rate 48000 --speed max --store temp-file \
--extent 1MiB --quiet --keep-free $2 --duration 10m"
}

is_gone_too() {
    [[ -z $(ls temporary) ]]
}

make_volume temporary tmpfs 16
for free in 4MiB 0; do
    record_temporary temporary "$free" 2>full.err && complain "it ended with 0"
    matches "what is said of a temporary file" "tapemapd: recording deck $SENTENCE" \
        "$(own_words <full.err | head -n 1)"
    wait_until "nothing is left of it" is_gone_too
done
passed
