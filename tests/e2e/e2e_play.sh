#!/usr/bin/env bash
# What is on a tape comes out of the output device: from a file, over a seam, from a deck that
# records, and as keys on a terminal say.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

make_sink "e2e-play-$$"
device=WASAPI:$SINK

# noise NAME SECONDS: two channels of it, below what heard_pieces.py can tell apart.
noise() {
    sox -D -n -r $RATE -b 16 -c 2 "$1" synth "$2" whitenoise whitenoise lowpass 1500 lowpass 1500 \
        gain -n -3
}
noise sound.wav 1.5
noise long.wav 120
sound_frames=$((3 * RATE / 2))

# It records from here on: until the keys are tried, it has what these want.
start recorder tapemapd record --deck "$DECK" --source tone:chirp

# hears NAME FRAMES ARGS...: plays it with these arguments, and listens from before it until all of
# it is heard. The device takes exactly that many frames, however busy the machine is.
hears() {
    rm -f heard.raw
    parec --raw --format=s16le --rate=$RATE --channels=2 --latency-msec=50 \
        "--device=tapemap_$SINK.monitor" >heard.raw &
    pids[listener]=$!
    wait_until "the listener listens" test -s heard.raw
    start "$1" tapemap play "${@:3}" --device "$device" --verbose
    ends "$1" 0
    wait_until "the listener has the rest" heard_more $(($(stat -c %s heard.raw) + 4 * RATE / 5))
    kill "${pids[listener]}"
    wait "${pids[listener]}" || true
    unset "pids[listener]"
    sox -t raw -e signed -b 16 -r $RATE -c 2 heard.raw heard.wav
    [[ ! -s $1.out ]] || complain "$1 printed on stdout"
    matches "what the device took of $1" "the device took $2 frames;" "$(cat "$1.err")"
    grep -oE 'sound began [0-9]+ ms|[0-9]+ underruns' "$1.err"
}

heard_more() {
    (($(stat -c %s heard.raw) >= $1))
}

# ---- A file, and a series of files -----------------------------------------------------------------

tapemapd record --deck "$DECK.file" --source audio:sound.wav --speed max --quiet --store file \
    --output whole.wav 2>record.err
try_file() {
    hears file $sound_frames ./whole.wav
    python3 "$E2E/heard_pieces.py" sound.wav heard.wav
}
in_tries file try_file

tapemapd record --deck "$DECK.series" --source audio:sound.wav --speed max --quiet --store file \
    --output . --name 'part-{id}.wav' --rotate length:1s 2>record.err
parts() {
    find . -name 'part-*.wav' -printf '%T@ %p\n' | sort -n | sed 's/^[^ ]* //'
}
first=$(parts | sed -n 1p)
try_seam() {
    hears seam $sound_frames "$first"
    python3 "$E2E/heard_pieces.py" sound.wav heard.wav
}
in_tries seam try_seam

# ---- A deck that records ---------------------------------------------------------------------------

# From what is recorded into what is not yet; all of it before the speed may be bent.
start deck tapemapd record --deck "$DECK.live" --source audio:long.wav
wait_until "a second is recorded" head_reaches "$DECK.live" $RATE
try_live() {
    local begin
    begin=$(($(fact "$DECK.live" head_frames) - RATE))
    hears live $((5 * RATE / 2)) "$DECK.live" --from "${begin}f" --to +2.5s
    python3 "$E2E/heard_pieces.py" long.wav heard.wav "$begin" $((5 * RATE / 2))
}
in_tries live try_live
interrupt deck
ends deck 0

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
# One whose recorder died, and whose deck records another.
start left tapemapd record --deck "$DECK.left" --source tone:chirp --speed 10x --store file \
    --output left.wav
wait_until "$DECK.left is listed" is_listed "$DECK.left"
wait_until "there are twenty seconds" head_reaches "$DECK.left" $((20 * RATE))
kill_outright left
start left tapemapd record --deck "$DECK.left" --source tone:chirp
wait_until "$DECK.left is listed again" is_listed "$DECK.left"
seen=$(play_typing --type 'playing' m --type 'not marked: nobody records this tape' q \
    -- ./left.wav --from start) || complain "a tape that was left: ended with code $?"
! grep 'never seen' <<<"$seen" || complain "a tape that was left: $(tail -c 200 <<<"$seen")"
same "marks of another tape" "[]" "$(tapemap marks "$DECK.left" --json)"
interrupt left
ends left 0
# Over seams: of 12 s in files of 4 s, from the beginning of the last one.
tapemapd record --deck "$DECK.twelve" --source tone:chirp --duration 12s --speed max --quiet \
    --store file --output . --name 'part-{id}.wav' --rotate length:4s 2>record.err
seen=$(play_typing --type 'playing' ' ' --type 'paused' left --type '0:00[.]0 .*0:04[.]0 left  paused' \
    right --type '0:02[.]0 .*0:02[.]0 left  paused' q -- "$(parts | tail -n 1)" --speed 0.5) ||
    complain "keys over seams: ended with code $?"
! grep 'never seen' <<<"$seen" || complain "keys over seams: $(tail -c 200 <<<"$seen")"

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
tapemapd record --deck "$DECK.slow" --source tone:chirp --rate 100 --duration 2s --speed max \
    --quiet --store file --output slow.wav
fails 1 "its 100 Hz are too far from the 48000 Hz of '$SINK'; see 'tapemap play --devices'" \
    tapemap play ./slow.wav --device "$device"
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
