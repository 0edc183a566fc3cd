#!/usr/bin/env bash
# A tape's file while it is recorded, when its recorder was killed, resumed, and at its end: what
# Python, sox, ffmpeg, libsndfile and the reader in Python find in it.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

# record NAME ARGS...: the ramp, onto NAME.wav
record() {
    start "$1" tapemapd record --deck "$DECK-$1" --source tone:ramp --rate 48000 --store file \
        --output "$1.wav" "${@:2}"
}

# has FILE OFFSET COUNT: so many at least, as its control block says once the file is there.
has() {
    local count
    count=$(control "$1" "$2" 2>/dev/null) && ((count >= $3))
}

has_frames() {
    has "$1" 512 "$2"
}

has_gaps() {
    has "$1" 704 "$2"
}

read_tape() {
    python3 "$ROOT/samples/read_tape.py" "$@" >read.out 2>&1 ||
        complain "read_tape.py $*: $(tail -n 1 read.out)"
}

# live NAME FORMAT CHANNELS SPEED: a second by the clock or two rounds, and then the end
live() {
    local name=$1 frames=$(($4 * 48000))
    record "$name" --format "$2" --channels "$3" --speed "$4x"
    wait_until "$name records" has_frames "$name.wav" $((4800 * $4))
    python3 "$E2E/live_wave.py" "$name.wav" "$2" "$3" "$4" "$frames" || complain "$name, live"
    read_tape "$name.wav" --follow 2 --verify-ramp
    matches "read_tape.py on $name" "followed, verified frames 0 to [0-9]+" "$(cat read.out)"
    matches "read_tape.py on $name" "state +recording" "$(cat read.out)"
    interrupt "$name"
    ends "$name" 0
    python3 "$E2E/finished_chunks.py" "$name.wav" "$2" "$3" "0:$(head_of "$name.wav")" ||
        complain "$name, finished"
    same "frames of $name" "$(recorded_frames "$name")" "$(head_of "$name.wav")"
    [[ ! -e $name.wav.index ]] || complain "$name.wav.index is still there"
    python3 "$E2E/live_wave.py" "$name.wav" "$2" "$3" "$4" 0 || complain "$name, for others"
    read_tape "$name.wav" --verify-ramp --verify-peaks
}

live stereo s16 2 1
live fast s16 2 4
live s24 s24 2 1
live float f32 5 1

# ---- bext ---------------------------------------------------------------------------------------

# tag NAME: of the tape that was just begun, as ffprobe shows it.
tag() {
    ffprobe -v error -show_entries "format_tags=$1" -of default=noprint_wrappers=1:nokey=1 \
        killed.wav
}

record killed
wait_until "it records" has_frames killed.wav 1
same "description" "$DECK-killed" "$(tag comment)"
same "originator" tapemap "$(tag encoded_by)"
began=$(date -u -d "$(tag date) $(tag creation_time)" +%s)
created=$(($(control killed.wav 24) / 1000000))
same "date and time" $((created / 1000)) "$began"
same "time reference" $((created % 86400000 * 48)) "$(($(tag time_reference) / 48 * 48))"
matches "coding history" "A=PCM,F=48000,W=16,M=stereo" "$(tag coding_history)"

# ---- A copy, made meanwhile, is no live tape ----------------------------------------------------

wait_until "half a second is recorded" has_frames killed.wav 24000
cp killed.wav copy.wav
copied=$(head_of copy.wav)
wait_until "the tape has gone on" has_frames killed.wav $((copied + 4800))
same "frames of the copy" "$copied" "$(fact ./copy.wav head_frames)"
rm copy.wav

# ---- Killed, and resumed ------------------------------------------------------------------------

wait_until "it has recorded a second" has_frames killed.wav 48000
kill -KILL "${pids[killed]}"
ends killed 137
first=$(head_of killed.wav)
python3 "$E2E/live_wave.py" killed.wav s16 2 1 0 || complain "after kill -9"
read_tape killed.wav --verify-ramp
matches "read_tape.py after kill -9" "verified +frames 0 to $first" "$(cat read.out)"
record killed --resume
# The head is past the gap before the gap is counted.
wait_until "its gap is counted" has_gaps killed.wav 1
wait_until "it goes on" has_frames killed.wav $(($(head_of killed.wav) + 24000))
kill -KILL "${pids[killed]}"
ends killed 137
second=$(head_of killed.wav)
on_again=$((first + $(fact killed.wav gap_frames)))
record killed --resume
wait_until "it goes on again" has_frames killed.wav $((second + 24000))
interrupt killed
ends killed 0
same "gaps" 2 "$(fact killed.wav gap_count)"
on_twice=$((second + $(fact killed.wav gap_frames) - (on_again - first)))
python3 "$E2E/finished_chunks.py" killed.wav s16 2 \
    "0:$first,$on_again:$second,$on_twice:$(head_of killed.wav)" || complain "resumed twice"
read_tape killed.wav --verify-ramp --verify-peaks
passed
