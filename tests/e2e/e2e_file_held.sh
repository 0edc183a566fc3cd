#!/usr/bin/env bash
# Readers that hold the file of a tape while its recorder ends: the reserved tail cannot be cut
# under them, and everything else is right at once.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# record NAME: starts the recorder NAME of the deck $DECK.NAME into NAME.wav, and waits for a second.
record() {
    start "$1" tapemapd record --deck "$DECK.$1" --source tone:ramp --format s16 --channels 2 \
        --rate 48000 --store file --keep-free 0 --extent 16MiB --output "$1.wav"
    wait_until "$1 records" head_reaches "$DECK.$1" 48000
}

# keeps_waiting NAME: its recorder has said that it waits for readers.
keeps_waiting() {
    wait_until "$1 waits for its readers" grep -q "waiting for the readers of '$1.wav'" "$1.err"
}

# frames_for_all FILE: its header is exact, whatever is behind: sox, libsndfile, ffmpeg and Python read
# all frames and no more. Prints how many.
frames_for_all() {
    local frames
    frames=$(soxi -s "$1")
    same "frames of $1 for Python" "$frames" "$(python3 -c '
import sys, wave
with wave.open(sys.argv[1]) as file:
    print(len(file.readframes(file.getnframes())) // 4)' "$1")"
    same "frames of $1 for libsndfile" "$frames" "$(sndfile-info "$1" | sed -n 's/^Frames *: //p')"
    same "frames of $1 for ffmpeg" "$frames" "$(ffprobe -v error -show_entries stream=duration_ts \
        -of default=noprint_wrappers=1:nokey=1 "$1")"
    same "complaints of sox about $1" "" "$(sox "$1" -n 2>&1)"
    is_ramp "$1" s16 2 0 "$frames"
    echo "$frames"
}

# has_tail FILE: it is longer than its header says.
has_tail() {
    python3 -c '
import os, struct, sys
with open(sys.argv[1], "rb") as file:
    said = 8 + struct.unpack("<4sI", file.read(8))[1]
sys.exit(os.path.getsize(sys.argv[1]) == said)' "$1"
}

# is_cut FILE: it is complete, to its last byte.
is_cut() {
    ! has_tail "$1" || complain "$1 has its tail still"
    [[ ! -e $1.index ]] || complain "$1.index is still there"
    same "recover of $1" "$1 is complete; nothing to do" "$(tapemap recover "$1")"
}

# ---- Recover, while it is recorded --------------------------------------------------------------

record busy
fails 1 "cannot recover 'busy.wav': it is being recorded; stop the other program first" \
    tapemap recover busy.wav
fails 1 "cannot recover 'busy.wav': it is being recorded; stop the other program first" \
    tapemap recover busy.wav --dry-run
head=$(fact "$DECK.busy" head_frames)
wait_until "it goes on" head_reaches "$DECK.busy" $((head + 24000))
interrupt busy
ends busy 0
same "frames" "$(recorded_frames busy)" "$(soxi -s busy.wav)"
is_cut busy.wav

# ---- A reader that lets go in time; one has it by the deck's name, one by its path --------------

for way in name path; do
    record $way
    held=$way.wav
    [[ $way == path ]] || held=$DECK.name
    hold $way.holder "$held"
    interrupt $way
    keeps_waiting $way
    has_tail $way.wav || complain "$way.wav has no tail: nobody held it"
    release $way.holder
    ends $way 0
    same "frames of $way.wav" "$(recorded_frames $way)" "$(soxi -s $way.wav)"
    is_cut $way.wav
done

# ---- One that never lets go ---------------------------------------------------------------------

record never
hold never.holder never.wav
began=$SECONDS
interrupt never
keeps_waiting never
frames=$(frames_for_all never.wav)
same "state while it waits" ended "$(fact never.wav state)"
ends never 0
((SECONDS - began >= 9)) || complain "it waited only $((SECONDS - began)) s"
same "frames" "$frames" "$(recorded_frames never)"
matches "what it says in the end" \
    "completed 'never.wav' but for its reserved tail, which readers hold; 'tapemap recover' cuts" \
    "$(tail -n 1 never.err)"
tapemap recover never.wav >recover.out
matches "recover while a reader has it" "of reserved tail stay: a program has the file mapped; run" \
    "$(cat recover.out)"
has_tail never.wav || complain "never.wav was cut under its reader"
same "frames" "$frames" "$(soxi -s never.wav)"
release never.holder
tapemap recover never.wav >recover.out
matches "recover afterwards" "^completed never.wav: $frames frames .*reserved tail cut" \
    "$(tr '\n' ' ' <recover.out)"
same "frames" "$frames" "$(frames_for_all never.wav)"
is_cut never.wav

# ---- Ctrl+C ends the waiting --------------------------------------------------------------------

record hurry
hold hurry.holder "$DECK.hurry"
interrupt hurry
keeps_waiting hurry
began=$SECONDS
interrupt hurry
ends hurry 0
((SECONDS - began < 9)) || complain "Ctrl+C did not end the waiting"
same "frames" "$(recorded_frames hurry)" "$(soxi -s hurry.wav)"
matches "what it says" "completed 'hurry.wav' but for its reserved tail" "$(tail -n 1 hurry.err)"
release hurry.holder
tapemap recover hurry.wav >recover.out
is_cut hurry.wav

# ---- A recorder that was killed, and a reader that has its file ---------------------------------

record killed
hold killed.holder killed.wav
kill -KILL "${pids[killed]}"
ends killed 137
frames=$(fact killed.wav head_frames)
tapemap recover killed.wav >recover.out
matches "recover" "^completed killed.wav: $frames frames .*its recorder died .*tail stay" \
    "$(tr '\n' ' ' <recover.out)"
same "frames" "$frames" "$(soxi -s killed.wav)"
release killed.holder
tapemap recover killed.wav >recover.out
same "frames" "$frames" "$(frames_for_all killed.wav)"
is_cut killed.wav
passed
