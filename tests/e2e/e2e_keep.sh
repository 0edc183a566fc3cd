#!/usr/bin/env bash
# What a ring held a moment ago, kept while it is recorded on: every sample, or it is said what not.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# kept FILE FRAMES: the file holds so many frames of the ramp, from where it was said in keep.err.
kept() {
    local from
    from=$(sed -n 's/.*from frame \([0-9]*\) on.*/\1/p' keep.err)
    [[ -n $from ]] || die "it is not said where $1 begins: $(cat keep.err)"
    is_ramp "$1" s16 2 "$from" "$2"
}

start ring tapemapd record --deck "$DECK" --source tone:ramp --ring 6s
wait_until "the ring is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 192000

tapemap keep "$DECK" --last 3s -o last.wav 2>keep.err
matches "what is said" "kept 0:03.0 \(144000 frames\) of deck '$DECK', from frame" "$(cat keep.err)"
kept last.wav 144000

fails 1 "cannot create 'last.wav': it exists" tapemap keep "$DECK" --last 1s -o last.wav
fails 2 "it is not said what" tapemap keep "$DECK" -o no.wav
fails 2 "goes without '--around'" tapemap keep "$DECK" --last 1s --after 1s -o no.wav
fails 2 "no duration such as" tapemap keep "$DECK" --last ever -o no.wav
fails 2 "no time at all" tapemap keep "$DECK" --around now -o no.wav
fails 1 "no deck of that name" tapemap keep "$DECK.none" --last 1s -o no.wav

# Around a position that is yet to come.
at=$(($(fact "$DECK" head_frames) + 96000))
tapemap keep "$DECK" --around "${at}f" --before 1s --after 1s -o around.wav 2>keep.err
is_ramp around.wav s16 2 $((at - 48000)) 96000

# Meanwhile another program makes a file of that name: what is kept is not lost with it.
start taken tapemap keep "$DECK" --around now --before 1s --after 4s -o taken.wav
wait_until "it has begun" compgen -G "taken.wav.*.part"
touch taken.wav
ends taken 1
part=$(compgen -G "taken.wav.*.part") || die "what was kept is gone"
matches "what is said" "'taken.wav': it exists; the sound is in '$part'" "$(cat taken.err)"
same "frames of it" 240000 "$(soxi -s "$part")"
rm "$part"

# As much as the ring holds, and more: it overwrites its oldest frames meanwhile.
wait_until "it has gone round" head_reaches "$DECK" 600000
tapemap keep "$DECK" --last 6s -o all.wav 2>keep.err || true
matches "a whole ring" "^tapemap: kept 0:06.0|have left the ring; the other 0:0[1-6]" "$(cat keep.err)"
fails 1 "have left the ring; the other 0:0[1-6]" tapemap keep "$DECK" --last 9s -o more.wav
fails 1 "all of that has left the ring" \
    tapemap keep "$DECK" --around -9s --after 1s -o no.wav

# The recorder ends before all is there.
start waiting tapemap keep "$DECK" --around now --before 1s --after 1h -o cut.wav
wait_until "it has begun" compgen -G "cut.wav.*.part"
interrupt ring
ends ring 0
ends waiting 1
matches "what is said" "were not recorded any more; the other .* are in cut.wav" \
    "$(cat waiting.err)"

# Twenty times as fast: whatever the ring does, no wrong sample and no half of a file.
start fast tapemapd record --deck "$DECK.fast" --source tone:ramp --ring 2s --speed 20x
wait_until "the fast ring is listed" is_listed "$DECK.fast"
wait_until "it has gone round" head_reaches "$DECK.fast" 480000
for i in 1 2 3; do
    if tapemap keep "$DECK.fast" --last 2s --what-there-is -o "fast$i.wav" 2>keep.err; then
        kept "fast$i.wav" "$(sed -n 's/.*(\([0-9]*\) frames).*/\1/p' keep.err)"
    else
        matches "why not" "the ring overwrites it faster|nothing of that is recorded|has left the ring" \
            "$(cat keep.err)"
        [[ ! -e fast$i.wav ]] || complain "half of a file"
    fi
done
interrupt fast
ends fast 0

# A time of day, on an earlier tape of a deck that rotates, and not on its next day.
start hours tapemapd record --deck "$DECK.hours" --source tone:ramp --rate 8000 --rotate length:2s \
    --store file --output hours --name '{id}.wav' --extent 1MiB --keep-free 0
wait_until "the hours are listed" is_listed "$DECK.hours"
is_past() {
    (($(fact "$DECK.hours" series_position) >= $1))
}
wait_until "it has rotated" is_past 48000
for time in "$(date -d '-4 seconds' +%T)" "$(date -d '-4 seconds' +%FT%T)"; do
    tapemap keep "$DECK.hours" --around "$time" --after 500ms -o time.wav --force 2>keep.err
    matches "around $time" "kept 0:00.5 .* of tape [0-9a-f]{16} on" "$(cat keep.err)"
    on=$(sed -n 's/.* of tape \([0-9a-f]*\) on.*/\1/p' keep.err)
    at=$(sed -n 's/.*from frame \([0-9]*\) .*/\1/p' keep.err)
    matches "$time on that tape" "from frame $at on" \
        "$(tapemap export "hours/$on.wav" --from "$time" --to +10f -o time.raw --force 2>&1)"
done
interrupt hours
ends hours 0

# More than there ever was: what there is, and exit code 1.
start young tapemapd record --deck "$DECK.young" --source tone:ramp --ring 1h
wait_until "the young ring is listed" is_listed "$DECK.young"
wait_until "there is sound in it" head_reaches "$DECK.young" 4800
fails 1 "the tape's beginning.*; the other [0-9:.]+ are in young.wav" \
    tapemap keep "$DECK.young" --last 1h -o young.wav
[[ -s young.wav ]] || complain "what there was is not kept"
tapemap keep "$DECK.young" --last 1h -o young2.wav --what-there-is 2>keep.err
matches "what is missing" "; missing: .* the tape's beginning" "$(cat keep.err)"
interrupt young
ends young 0

# A deck that rotates: over its seams, back and on, with marks and gaps where they were.
feed series
start series tapemapd record --deck "$DECK.series" --source stdin --format s16 --rate 48000 \
    --channels 2 --store file --output tapes --name '{id}.wav' --extent 1MiB --keep-free 0 \
    --rotate length:1s <series.in
send series s16 2 0 30000
wait_until "the series is listed" is_listed "$DECK.series"
wait_until "there is sound" head_reaches "$DECK.series" 30000
tapemap mark "$DECK.series" "early" --at 20000f >/dev/null
# go_on FRAMES: up to this frame of the series, a second at a time.
go_on() {
    for ((; sent < $1; sent += 24000)); do
        send series s16 2 "$sent" 24000
    done
    wait_until "$1 frames are recorded" series_reaches "$1"
}
series_reaches() {
    (($(fact "$DECK.series" series_position) + $(fact "$DECK.series" head_frames) >= $1))
}
sent=30000
go_on 222000
tapemap mark "$DECK.series" "late" --at 20000f >/dev/null
tapemap keep "$DECK.series" --last 4500ms -o seams.wav 2>keep.err
matches "what is said of seams" \
    "kept 0:04.5 \(216000 frames\) of deck .*, from frame 6000 of tape [0-9a-f]{16} on, over 5 tapes" \
    "$(cat keep.err)"
is_ramp seams.wav s16 2 6000 216000
same "marks" "14000 early;206000 late;" "$(python3 -B "$E2E/mark_labels.py" seams.wav | tr '\n' ';')"
same "for sox" 216000 "$(soxi -s seams.wav)"
matches "marks that raw has not" "marks and gaps are left out, which only a .wav file has" \
    "$(tapemap keep "$DECK.series" --last 4500ms -o seams.raw 2>&1)"
is_ramp seams.raw s16 2 6000 216000
tapemap keep "$DECK.series" --last 4500ms -o - --quiet >stdout.wav
is_ramp stdout.wav s16 2 6000 216000

# What lies around a place is on an earlier tape.
tapemap keep "$DECK.series" --around mark:early --before 250ms --after 1s -o early.wav --quiet
is_ramp early.wav s16 2 8000 60000
tapemap keep "$DECK.series" --around -4s --before 500ms --after 1s -o ago.wav --quiet
is_ramp ago.wav s16 2 6000 72000
fails 1 "nothing of that is recorded" \
    tapemap keep "$DECK.series" --around -1h --after 1s -o no.wav
fails 1 "0:10.0 lie before the tape's beginning; the other 0:01.0 are in first.wav, from frame 0 " \
    tapemap keep "$DECK.series" --around -222000f --before 10s --after 1s -o first.wav
is_ramp first.wav s16 2 0 48000
fails 1 "has no such mark; its marks are 'late'" \
    tapemap keep "$DECK.series" --around mark:none --after 1s -o no.wav

# What is yet to come lies on the next tape.
start coming tapemap keep "$DECK.series" --around 20000f --before 1s --after 1s -o coming.wav
wait_until "it has begun" compgen -G "coming.wav.*.part"
go_on 270000
ends coming 0
is_ramp coming.wav s16 2 164000 96000
same "the mark" "48000 late" "$(python3 -B "$E2E/mark_labels.py" coming.wav)"

is_complete() {
    [[ ! -e $1.index ]]
}

# Of the tapes one is gone: what comes after it is kept, and it is said where that begins.
second=$(fact "$DECK.series" previous_tape)
wait_until "it is complete" is_complete "tapes/$second.wav"
rm "tapes/$second.wav"
fails 1 "lie on earlier tapes, which are not there any more; the other 0:00.6 are in less.wav, from frame 0 on" \
    tapemap keep "$DECK.series" --last 2s -o less.wav
is_ramp less.wav s16 2 240000 30000
close_pipe series
ends series 0

same "parts left" "" "$(compgen -G '*.part' || true)"
passed
