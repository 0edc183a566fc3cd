#!/usr/bin/env bash
# Tail into other programs: ffmpeg and sox at the other end of the pipe get every sample, in each
# format; who has heard enough goes quietly; and a lag is kept.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 \
    --channels 2 <recorder.in
send recorder s16 2 0 48000
wait_until "a second is recorded" fact_is "$DECK" head_frames 48000

# into NAME OPTIONS... -- COMMAND...: tail into a command, in the background, until the tape ends.
declare -A ends_in=()
into() {
    local name=$1 options=()
    shift
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    mkfifo "$name.out"
    run_alone "${@:2}" <"$name.out" 2>"$name.said" &
    ends_in[$name]=$!
    start "$name" tapemap tail "$DECK" "${options[@]}"
}

hold holder "$DECK" # so that none of them comes too late
into ffmpeg_wav --from start -- ffmpeg -nostdin -v error -f wav -i pipe:0 -f s16le -y ffmpeg_wav.raw
into ffmpeg_f32 --from start --format f32 -- \
    ffmpeg -nostdin -v error -f f32le -ar 48000 -ac 2 -i pipe:0 -c:a pcm_s16le -f s16le -y ffmpeg_f32.raw
into sox_wav --from start --format wav -- sox -D --ignore-length -t wav - -t raw sox_wav.raw
into sox_raw --from 1000f --format raw -- \
    sox -D -t raw -r 48000 -c 2 -b 16 -e signed-integer - sox_raw.wav
into sox_f32 --from start --lag 200ms --format F32 -- \
    sox -D -t raw -r 48000 -c 2 -b 32 -e floating-point - -b 16 -e signed-integer sox_f32.wav
tail_into lagging "$DECK" lagging.raw --from start --lag 500ms
start lagging_to tapemap tail "$DECK" -o lagging_to.raw --from start --to +0.25s --lag 500ms

# The head stands still: so much and no more comes of a stream that lags.
is_size() {
    [[ $(stat -c %s "$1".*.part) == "$2" ]]
}
wait_until "half a second is streamed" is_size lagging.raw $((24000 * 4))
ends lagging_to 0
is_ramp lagging_to.raw s16 2 0 12000
is_size lagging.raw $((24000 * 4)) || complain "the lag is not kept"

# Whoever has heard enough.
code=0
{ tapemap tail "$DECK" --from start 2>enough.err || echo "code $?" >>enough.err; } |
    ffmpeg -nostdin -v error -f wav -i pipe:0 -t 0.1 -f s16le -y enough.raw 2>enough.said &
listener=$!
send recorder s16 2 48000 192000
wait "$listener" || code=$?
same "exit code of ffmpeg" 0 "$code"
same "what tail says when ffmpeg has heard enough" "" "$(own_words <enough.err)"
is_ramp enough.raw s16 2 0 4800

wait_until "all frames are recorded" fact_is "$DECK" head_frames 240000
end_feed recorder
ends recorder 0
for name in "${!ends_in[@]}"; do
    ends "$name" 0
    code=0
    wait "${ends_in[$name]}" || code=$?
    same "exit code of the program behind $name" 0 "$code"
    same "what tail says into $name" "" "$(own_words <"$name.err")"
done
release holder
ends lagging 0
is_ramp ffmpeg_wav.raw s16 2 0 240000
is_ramp ffmpeg_f32.raw s16 2 0 240000
is_ramp sox_wav.raw s16 2 0 240000
is_ramp sox_raw.wav s16 2 1000 239000
is_ramp sox_f32.wav s16 2 0 240000
is_ramp lagging.raw s16 2 0 240000
same "what ffmpeg says" "" "$(cat ffmpeg_wav.said ffmpeg_f32.said)"

# What makes no sense.
start ring tapemapd record --deck "$DECK.ring" --source tone:ramp --rate 8000 --ring 2s
wait_until "$DECK.ring is listed" is_listed "$DECK.ring"
fails 1 "'--lag 1h' is longer than its ring; give less" tapemap tail "$DECK.ring" --lag 1h
for bad in x 5 -1s "" 12345f 14:05:70; do
    fails 2 "'$bad' of '--lag' is no duration such as 500ms" tapemap tail "$DECK.ring" --lag "$bad"
done
fails 2 "there is no format 'f64' here; give wav, raw or f32" \
    tapemap tail "$DECK.ring" --format f64
fails 2 "'--format f32' contradicts the name 'e.wav'" \
    tapemap tail "$DECK.ring" --format f32 -o e.wav
interrupt ring
ends ring 0
passed
