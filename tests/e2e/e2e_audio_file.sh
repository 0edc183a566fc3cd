#!/usr/bin/env bash
# Audio files, recorded at full speed: every sample is what sox decodes from the same file.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# Two channels that differ, with whole-number and fractional levels; sox's own noise would do, but a
# sweep over a quiet tone shows on which side of a difference the truth is.
sox -D -n -r 48000 -b 32 -e signed-integer -c 2 original.wav synth 3 sine 100:9000 sine 311 gain -3
sox -D original.wav -b 16 wav16.wav
sox -D original.wav -b 24 wav24.wav
sox -D original.wav -b 32 -e floating-point wav32f.wav
sox -D original.wav -b 16 flac16.flac
sox -D original.wav -b 24 flac24.flac
sox -D original.wav -r 44100 -c 1 -b 16 "mono über 44.flac"
sox -D original.wav ogg.ogg

# records FILE NAME [CODE REASON FRAMES]: all of the file, followed from the first frame to the last,
# to NAME.rec.wav. Without more it is whole, and the recorder ends well.
records() {
    local deck=$DECK.$2 code=${3-0} reason=${4-source-ended} frames=${5-$(soxi -s "$1")}
    start_held "$2" record --deck "$deck" --source "audio:$1" --speed max
    wait_until "$deck is listed" is_listed "$deck"
    tail_into follower "$deck" "$2.rec.wav" --from start
    let_go "$2"
    ends "$2" "$code"
    ends follower 0
    same "frames of $1" "$frames" "$(recorded_frames "$2")" # waits until it is said
    matches "end of $1" "ended by $reason, no gaps" "$(grep recorded "$2.err")"
}

# decodes NAME FILE FORMAT ENCODING BITS: the recording is of this format, and sample by sample
# what sox makes of the file.
decodes() {
    same "format of $2" "$3" "$(python3 "$E2E/wave_format.py" "$1.rec.wav")"
    sox -D "$2" -t raw -e "$4" -b "$5" expected.raw
    sox -D -V1 "$1.rec.wav" -t raw -e "$4" -b "$5" found.raw
    cmp expected.raw found.raw || complain "$2 was recorded otherwise than sox decodes it"
}

records wav16.wav wav16
decodes wav16 wav16.wav "s16 2 48000" signed-integer 16
records wav24.wav wav24
decodes wav24 wav24.wav "s24 2 48000" signed-integer 24
records wav32f.wav wav32f
decodes wav32f wav32f.wav "f32 2 48000" floating-point 32
records flac16.flac flac16
decodes flac16 flac16.flac "s16 2 48000" signed-integer 16
records flac24.flac flac24
decodes flac24 flac24.flac "s24 2 48000" signed-integer 24
records "mono über 44.flac" mono
decodes mono "mono über 44.flac" "s16 1 44100" signed-integer 16

# Vorbis decodes to fractions, which sox rounds to 16 bits: half a step apart, and a bit for luck.
records ogg.ogg ogg
same "format of ogg.ogg" "f32 2 48000" "$(python3 "$E2E/wave_format.py" ogg.rec.wav)"
sox -D ogg.ogg -b 16 expected.wav
python3 "$E2E/wave_format.py" --differ-less-than 0.000032 ogg.rec.wav expected.wav ||
    complain "ogg.ogg was recorded otherwise than sox decodes it"

# A download that stopped half-way: all that is there is recorded, and then comes the failure.
head -c 300044 wav16.wav >half.wav
records half.wav half 1 failure 75000
decodes half half.wav "s16 2 48000" signed-integer 16
wait_until "that it is half is said" grep -q "breaks off" half.err
matches "what half.wav lacks" "breaks off after 1.562 s of 3.000 s; get the whole" "$(<half.err)"
passed
