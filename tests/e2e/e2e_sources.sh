#!/usr/bin/env bash
# Audio files and raw PCM on stdin arrive sample by sample; a stream that breaks off keeps its whole
# frames and says so.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# tape_of NAME ARGS...: what `tapemapd record ARGS` records, as raw bytes in NAME.raw.
tape_of() {
    local name=$1 code=$2
    shift 2
    start_held "$name" record --deck "$DECK.$name" --speed max "$@"
    wait_until "$name is listed" is_listed "$DECK.$name"
    tail_into "tail.$name" "$DECK.$name" "$name.raw" --from start --format raw
    let_go "$name"
    ends "$name" "$code"
    ends "tail.$name" 0
}

# lossless NAME FILE ENCODING BITS: the tape has exactly what sox decodes.
lossless() {
    tape_of "$1" 0 --source "audio:$2"
    sox -D "$2" -t raw -e "$3" -b "$4" - | cmp - "$1.raw" || complain "$2 was recorded differently"
}

sox -R -n -r 44100 -c 2 -b 16 s16.wav synth 2 noise vol 0.5
sox -R -n -r 48000 -c 1 -b 24 s24.wav synth 2 noise vol 0.5
sox -R -n -r 96000 -c 3 -e floating-point -b 32 f32.wav synth 1 noise vol 0.5
sox -D s16.wav s16.flac
sox -D s16.wav ".é 音.wav"
lossless wav16 s16.wav signed-integer 16
lossless wav24 s24.wav signed-integer 24
lossless wav32f f32.wav floating-point 32
lossless flac s16.flac signed-integer 16
lossless unicode ".é 音.wav" signed-integer 16
sox s16.wav lossy.ogg
tape_of vorbis 0 --source audio:lossy.ogg
same "bytes of the Vorbis tape" $(($(soxi -s lossy.ogg) * 2 * 4)) "$(stat -c %s vorbis.raw)"

# stdin: whole, and broken off inside a frame.
python3 "$E2E/ramp.py" make s16 2 0 100000 >ramp.raw
raw=(--source stdin --format s16 --rate 48000 --channels 2)
exec < <(cat ramp.raw)
tape_of stdin 0 "${raw[@]}"
cmp ramp.raw stdin.raw || complain "stdin was recorded differently"
exec < <(head -c 40003 ramp.raw)
tape_of broken 1 "${raw[@]}"
matches "the sentence" "inside a frame" "$(tail -n 1 broken.err)"
cmp <(head -c 40000 ramp.raw) broken.raw || complain "whole frames of a broken stream were lost"
passed
