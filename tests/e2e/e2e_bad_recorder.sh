#!/usr/bin/env bash
# What tapemapd refuses: each gets one line on stderr that says what is wrong and what to do, a
# non-zero exit code, and leaves no deck.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

echo "no sound" >text.txt
head -c 100000 /dev/zero >zeros.wav
: >empty.wav
sox -n -r 44100 -c 2 two.wav synth 0.1 sine 440
mkdir folder

# source_fails PATTERN SPEC ARGS...: this source is at fault, or does not go with its options.
source_fails() {
    local pattern=$1 spec=$2
    shift 2
    fails "1|2" "$pattern" tapemapd record --deck "$DECK" --quiet --duration 100ms \
        --source "$spec" "$@"
}

source_fails "unknown source 'nix'; use portaudio" nix
source_fails "unknown source 'nix:a:b'; use portaudio" nix:a:b
source_fails "--source is empty" ""
source_fails "unknown signal 'tone:'; use tone:sine:HZ" tone
source_fails "unknown signal 'tone:nix'; use tone:sine:HZ" tone:nix
source_fails "tone:sine needs a number" tone:sine
source_fails "a sine of 0 Hz does not exist" tone:sine:0
source_fails "a sine of 30000 Hz does not exist at 48000 Hz" tone:sine:30000
source_fails "'-5' is no frequency; give one in hertz" tone:sine:-5
source_fails "'1e3' is no frequency; give one in hertz" tone:sine:1e3
source_fails "'99999999999999999999' is no frequency" tone:sine:99999999999999999999
source_fails "tone:noise needs a number" tone:noise
source_fails "'x' is no seed; give a whole number" tone:noise:x
source_fails "'99999999999999999999' is no seed" tone:noise:99999999999999999999
source_fails "tone:ramp takes nothing more" tone:ramp:1
source_fails "no input device fits 'portaudio:Nix'; use one of: WASAPI:" portaudio:Nix
source_fails "no input device fits 'portaudio:WASAPI:Nix'; use one of" portaudio:WASAPI:Nix
source_fails "has 2 input channels and does not record 99" portaudio:WASAPI --channels 99
source_fails "--speed does not apply to a device" portaudio --speed 2x
for bad in portaudio: portaudio:: portaudio:WASAPI: stdin:; do
    source_fails "source '$bad' ends in ':'; say what follows, or leave" "$bad"
done
source_fails "audio: needs a file; use audio:PATH" audio:
source_fails "there is no file 'nix.wav'; check the path" audio:nix.wav
source_fails "there is no file 'nix/nix.wav'; check the path" audio:nix/nix.wav
source_fails "'folder' is a folder; name a file in it" audio:folder
source_fails "'text.txt' is no audio file that can be read" audio:text.txt
source_fails "'zeros.wav' is no audio file that can be read" audio:zeros.wav
source_fails "'empty.wav' is empty; choose another file" audio:empty.wav
source_fails "has 2 channels, and 1 were asked for; leave out --channels" audio:two.wav --channels 1
source_fails "is at 44100 Hz, and 48000 Hz was asked for; leave out" audio:two.wav --rate 48000
source_fails "raw PCM does not say what it is; give --format, --rate and --channels" stdin
source_fails "give --format, --rate and --channels" stdin --format s16 --rate 8000
source_fails "stdin takes nothing after its name" stdin:x --format s16 --rate 8000 --channels 1

# option_fails PATTERN ARGS...: a command line that is wrong.
option_fails() {
    local pattern=$1
    shift
    fails 2 "$pattern" tapemapd record --deck "$DECK" --source tone:ramp --quiet "$@"
}

option_fails "unknown format 's8'; use s16, s24, s32 or f32" --format s8
option_fails "unknown format ''; use s16" --format ""
option_fails "--format needs a value" --format
for bad in 0 -1 3072001 99999999999999999999 48k 4.5 ""; do
    option_fails "--rate '$bad' is out of range; use a number from 1 to 3072000" --rate "$bad"
done
for bad in 0 -2 257 18446744073709551618 2.5; do
    option_fails "--channels '$bad' is out of range; use a number from 1 to 256" --channels "$bad"
done
option_fails "--capacity '0' is out of range; use more than nothing" --capacity 0
option_fails "--capacity '0s' is nothing; use a time" --capacity 0s
option_fails "--capacity '129TiB' is out of range; .* at most 128TiB" --capacity 129TiB
for bad in -1 1XB 8tib 18446744073709551617 16777216TiB 9999999999999TiB ""; do
    option_fails "--capacity '$bad' is neither a size nor a duration" --capacity "$bad"
done
for bad in 0 10 10MiB -5s 1:60 1:2:3:4 ""; do
    option_fails "--ring '$bad' is no duration; use a time such as" --ring "$bad"
    option_fails "--duration '$bad' is no duration; use a time such as" --duration "$bad"
done
option_fails "--ring '0s' is nothing; use a time such as" --ring 0s
option_fails "--duration '0ms' is nothing; use a time such as" --duration 0ms
for bad in 36526d 10000000h 9999999999999999999h 99999999999999999999s; do
    option_fails "--duration '$bad' is too long; use at most a hundred years" --duration "$bad"
done
for bad in 0x -1x 4 1001x fast 99999999999x ""; do
    option_fails "unknown speed '$bad'; use realtime, max, or a factor" --speed "$bad"
done
option_fails "--commit-limit '0' is out of range" --commit-limit 0
option_fails "--commit-limit 'x' is no size; use a size such as" --commit-limit x
option_fails "unknown store 'nix'; use pagefile" --store nix
option_fails "unknown or ambiguous option '--nix'; see 'tapemapd help record'" --nix
option_fails "unknown or ambiguous option '-x'; see" -x
option_fails "--quiet takes no value" --quiet=1
option_fails "unexpected argument 'nix'; every value belongs to an option" nix
option_fails "--ring and --capacity exclude each other" --ring 1s --capacity 1GiB
fails 2 "--deck is missing" tapemapd record --source tone:ramp
fails 2 "--source is missing" tapemapd record --deck "$DECK"
for bad in "" " a" "a " "a." 'a\b' "a/b" "a:b" "a*b" "$(printf 'a%.0s' {1..64})"; do
    fails 2 "cannot name a deck; use 1 to 63 bytes" tapemapd record --deck "$bad" --source tone:ramp
done

# Sizes that only fail once the format is known.
room_fails() {
    local pattern=$1
    shift
    fails 1 "'$DECK': $pattern" tapemapd record --deck "$DECK" --source tone:ramp --quiet "$@"
}
room_fails "--capacity is less than one frame; give more room" --capacity 3
room_fails "--capacity is more than the 128 TiB" --capacity 10000d
room_fails "--ring is more than the 128 TiB" --ring 30000d
room_fails "--duration does not fit into the capacity" --duration 1s --capacity 1000
room_fails "the tape cannot be set up: .*; raise --commit-limit" --commit-limit 1

fails 2 "no verb is given; use run, check, record or devices" tapemapd
fails 2 "unknown verb 'nix'; use run, check, record or devices" tapemapd nix
fails 2 "unknown verb '--nix'; use run, check, record or devices" tapemapd --nix
fails 2 "devices: unexpected '--nix'; use --json or nothing" tapemapd devices --nix
fails 2 "there is no verb 'nix' to explain" tapemapd help nix

same "decks that are left" 0 "$(tapemap list --json | grep -cF "$DECK" || true)"
passed
