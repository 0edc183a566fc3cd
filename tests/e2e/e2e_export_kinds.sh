#!/usr/bin/env bash
# Export into every kind of file, while it is recorded on: bit by bit where that is promised, and
# opened by programs that are not ours.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# decode FILE FORMAT: the samples of any file, by ffmpeg, as raw ones in FILE.raw.
decode() {
    ffmpeg -v error -y -i "$1" -f "${2/#s/s}le" "$1.raw" || complain "ffmpeg does not read $1"
}

# lasts FILE FRAMES: so many are in a stereo file. Of Vorbis ffmpeg gives a block too many or few.
lasts() {
    if [[ $1 == *.ogg ]]; then
        sox "$1" -t raw -e signed -b 16 "$1.raw"
    else
        decode "$1" s16
    fi
    same "length of $1" "$2" $(($(stat -c %s "$1.raw") / 4))
}

# probe FILE KEY: what ffprobe finds in its stream.
probe() {
    ffprobe -v error -show_entries "stream=$2" -of default=nw=1:nk=1 "$1"
}

# tag FILE NAME: of Ogg, whose tags belong to the stream. probe_tag: of other files.
tag() {
    ffprobe -v error -show_entries "stream_tags=$2" -of default=nw=1:nk=1 "$1"
}

probe_tag() {
    ffprobe -v error -show_entries "format_tags=$2" -of default=nw=1:nk=1 "$1"
}

# chapters FILE: their beginnings and titles, on one line.
chapters() {
    ffprobe -v error -show_chapters -show_entries chapter=start_time:chapter_tags=title \
        -of default=nw=1:nk=1 "$1" | xargs
}

for format in s16 s24; do
    start "$format" tapemapd record --deck "$DECK.$format" --source tone:ramp --format "$format" \
        --rate 48000
    wait_until "$format is listed" is_listed "$DECK.$format"
done
start s32 tapemapd record --deck "$DECK.s32" --source tone:ramp --format s32 --rate 48000
start f32 tapemapd record --deck "$DECK.f32" --source tone:ramp --format f32 --rate 48000
for format in s16 s24 s32 f32; do
    wait_until "there is sound" head_reaches "$DECK.$format" 118000
done

# ---- Bit by bit ---------------------------------------------------------------------------------

for format in s16 s24 s32 f32; do
    for kind in wav w64 caf; do
        tapemap export "$DECK.$format" --from 70000f --to 100000f --quiet -o "$format.$kind"
        decode "$format.$kind" "$format"
        is_ramp "$format.$kind.raw" "$format" 2 70000 30000
    done
done
for format in s16 s24; do
    tapemap export "$DECK.$format" --from 70000f --to 100000f --quiet -o "$format.flac"
    tapemap export "$DECK.$format" --from 70000f --to 100000f --quiet -o - --format flac \
        >"stream.$format.flac"
    for file in "$format.flac" "stream.$format.flac"; do
        decode "$file" "$format"
        is_ramp "$file.raw" "$format" 2 70000 30000
    done
done
# A channel that is only picked is not changed either.
for format in s16 s24 s32 f32; do
    tapemap export "$DECK.$format" --from 70000f --to 100000f --quiet --mix 1 -o picked.wav --force
    is_ramp picked.wav "$format" 1 70000 30000
done

# What a kind cannot hold is said, and nothing else.
matches "f32 to FLAC" "flac holds at most 24 bits: the f32 samples are rounded to s24" \
    "$(tapemap export "$DECK.f32" --from 70000f --to 100000f -o f32.flac 2>&1)"
decode f32.flac s24
# The ramp has no more than 24 bits in f32, so nothing was rounded away.
is_ramp f32.flac.raw s24 2 70000 30000
matches "s32 to FLAC" "flac holds at most 24 bits: the s32 samples are rounded to s24" \
    "$(tapemap export "$DECK.s32" --from 70000f --to 100000f -o s32.flac 2>&1)"
same "bits of s32.flac" 24 "$(probe s32.flac bits_per_raw_sample)"

# ---- Lossy --------------------------------------------------------------------------------------

for kind in ogg opus; do
    tapemap export "$DECK.s16" --from 70000f --to 118000f --quiet -o "s16.$kind"
    tapemap export "$DECK.s16" --from 70000f --to 118000f --quiet -o - --format "$kind" >"to.$kind"
    for file in "s16.$kind" "to.$kind"; do
        lasts "$file" 48000
        same "title of $file" "$DECK.s16" "$(tag "$file" title)"
        matches "date of $file" '^20[0-9-]+T[0-9:]+Z$' "$(tag "$file" date)"
    done
done
same "codecs" "vorbis opus" "$(probe s16.ogg codec_name) $(probe s16.opus codec_name)"
matches "what is said of Opus" "opus does not know 44100 Hz: it becomes 48000 Hz" \
    "$(tapemap export "$DECK.s16" --from 0f --to 48000f --rate 44100 -o rate.opus 2>&1)"

# ---- Marks --------------------------------------------------------------------------------------

tapemap mark "$DECK.s16" "Grüße" --at 80000f >mark.out
tapemap mark "$DECK.s16" "second" --at 94000f >mark.out
for kind in wav caf w64 flac ogg opus; do
    tapemap export "$DECK.s16" --from 70000f --to 118000f --quiet -o "marks.$kind"
done
for kind in wav caf; do
    same "marks in $kind" "10000 Grüße
24000 second" "$(python3 "$E2E/mark_labels.py" "marks.$kind")"
done
same "marks in W64" "00:00:00.208 Grüße
00:00:00.500 second" "$(probe_tag marks.w64 comment)"
matches "title and date in W64" "^$DECK.s16 20[0-9-]+T[0-9:]+Z$" \
    "$(probe_tag marks.w64 title) $(probe_tag marks.w64 date)"
is_ramp marks.wav s16 2 70000 48000
for kind in caf w64; do
    decode "marks.$kind" s16
    is_ramp "marks.$kind.raw" s16 2 70000 48000
    lasts "marks.$kind" 48000
    same "length of marks.$kind" 48000 "$(soxi -s "marks.$kind")"
done
matches "bext in WAV" "^$DECK.s16 " "$(probe_tag marks.wav comment) "
decode marks.flac s16
is_ramp marks.flac.raw s16 2 70000 48000
for kind in flac ogg opus; do
    same "chapters in $kind" "0.208000 Grüße 0.500000 second" "$(chapters "marks.$kind")"
    lasts "marks.$kind" 48000
done
tapemap export "$DECK.s16" --from 70000f --to 118000f --quiet --rate 24000 -o half.wav
same "marks at half the rate" "5000 Grüße
12000 second" "$(python3 "$E2E/mark_labels.py" half.wav)"
# Said when they are not told.
matches "marks in raw" "2 of its marks and gaps are left out: raw has none; write .wav" \
    "$(tapemap export "$DECK.s16" --from 70000f --to 118000f -o marks.raw 2>&1)"
matches "marks in a WAV stream" "2 of its marks and gaps are left out: a WAV stream has none" \
    "$(tapemap export "$DECK.s16" --from 70000f --to 118000f -o - 2>&1 >marks.stream)"
# W64 tells them first, so that a stream has them too.
tapemap export "$DECK.s16" --from 70000f --to 118000f -o - --format w64 --quiet >stream.w64
cmp stream.w64 marks.w64

# From each mark to the next, without a seam.
tapemap export "$DECK.s16" --from 70000f --to 118000f --quiet --split-at-marks -o part.wav
is_ramp part-001.wav s16 2 70000 10000
is_ramp part-002.wav s16 2 80000 14000
is_ramp part-003.wav s16 2 94000 24000
same "the parts" "part-001.wav part-002.wav part-003.wav" "$(echo part*)"
same "marks of a part" "0 second" "$(python3 "$E2E/mark_labels.py" part-003.wav)"

for format in s16 s24 s32 f32; do
    interrupt "$format"
    ends "$format" 0
done
passed
