#!/usr/bin/env bash
# The 4 GiB of RIFF, crossed while recording: the header becomes RF64, and no reader notices. Killed
# shortly before and right after it, and recovered. A hole in its file brings the tape there.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

LIMIT=$(((4294967295 - 65528) / 4)) # frames that RIFF can count
BEGIN=$((LIMIT / 48000 * 48000 - 1440000))
file=take.wav

# raw PATH FRAMES: frames from BEGIN on, as they lie in the file.
raw() {
    tail -c +$((65536 + BEGIN * 4 + 1)) "$1" | head -c $((($2 - BEGIN) * 4))
}

# opens_near PATH LEAST MOST: everybody counts as many frames, LEAST to MOST, and reads from BEGIN on
# what is there. sox reads all of an RF64 first, also for the length or a part of it, which takes a
# minute or more each time: it is asked for RIFF only.
opens_near() {
    local path=$1 frames
    frames=$(sndfile-info "$path" | sed -n 's/^Frames *: //p')
    (($2 <= frames && frames <= $3)) || complain "$path has $frames frames instead of $2 to $3"
    same "ffprobe of $path" "$frames" "$(ffprobe -v error -show_entries stream=duration_ts \
        -of default=noprint_wrappers=1:nokey=1 "$path")"
    ffmpeg -v error -ss $((BEGIN / 48000)) -i "$path" -f s16le - | cmp - <(raw "$path" "$frames") ||
        complain "ffmpeg reads something else from $path"
    [[ $(head -c 4 "$path") == RIFF ]] || return 0
    same "soxi of $path" "$frames" "$(soxi -s "$path")"
    ((frames > BEGIN)) || return 0
    sox -D "$path" -t raw -e signed-integer -b 16 - trim "${BEGIN}s" |
        cmp - <(raw "$path" "$frames") || complain "sox reads something else from $path"
}

verifies_near() {
    reads_head "$1" "$2" --verify-ramp --from "$BEGIN"
    matches "verify" "^verified $(($2 - BEGIN)) frames x 2 channels: every sample right" \
        "$(tapemap verify "./$1" --ramp --from "${BEGIN}f")"
}

# u64 PATH OFFSET
u64() {
    od -A n -t u8 -j "$2" -N 8 "$1" | tr -d ' '
}

# recovers PATH: with the chunks behind its audio the file is more than 4 GiB in any case.
recovers() {
    local path=$1 head
    head=$(head_of "$path")
    matches "recover" "^completed $path: $head frames" "$(tapemap recover "$path")"
    same "id of $path" RF64 "$(head -c 4 "$path")"
    same "length of $path" "$(($(u64 "$path" 20) + 8))" "$(stat -c %s "$path")"
    same "data of $path" $((head * 4)) "$(u64 "$path" 28)"
    same "frames of $path" "$head" "$(u64 "$path" 36)"
    opens_near "$path" "$head" "$head"
    verifies_near "$path" "$head"
    same "a second time" "$path is complete; nothing to do" \
        "$(leaves "$path" tapemap recover "$path")"
}

record_file recorder "$file" --extent 1MiB
kill_at recorder "$file" head 1
python3 "$E2E/head_start.py" "$file" "$BEGIN"
opens_near "$file" "$BEGIN" "$BEGIN"

# Killed shortly before. What is left is looked at in a copy, so that the gap stays short.
record_file recorder "$file" --extent 1MiB --resume --speed 10x
kill_at recorder "$file" head $((LIMIT - 960000))
cp --sparse=always "$file" before.wav
cp --sparse=always "$file.index" before.wav.index

# Across it, with readers that hold it; then killed at once.
start_held recorder record --deck "$DECK" --source tone:ramp --store file --output "$file" \
    --keep-free 0 --extent 1MiB --resume --speed 10x
wait_until "$DECK is listed" is_listed "$DECK"
((LIMIT - $(fact "$DECK" head_frames) > 96000)) || die "the gap is as long as the way to 4 GiB"
tail_into follower "$DECK" follower.raw --from "${BEGIN}f" --to "${LIMIT}f"
tail_into late_follower "$DECK" late.raw --from "${BEGIN}f" --to $((LIMIT + 4000))f
let_go recorder
kill_before=$late
kill_at recorder "$file" head $((LIMIT + 4000))
ends follower 0
ends late_follower 0
cmp follower.raw <(raw "$file" "$LIMIT") || complain "the follower missed something"
cmp late.raw <(raw "$file" $((LIMIT + 4000))) || complain "the late follower missed something"
opens_near "$file" "$late" "$(head_of "$file")"
verifies_near "$file" "$(head_of "$file")"
recovers "$file"

# The copy of the one that was killed before.
same "id shortly before" RIFF "$(head -c 4 before.wav)"
opens_near before.wav "$kill_before" "$(head_of before.wav)"
verifies_near before.wav "$(head_of before.wav)"
recovers before.wav
passed
