#!/usr/bin/env bash
# Recover: a tape whose recorder was killed, and files of other programs, as other programs see them.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# opens FILE FRAMES: everybody finds this many frames at 48 kHz.
opens() {
    same "frames of $1 for Python" "$2" "$(python3 -c '
import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$1")"
    same "frames of $1 for sox" "$2" "$(sox --i -s "$1")"
    same "complaints of sox about $1" "" "$(sox "$1" -n 2>&1)"
    same "frames of $1 for libsndfile" "$2" "$(sndfile-info "$1" | sed -n 's/^Frames *: //p')"
    same "frames of $1 for ffmpeg" "$2" "$(ffprobe -v error -show_entries stream=duration_ts \
        -of default=noprint_wrappers=1:nokey=1 "$1")"
}

# leaves FILE COMMAND...: the command does not change the file.
leaves() {
    local file=$1 before
    shift
    before=$(sha256sum "$file")
    "$@"
    same "$file after $*" "$before" "$(sha256sum "$file")"
}

# ---- A tape of ours -----------------------------------------------------------------------------

FRAMES=100001
python3 "$E2E/make_tape.py" tape.wav "$FRAMES"
opens tape.wav "$FRAMES"
leaves tape.wav tapemap recover tape.wav --dry-run >dry.out
matches "dry run" "^would complete tape.wav: $FRAMES frames \(0:02.0\) x 2 channels, 1 gap, 1 mark" \
    "$(cat dry.out)"
matches "dry run" "its recorder died" "$(cat dry.out)"
tapemap recover tape.wav --json >report.json
fields='frames gap_count mark_count had_ended is_journal_lost are_peaks_computed is_index_left'
found=$(for field in $fields; do python3 "$E2E/json_value.py" "$field" <report.json; done | xargs)
same "report" "$FRAMES 1 1 false false true false" "$found"
[[ ! -e tape.wav.index ]] || complain "the index file is still there"

# Paths of any length are told in full.
part=$(printf 'x%.0s' {1..200})
deep=$part/$part/$part/$part/$part
mkdir -p "$deep"
cp tape.wav "$deep"
same "a long path in JSON" "$deep/tape.wav" \
    "$(tapemap recover "$deep/tape.wav" --json | python3 "$E2E/json_value.py" file)"
fails 1 "/none/x.wav': .*; make its folder first" \
    tapemap export tape.wav -o "$deep/none/x.wav"
opens tape.wav "$FRAMES"
is_ramp tape.wav s16 2 0 "$FRAMES"
matches "marks for ffmpeg" "Strophe" "$(ffprobe -v error -show_chapters tape.wav)"
same "a second time" "tape.wav is complete; nothing to do" \
    "$(leaves tape.wav tapemap recover tape.wav)"

# After a power cut: the control block is older than the WAV header.
python3 "$E2E/make_tape.py" cut.wav "$FRAMES" 40000
matches "a late head" "^completed cut.wav: $FRAMES frames .* $((FRAMES - 40000)) frames lie past the head" \
    "$(tapemap recover cut.wav | tr '\n' ' ')"
opens cut.wav "$FRAMES"
is_ramp cut.wav s16 2 0 "$FRAMES"
same "the head that readers see" "$FRAMES" "$(fact cut.wav head_frames)"
python3 "$ROOT/samples/read_tape.py" cut.wav --verify-peaks >read.out 2>&1 ||
    complain "read_tape.py on cut.wav: $(tail -n 1 read.out)"

# Without its index, and with a name that is not ASCII.
python3 "$E2E/make_tape.py" "lost é.wav" "$FRAMES"
rm "lost é.wav.index"
# gap_count (L56): what the recorder has counted.
printf '\1' | dd of="lost é.wav" bs=1 seek=$((4096 + 704)) conv=notrunc status=none
matches "without an index" "1 gap, 0 marks.*journal is lost" "$(tapemap recover "lost é.wav")"
opens "lost é.wav" "$FRAMES"

# Without a control block it is still no other program's WAV, whose length is to be guessed.
python3 "$E2E/make_tape.py" damaged.wav "$FRAMES"
printf '\377%.0s' {1..64} | dd of=damaged.wav bs=1 seek=4096 conv=notrunc status=none
leaves damaged.wav fails 1 "'damaged.wav': .*its control block is damaged" \
    tapemap recover damaged.wav --in-place

# A control block that lies.
python3 "$E2E/make_tape.py" liar.wav "$FRAMES" 1000000000
leaves liar.wav fails 1 "cannot recover 'liar.wav': its control block contradicts itself .*$FRAMES\
|file holds .* frames" tapemap recover liar.wav
python3 "$E2E/make_tape.py" short.wav "$FRAMES"
truncate -s 300000 short.wav
leaves short.wav fails 1 "its head is past its end .*the file holds 234464 bytes, 58616 frames" \
    tapemap recover short.wav
leaves short.wav fails 1 "it is a tape of tapemap, which is completed in place" \
    tapemap recover short.wav -o copy.wav

# ---- Other programs -----------------------------------------------------------------------------

has_bytes() {
    (($(stat -c %s "$1" 2>/dev/null || echo 0) > $2))
}

# Killed while it writes: half a buffer is lost, and the header promises nothing good.
sox -q -r 48000 -c 2 -b 16 -n killed.wav synth 36000 sine 440 &
sox_pid=$!
wait_until "sox has written something" has_bytes killed.wav 1000000
kill -KILL "$sox_pid"
wait "$sox_pid" 2>/dev/null || true
there=$((($(stat -c %s killed.wav) - 44) / 4))
leaves killed.wav fails 1 "it is another program's WAV with $there frames, and its header .*'-o COPY'" \
    tapemap recover killed.wav
leaves killed.wav tapemap recover killed.wav --dry-run >dry.out
matches "dry run" "would repair killed.wav: $there frames" "$(cat dry.out)"
leaves killed.wav tapemap recover killed.wav -o copy.wav >copy.out
matches "copy" "^repaired killed.wav into copy.wav: $there frames" "$(cat copy.out)"
opens copy.wav "$there"
leaves copy.wav fails 1 "cannot recover 'killed.wav': the copy cannot be written: it exists" \
    tapemap recover killed.wav -o copy.wav
tapemap recover killed.wav --in-place >place.out
cmp killed.wav copy.wav || complain "in place is not as in a copy"
same "a second time" "killed.wav has a true header; nothing to do" "$(tapemap recover killed.wav)"

# Into pipes, where nobody can go back to write sizes; ffmpeg puts a LIST before the audio.
sox -r 48000 -c 1 -b 16 -n -t wav - synth 1 sine 440 2>/dev/null | cat >sox.wav
ffmpeg -v error -f lavfi -i sine=frequency=440:sample_rate=48000:duration=1 -f wav - | cat >ff.wav
for file in sox ff; do
    matches "recover of $file" "48000 frames" "$(tapemap recover "$file.wav" --in-place)"
    opens "$file.wav" 48000
done

# ---- What is refused ----------------------------------------------------------------------------

mkdir folder.wav
fails 1 "'folder.wav': it is a folder, .*; give a WAV file" tapemap recover folder.wav
echo "no sound" >text.wav
fails 1 "it is no WAV file; give a WAV file" tapemap recover text.wav
: >empty.wav
fails 1 "it is empty; give a WAV file" tapemap recover empty.wav
truncate -s 64K zeros.wav
fails 1 "it begins with zeros: its header was never written, or is lost; give" tapemap recover \
    zeros.wav
fails 1 "there is no such file" tapemap recover nowhere.wav
fails 2 "the file is missing" tapemap recover
fails 2 "exclude each other" tapemap recover sox.wav -o x.wav --in-place
passed
