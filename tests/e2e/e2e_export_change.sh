#!/usr/bin/env bash
# Export that changes the sound as it is asked to: rate, channels, loudness, parts; and what it
# refuses. No half of a file is ever left under its name.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# is_sound FILE RATE CHANNELS FRAMES: by its header; raw samples for the rest of the test.
is_sound() {
    same "rate and channels of $1" "$2 $3" "$(soxi -r "$1") $(soxi -c "$1")"
    same "length of $1" "$4" "$(soxi -s "$1")"
}

# hears FILE HZ: its frequency, as sox finds it.
hears() {
    local hz
    hz=$(sox "$1" -n stat 2>&1 | sed -n 's/^Rough *frequency: *//p')
    ((hz >= $2 - 3 && hz <= $2 + 3)) || complain "$1 sounds at $hz Hz instead of $2"
}

# loudness FILE: integrated, in LUFS, by ffmpeg.
loudness() {
    ffmpeg -nostats -i "$1" -filter_complex ebur128=peak=true -f null - 2>&1 |
        sed -n 's/^ *I: *\(-*[0-9.]*\) LUFS/\1/p' | tail -n 1
}

TAPE=./sine.wav
tapemapd record --deck "$DECK" --source tone:sine:440 --duration 10s --speed max --store file \
    --output "$TAPE" --quiet

# ---- Rate and channels --------------------------------------------------------------------------

# What a speech recogniser wants.
tapemap export "$TAPE" --from -3s --rate 16000 --channels 1 -o - --quiet >speech.wav
is_sound speech.wav 16000 1 48000
hears speech.wav 440
tapemap export "$TAPE" --to 1s --rate 44100 -o cd.wav --quiet
is_sound cd.wav 44100 2 44100
tapemap export "$TAPE" --to 1s --rate 192000 --mix 2,1,1+2 -o three.wav --quiet
is_sound three.wav 192000 3 192000
tapemap export "$TAPE" --to 1001f --rate 44100 -o odd.wav --quiet
is_sound odd.wav 44100 2 920
tapemap export "$TAPE" --to 1s --rate 16000 --channels 1 --samples f32 -o float.wav --quiet
is_sound float.wav 16000 1 16000
same "samples of float.wav" "Floating Point PCM" "$(soxi -e float.wav)"

# ---- Loudness -----------------------------------------------------------------------------------

for lufs in -23 -30.5; do
    tapemap export "$TAPE" --normalize "$lufs" -o loud.wav --force 2>loud.err
    matches "what is said" "it is made [0-9.]+ dB quieter, from .* to $lufs" "$(cat loud.err)"
    awk -v a="$(loudness loud.wav)" -v b="$lufs" 'BEGIN { exit (a - b)^2 > 0.0101 }' ||
        complain "it has $(loudness loud.wav) LUFS instead of $lufs"
done
# A sine at full scale and at -1 dBTP: no louder than that, and it is said.
tapemap export "$TAPE" --normalize 0 -o limit.wav 2>limit.err
matches "a limit" "comes to .* LUFS only: at 0.0 LUFS its peaks would pass -1 dBTP" \
    "$(cat limit.err)"
matches "its peak" "^-1.0[0-3]" "$(sox limit.wav -n stats 2>&1 | awk '/^Pk lev dB/ { print $4 }')"

# ---- Parts --------------------------------------------------------------------------------------

tapemap export "$TAPE" --split 4s --rate 16000 -o take.flac 2>split.err
matches "what is said" "480000 frames .* 3 files, the last one take-003.flac" "$(cat split.err)"
is_sound take-001.flac 16000 2 64000
is_sound take-002.flac 16000 2 64000
is_sound take-003.flac 16000 2 32000
# Together they are what one file would be.
tapemap export "$TAPE" --rate 16000 -o whole.wav --quiet
sox take-00[123].flac joined.raw
sox whole.wav whole.raw
cmp joined.raw whole.raw
rm take-001.flac take-002.flac
fails 1 "cannot create 'take-003.flac': it exists" \
    tapemap export "$TAPE" --split 4s -o take.flac
same "files after a refusal" take-003.flac "$(echo take-*)"
tapemap export "$TAPE" --split 4s --force -o take.flac --quiet
same "files" "take-001.flac take-002.flac take-003.flac" "$(echo take-*)"

# ---- What it refuses ----------------------------------------------------------------------------

no() {
    local code=$1 pattern=$2
    shift 2
    fails "$code" "$pattern" tapemap export "$TAPE" "$@"
}
no 2 "end it in .wav, .w64, .caf, .flac, .ogg, .opus, .raw or .pcm" -o no.mp3
no 2 "no format 'mp3' here; give wav, w64," -o no.wav --format mp3
no 2 "'--format flac' contradicts the name 'no.wav'" -o no.wav --format flac
no 2 "caf cannot be streamed" -o - --format caf
no 2 "stdout is one stream and cannot be split" -o - --split 1s
no 2 "goes without '--split-at-marks'" -o no.wav --split 1s --split-at-marks
no 2 "no duration such as" -o no.wav --split 0s
no 2 "no rate from 1 to 3072000 Hz" -o no.wav --rate 0
no 2 "no rate from 1 to 3072000 Hz" -o no.wav --rate 16k
no 2 "more than 256 times" -o no.wav --rate 100
no 2 "does not fit the tape's 2 channels" -o no.wav --mix 1,3
no 2 "nobody can tell how 2 channels become 4" -o no.wav --channels 4
no 2 "'1,2' of '--channels' is no number" -o no.wav --channels 1,2
no 2 "'-1' of '--channels' is no number; give 1 for all in one" -o no.wav --channels -1
no 2 "goes without '--mix'" -o no.wav --channels 1 --mix 1
no 2 "no loudness in LUFS" -o no.wav --normalize loud
no 2 "no loudness in LUFS" -o no.wav --normalize 3
no 2 "no loudness in LUFS" -o no.wav --normalize -0x10
no 2 "no samples 's8'" -o no.wav --samples s8
no 2 "flac does not hold f32 samples" -o no.flac --samples f32
no 1 "flac holds at most 8 channels, and these are 9" -o no.flac --mix 1,1,1,1,1,1,1,1,1
no 1 "flac does not know the rate of 100001 Hz" -o no.flac --rate 100001
no 1 "ogg does not know the rate of 768000 Hz" -o no.ogg --rate 768000
no 1 "more than 10000 files" -o no.wav --split 0.0005s --to 9s
no 1 "cannot create 'none/no.flac': .*folder" -o none/no.flac
no 1 "frame 480001 is not recorded yet" -o no.wav --to 480001f
mkdir folder.wav
no 1 "it is a folder" -o folder.wav

# What a full disk is to a program, whatever it writes.
for kind in wav flac caf ogg; do
    with_room 16 tapemap export "$TAPE" -o "full.$kind" --quiet 2>full.err && complain "no failure"
    matches "a full disk" "^tapemap: cannot write 'full.$kind': " "$(cat full.err)"
    same "what is left of $kind" "" "$(compgen -G "full.$kind*" || true)"
done

# A reader that goes away.
for kind in flac wav; do
    { tapemap export "$TAPE" -o - --format "$kind" 2>gone.err || echo $? >gone.code; } |
        head -c 1000 >gone.out
    same "exit code when the reader of $kind goes away" 1 "$(cat gone.code)"
    matches "sentence for $kind" "the reader of stdout went away" "$(cat gone.err)"
    rm gone.code
done
same "nothing half" "" "$(compgen -G '*.part' || compgen -G 'no*' || true)"

# A ring that overwrites what is being exported, in the second pass too.
start ring tapemapd record --deck "$DECK.ring" --source tone:sine:440 --ring 2s --speed 50x
wait_until "it has gone round" head_reaches "$DECK.ring" 480000
is_overtaken() {
    rm -f ring.flac
    ! tapemap export "$DECK.ring" --normalize -20 --rate 44100 -o ring.flac --quiet 2>ring.err &&
        grep -q "^tapemap: .*has left the ring; begin at frame" ring.err
}
wait_until "it is overtaken" is_overtaken # where the recorder is slow an export may go through
same "nothing of a ring" "" "$(compgen -G 'ring.flac*' || true)"
interrupt ring
ends ring 0
passed
