#!/usr/bin/env bash
# What is on a tape comes out of the output device: from a file, over a seam, from a deck that
# records, and as keys on a terminal say.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

make_sink "e2e-play-$$"
device=WASAPI:$SINK
sox -D -n -r $RATE -b 16 -c 2 sound.wav synth 1.5 sine 200:4000 sine 3000:300 gain -3
sox -D sound.wav long.wav pad 10 2.5 repeat 7

# hears NAME ARGS...: starts `tapemap play` of these, and keeps what comes out, from before it.
hears() {
    rm -f heard.raw
    parec --raw --format=s16le --rate=$RATE --channels=2 --latency-msec=50 \
        "--device=tapemap_$SINK.monitor" >heard.raw &
    pids[listener]=$!
    wait_until "the listener listens" test -s heard.raw
    start "$1" tapemap play "${@:2}" --device "$device" --verbose
}

# heard_sound NAME CHECK...: once the program is done: whether the sound is what came out.
heard_sound() {
    ends "$1" 0
    wait_until "the listener has the rest" heard_more $(($(stat -c %s heard.raw) + 4 * RATE / 5))
    kill "${pids[listener]}"
    wait "${pids[listener]}" || true
    unset "pids[listener]"
    sox -t raw -e signed -b 16 -r $RATE -c 2 heard.raw heard.wav
    [[ ! -s $1.out ]] || complain "$1 printed on stdout"
    python3 "${@:2}" sound.wav heard.wav >found.out 2>&1
}

# in_tries NAME COMMAND...: on a busy machine the sound server drops frames without a word to
# anybody; what is wrong in the program is wrong each time. The command gets the number of the try.
in_tries() {
    local try
    for try in 0 1 2; do
        if "${@:2}" "$try"; then
            echo "$1: $(cat found.out); $(grep -o 'sound began [0-9]* ms' "$1.err")," \
                "$(grep -o '[0-9]* underruns' "$1.err")"
            return
        fi
    done
    complain "$1: $(cat found.out)"
}

heard_more() {
    (($(stat -c %s heard.raw) >= $1))
}

# ---- A file, and a series of files -----------------------------------------------------------------

tapemapd record --deck "$DECK.file" --source audio:sound.wav --speed max --quiet --store file \
    --output whole.wav 2>record.err
try_file() {
    hears file ./whole.wav
    heard_sound file "$ROOT/scripts/check_recording.py" --least-correlation 0.5
}
in_tries file try_file

tapemapd record --deck "$DECK.series" --source audio:sound.wav --speed max --quiet --store file \
    --output . --name 'part-{id}.wav' --rotate length:1s 2>record.err
first=$(find . -name 'part-*.wav' -printf '%T@ %p\n' | sort -n | sed -n '1s/^[^ ]* //p')
try_seam() {
    hears seam "$first"
    heard_sound seam "$ROOT/scripts/check_recording.py" --least-correlation 0.5
}
in_tries seam try_seam

# ---- A deck that records ---------------------------------------------------------------------------

# The sound comes at 10 s, 24 s, 38 s ...: the next one that there is time for.
start recorder tapemapd record --deck "$DECK" --source audio:long.wav
wait_until "$DECK is listed" is_listed "$DECK"
try_live() {
    local head begin
    head=$(fact "$DECK" head_frames)
    begin=$(((head / RATE + 10) / 14 * 14))
    wait_until "$begin s and three are recorded" head_reaches "$DECK" $(((begin + 3) * RATE))
    hears live "$DECK" --from -2s --to $((begin + 13))s
    heard_sound live "$E2E/follow_sound.py"
}
in_tries live try_live
interrupt recorder
ends recorder 0

# ---- Keys --------------------------------------------------------------------------------------------

# play_typing ARGS... -- DECK: plays on a terminal, typing as terminal.py's arguments say.
play_typing() {
    local typed=()
    while [[ $1 != -- ]]; do
        typed+=("$1")
        shift
    done
    timeout -k 5 $((2 * PATIENCE)) python3 "$E2E/terminal.py" 100 "${typed[@]}" \
        bash "$ROOT/scripts/wine.sh" "$BIN/tapemap.exe" play "${@:2}" --device "$device"
}

start recorder tapemapd record --deck "$DECK" --source tone:chirp
wait_until "there are twelve seconds" head_reaches "$DECK" $((12 * RATE))
seen=$(play_typing --type ' live' ' ' --type 'paused' ' ' --type 'playing|live' left \
    --type '0:1[0-9][.][0-9] behind  playing' m --type 'marked [0-9]' right \
    --type '0:0[0-9][.][0-9] behind' left --type '0:1[0-9][.][0-9] behind' l --type ' live' '?' \
    --type 'go to the head' q -- "$DECK") || complain "keys: ended with code $?"
! grep 'never seen' <<<"$seen" || complain "keys: $(tail -c 200 <<<"$seen")"
tapemap info "$DECK" >info.out
grep -q 'mark 1$' info.out || complain "no mark was set: $(cat info.out)"
seen=$(play_typing --type 'left  playing' m --type 'not marked: this tape has ended' q \
    -- ./whole.wav --speed 0.5)
! grep 'never seen' <<<"$seen" || complain "keys on a file: $(tail -c 200 <<<"$seen")"

# A recorder that does not answer keeps nobody from hearing what there is.
kill -STOP "${pids[recorder]}"
seen=$(play_typing --type 'playing' m --type '0:0.*marking.*0:0.*marking' q \
    -- "$DECK" --from start) || complain "a mark without an answer: ended with code $?"
kill -CONT "${pids[recorder]}"
! grep 'never seen' <<<"$seen" || complain "a mark without an answer: $(tail -c 200 <<<"$seen")"
matches "a mark without an answer" "has not yet said whether it set the mark 0:" "$seen"
interrupt recorder
ends recorder 0

# ---- What cannot be played ---------------------------------------------------------------------------

fails 1 "no output device fits 'theremin'; use one that 'tapemap play --devices' lists: " \
    tapemap play ./whole.wav --device theremin
fails 1 "no output device has the number 9999; see 'tapemap play --devices'" \
    tapemap play ./whole.wav --device 9999
fails 1 "there is nothing; give a --from before --to" tapemap play ./whole.wav --from 1s --to 1s
fails 2 "'3' is no speed" tapemap play ./whole.wav --speed 3

# ---- A device that goes away -------------------------------------------------------------------------

tapemapd record --deck "$DECK.minute" --source tone:chirp --duration 60s --speed max --quiet \
    --store file --output minute.wav
start lost tapemap play ./minute.wav --device "$device" --verbose
wait_until "sound began" grep -q 'sound began' lost.err
pactl unload-module "$module"
module=
ends lost 1
matches "a device that went away" "the device '$SINK' went away; see 'tapemap play --devices'" \
    "$(cat lost.err)"
passed
