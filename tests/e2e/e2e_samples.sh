#!/usr/bin/env bash
# The samples, each on a real tape: live in memory, in a file, a ring that has gone round.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

names=(live_level play_backwards count_silence keep_last_minute private_copy pass_to_child map_at
    header_in_front shared_notes feed_recogniser)
for name in "${names[@]}"; do
    eval "$name() { sample $name \"\$@\"; }"
done
# Samples write text, with the line ends of Windows.
sample() {
    local program=$BIN/$1.exe
    shift
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$program" "$@" | tr -d '\r'
}
same "samples" "$(cd "$ROOT/samples" && printf '%s\n' *.c | sed 's/\(_win32\)\?\.c$//')" \
    "$(printf '%s\n' "${names[@]}" | sort)"

# numbers ARGS...: what a sample did against what the ramp says.
numbers() {
    python3 -B "$E2E/check_samples.py" "$@" || complain "check_samples.py $*"
}

live=$DECK.live
start live tapemapd record --deck "$live" --source tone:ramp
start file tapemapd record --deck "$DECK.file" --source tone:ramp --channels 1 --duration 5s \
    --speed max --store file --output file.wav

# ---- A finished file: every number is known -----------------------------------------------------
ends file 0
END=240000
live_level file.wav 1 >level
numbers level 1 $((END - 48000)) $END <level
play_backwards file.wav 1s 4500ms back.wav >out
same "play_backwards" "wrote 168000 frames backwards, through 6 views" "$(cat out)"
numbers backwards back.wav 1 48000 216000
count_silence file.wav >out
same "count_silence" "$(numbers silence 1 0 $END)" "$(sed -n 1p out)"
same "views of count_silence" "looked through 8 views of 64 KiB" "$(sed -n 2p out)"
map_at file.wav >first
same "frames of map_at" "frames 0 to 48000 lie from 0x100000000000 to 0x100000017700" \
    "$(sed -n 1p first)"
same "map_at" "the loudest frame is 32768, always at 0x100000010000" "$(sed -n 2p first)"
same "the second view" "a second view there is refused: it is in use" "$(sed -n 3p first)"
fails 1 "cannot map the tape there: that address is taken; choose another that ends in 0000" \
    map_at file.wav 7ffe0000
fails 2 "the arguments are not understood; .*that ends in 0000" map_at file.wav 12345
length=$(stat -c %s file.wav)
header_in_front file.wav 'A rehearsal' >out
same "header_in_front" "'A rehearsal' stands in front of $END frames; 40 bytes were written" \
    "$(cat out)"
same "title" "A rehearsal" "$(numbers title file.wav)"
same "length with a title" "$length" "$(stat -c %s file.wav)"
is_ramp file.wav s16 1 0 $END
matches "recover of a file with a title" "file.wav is complete; nothing to do" \
    "$(tapemap recover file.wav)"
fails 1 "there is no room, or a title already; take a shorter one" header_in_front file.wav again

# ---- A file that grows: what is read lies past its first extent ----------------------------------
grown=$DECK.grown
start grown tapemapd record --deck "$grown" --source tone:ramp --speed 10x --store file \
    --output grown.wav --extent 1MiB
wait_until "it has grown" head_reaches "$grown" 600000
play_backwards "$grown" 500000f 548000f grown-back.wav >/dev/null
numbers backwards grown-back.wav 2 500000 548000
private_copy "$grown" 500000f 548000f grown-copy.wav >/dev/null
numbers faded grown-copy.wav 2 500000 548000
pass_to_child "$grown" >out
same "what the child of a grown tape sees" "$(sed -n 's/^parent [0-9]*: //p' out)" \
    "$(sed -n 's/^child [0-9]*: //p' out)"
interrupt grown
ends grown 0
is_ramp grown.wav s16 2 0 "$(recorded_frames grown)"

# ---- A tape in memory, live ---------------------------------------------------------------------
wait_until "two seconds are recorded" head_reaches "$live" 96000
live_level "$live" 2 >level
matches "live_level" "^frame [0-9]+: channel 1 peak .* dB, rms .*; channel 2 peak .* dB, rms" \
    "$(sed -n 2p level)"
second=$(sed -n 's/^frame \([0-9]*\):.*/\1/p' level | tail -n 1)
first=$(sed -n 's/^frame \([0-9]*\):.*/\1/p' level | head -n 1)
numbers level 2 $((second - 48000)) "$second" < <(tail -n 1 level)
# Each line is late by what the machine takes for it, but a second after the one before was due.
((second > first && second >= 144000)) || complain "live_level: frame $first, then $second"
private_copy "$live" 0.5s 1.5s copy.wav >out
numbers faded copy.wav 2 24000 72000
matches "private_copy" "^edited 48000 frames: the last sample was -?[0-9]+ and is -?[0-9]+$" \
    "$(sed -n 1p out)"
matches "the tape under the copy" "the tape is unchanged: checksum ([0-9a-f]{8}) before and " \
    "$(sed -n 2p out)"
tapemap verify "$live" --ramp >/dev/null || complain "private_copy changed the tape"
keep_last_minute "$live" minute.wav 1 >out
from=$(sed -n 's/kept 48000 frames, from \([0-9]*\) to [0-9]*/\1/p' out)
is_ramp minute.wav s16 2 "${from:-0}" 48000
fails 1 "cannot write the output: there is such a file; choose another name" \
    keep_last_minute "$live" minute.wav 1
pass_to_child "$live" >out
parent=$(sed -n "s/^parent [0-9]*: deck '$live', //p" out)
child=$(sed -n "s/^child [0-9]*: deck '$live', //p" out)
matches "what the parent sees" "^frame [0-9]+ is [0-9a-f]{8}$" "$parent"
same "what the child sees" "$parent" "$child"
fails 1 "cannot open the inherited tape: an argument is missing" pass_to_child --child x 0
fails 1 "cannot open the inherited tape: no tape of that id exists" \
    pass_to_child --child tapemap:l:0123456789abcdef:ffff0:ffff4:0:0 0
feed_recogniser "$live" 60 start >out
numbers fed 2 0 60 <out
mkfifo gate
exec {gate}<>gate
pipes[notes]=$gate
start notes shared_notes "$live" "the first note" <gate
wait_until "the first note is there" grep -q 'instances: 1, notes: 1' notes.out
shared_notes "$live" "a second one" >out
same "what both instances see" "instances: 2, notes: 2" "$(sed -n 1p out)"
matches "the first note, seen by the second" "^frame [0-9]+: the first note$" "$(sed -n 2p out)"
close_pipe notes
ends notes 0
sed -i 's/\r$//' notes.out
same "what is left" "instances: 1, notes: 2" "$(tail -n 3 notes.out | sed -n 1p)"
matches "the second note, seen by the first" "^frame [0-9]+: a second one$" \
    "$(tail -n 1 notes.out)"

# ---- A recorder that shows no sign of life for a while -------------------------------------------
start hung tapemapd record --deck "$DECK.hung" --source tone:ramp
wait_until "$DECK.hung is listed" is_listed "$DECK.hung"
start level live_level "$DECK.hung" 3
start fed feed_recogniser "$DECK.hung" 400 now
wait_until "live_level waits for the second line" test -s level.out
kill -STOP "${pids[hung]}"
sleep 4 # how long it hangs: twice what counts as a stall
kill -CONT "${pids[hung]}"
ends level 0
ends fed 0
matches "feed_recogniser of one that hung" "^fed 400 blocks" "$(tail -n 1 fed.out)"
interrupt hung
ends hung 0

# ---- A recorder that is killed while somebody waits for it ---------------------------------------
killed=$DECK.killed
start killed tapemapd record --deck "$killed" --source tone:ramp
wait_until "$killed is listed" is_listed "$killed"
hold_still witness "$killed" # its tape stays, whether they have it yet or not
start level live_level "$killed"
start fed feed_recogniser "$killed" 1000000 now
wait_until "live_level waits for the second line" test -s level.out
kill -KILL "${pids[killed]}"
ends killed 137
for name in level fed; do
    ends $name 1
    matches "$name of one that was killed" "the recorder has not moved for seconds" "$(<$name.err)"
done
release_still witness

# ---- A ring that has gone round: a stretch across its end lies in two places --------------------
ring=$DECK.ring
start_held ring record --deck "$ring" --source tone:ramp --ring 2s --duration 47s --speed max
wait_until "the ring is listed" is_listed "$ring"
hold_still holder "$ring"
let_go ring
ends ring 0
END=$((47 * 48000))
play_backwards "$ring" -2s now ring.wav >out
# Six views would do if the ring's end were not in between.
same "a ring backwards" "wrote 96000 frames backwards, through 7 views" "$(cat out)"
numbers backwards ring.wav 2 $((END - 96000)) $END
fails 1 "cannot read the tape backwards: that position has left the ring; read nearer to the head" \
    play_backwards "$ring" 0f 1000f gone.wav
fails 1 "cannot edit a copy .*: the end of the ring lies within that stretch; take a part of it" \
    private_copy "$ring" -2s now gone.wav
release_still holder

# ---- What is not there --------------------------------------------------------------------------
for name in "${names[@]}"; do
    more=()
    case $name in
    play_backwards | private_copy) more=(0s 1s out.wav) ;;
    keep_last_minute) more=(out.wav) ;;
    header_in_front) more=(title) ;;
    esac
    fails 1 "cannot open.*: (no deck of that name has a tape; see|there is no such file; see)" \
        "$name" no-such-deck "${more[@]}"
done
fails 2 "the arguments are not understood; give: live_level DECK \[LINES\]" live_level
same "files of failed samples" "" "$(find . -name '*.part' -o -name out.wav -o -name gone.wav)"

interrupt live
ends live 0
passed
