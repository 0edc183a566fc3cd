#!/usr/bin/env bash
# What cannot work is refused in one sentence on stderr: exit 2 for the command line, 1 for the rest.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# Command lines of the recorder.
usage=(
    "|no-such-verb" "record|--no-such-option" "record|--deck" "format|--format s17"
    "format|--format S16" "rate|--rate 0" "rate|--rate -1" "rate|--rate 48k" "rate|--rate 9999999"
    "rate|--rate 4294967296" "channels|--channels 0" "channels|--channels 257"
    "channels|--channels two" "ring|--ring 0s" "ring|--ring 10" "ring|--ring -1m"
    "ring|--ring 99999999999999h" "capacity|--capacity 0" "capacity|--capacity 1XB"
    "capacity|--capacity 99999999TiB" "duration|--duration 0s" "duration|--duration soon"
    "speed|--speed fast" "speed|--speed 0x" "speed|--speed -1x" "commit-limit|--commit-limit 0"
    "store|--store tape" "together|--ring 1m --capacity 1h"
)
for line in "${usage[@]}"; do
    read -ra arguments <<<"${line#*|}"
    if [[ ${arguments[0]} == no-such-verb ]]; then
        fails 2 "" tapemapd "${arguments[@]}"
    else
        fails 2 "" tapemapd record --deck "$DECK" --source tone:ramp "${arguments[@]}"
    fi
done
for name in "" "a/b" 'a\b' "con:1" " x" "x." "$(printf 'x%.0s' {1..64})"; do
    fails 2 "" tapemapd record --deck "$name" --source tone:ramp --duration 1s
done
fails 2 "" tapemapd record --source tone:ramp
fails 2 "" tapemapd record --deck "$DECK"

# Sources that there are not, or that are no audio.
echo "this is no audio" >text.wav
: >empty.wav
mkdir folder folder.wav
for source in bogus tone tone:square tone:sine tone:sine:0 tone:sine:-5 tone:sine:30000 \
    tone:sine:x tone:noise tone:noise:x tone:ramp:1 stdin audio: audio:missing.wav audio:text.wav \
    audio:empty.wav audio:folder portaudio:NoSuchApi portaudio:WASAPI:no-such-device; do
    fails 1 "" tapemapd record --deck "$DECK" --duration 1s --source "$source"
done
sox -n -r 44100 -c 2 two.wav synth 0.1 sine 440
fails 1 "" tapemapd record --deck "$DECK" --source audio:two.wav --channels 1
fails 1 "" tapemapd record --deck "$DECK" --source audio:two.wav --rate 48000
fails 1 "delivered nothing" tapemapd record --deck "$DECK" --quiet --source stdin --format s16 \
    --rate 48000 --channels 2

# Command lines of the reader, and tapes that there are not.
fails 2 "" tapemap no-such-verb
fails 2 "" tapemap info
fails 2 "" tapemap info x --no-such-option
fails 2 "" tapemap export x
for verb in info meter tail "export -o out.wav" "verify --ramp"; do
    read -ra arguments <<<"$verb"
    fails 1 "no deck" tapemap "${arguments[0]}" no-such-deck "${arguments[@]:1}"
    fails 1 "" tapemap "${arguments[0]}" id:0123456789abcdef "${arguments[@]:1}"
done
[[ ! -e out.wav ]] || complain "a file was made of nothing"

# Positions and outputs, on a tape that is there.
start recorder tapemapd record --deck "$DECK" --source tone:ramp
wait_until "it records" head_reaches "$DECK" 4800
for position in yesterday 12 1:99 -5 "" 5x 99999999999999999999f; do
    fails 2 "" tapemap export "$DECK" --from "$position" -o out.wav
done
fails 2 "" tapemap export "$DECK" --to 10f -o folder
fails 1 "" tapemap export "$DECK" --from 10f --to 10f -o out.wav
fails 1 "" tapemap export "$DECK" --from 20f --to 10f -o out.wav
fails 1 "" tapemap export "$DECK" --from 0f --to 999h -o out.wav
fails 1 "" tapemap export "$DECK" --to 10f -o folder.wav
fails 1 "" tapemap export "$DECK" --to 10f -o no/such/folder/out.wav
echo precious >there.wav
fails 1 "force" tapemap export "$DECK" --to 10f -o there.wav
same "the file that was there" precious "$(cat there.wav)"
tapemap export "$DECK" --quiet --to 10f -o there.wav --force
same "frames of the file that replaced it" 10 "$(soxi -s there.wav)"
for left in out.wav* folder.wav/* ./*.part; do
    [[ ! -e $left ]] || complain "$left was left behind"
done
interrupt recorder
ends recorder 0
passed
