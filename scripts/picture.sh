#!/usr/bin/env bash
# picture.sh [PICTURE]: records a minute of speech and music in real time, with marks and an
# interruption, and draws docs/overview.png (or PICTURE) of it. It wants espeak-ng and sox.
set -euo pipefail
source "$(dirname "$0")/common.sh"

picture=$(realpath -m "${1:-$ROOT/docs/overview.png}")
folder=$(mktemp -d)
recorder=
clean_up() {
    [[ -z $recorder ]] || kill -KILL "$recorder" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
cd "$folder"

windows() {
    bash "$ROOT/scripts/wine.sh" "$@" </dev/null
}

# say FILE VOICE PAN-LEFT PAN-RIGHT WORDS: speech that comes from somewhere.
say() {
    espeak-ng -v "$2" -s 150 -w "$1.mono.wav" "$5"
    sox -D "$1.mono.wav" -r 48000 -c 2 "$1" compand 0.01,0.3 6:-60,-55,-30,-18,-10 -6 \
        gain -n -1 remix "1v$3" "1v$4" pad 0.3 0.6
}

# play FILE NOTES...: plucked strings.
play() {
    local file=$1 note delay=0 synth=() delays=()
    shift
    for note in "$@"; do
        synth+=(pluck "$note")
        delays+=("$delay")
        delay=$(awk "BEGIN { print $delay + 0.28 }")
    done
    sox -D -n -r 48000 -c 2 "$file" synth 4 "${synth[@]}" delay "${delays[@]}" \
        remix "$(seq -s, 1 2 $#)" "$(seq -s, 2 2 $#)" fade 0 7 2 compand 0.01,0.4 6:-60,-55,-30,-20,-10 gain -n -3
}

# mark LABEL: as soon as there is a recorder that can be told.
mark() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        windows tapemap mark studio "$1" >mark.out 2>&1 && return
        sleep 0.2
    done
    fail "marking '$1'" "$(tail -n 1 mark.out)" "see record.out"
}

# record ARGS...: in the background, until it is killed.
record() {
    bash "$ROOT/scripts/wine.sh" tapemapd record --deck studio --format s16 --store file \
        --output picture.wav --quiet "$@" </dev/null >record.out 2>&1 &
    recorder=$!
}

play intro.wav C3 E3 G3 C4 E4 G4 C5 G4 E4 C4 G3 E3
say one.wav en-us 0.9 0.35 "Good afternoon, and welcome. Everything that is said in this room is \
being recorded, and can be listened to while we speak."
say two.wav en-gb 0.3 0.8 "Thank you. Then let us begin with the first question: how long may a \
recording become? Five minutes, five weeks; it does not matter."
say three.wav en-us 0.9 0.35 "And when a device is pulled out, time goes on. The gap is known, and \
it stays visible."
say four.wav en-gb 0.3 0.8 "I will be quick, then. Here we are again. The clock on the wall was \
right all the time. Are there any other questions? No? Then we close with some music."
sox -D intro.wav one.wav two.wav three.wav first.wav
sox -D four.wav intro.wav second.wav
first=$(soxi -D first.wav | cut -d. -f1)

record --source audio:first.wav --speed realtime
sleep 0.6
mark "music"
sleep 5.8
mark "welcome"
sleep $((first > 40 ? 12 : 9))
mark "first question"
sleep $((first - 21 > 3 ? first - 21 : 3))
kill -KILL "$recorder"
wait "$recorder" 2>/dev/null || true
sleep 3
record --source audio:second.wav --speed realtime --resume
sleep 2
mark "goes on"
sleep 11
mark "closing"
wait "$recorder" || true
recorder=
windows tapemap overview ./picture.wav -o picture.png --size 1200x300
cp picture.png "$picture"
