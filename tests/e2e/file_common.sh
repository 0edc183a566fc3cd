# shellcheck shell=bash
# Helpers of the tests of file tapes, which source this file after e2e_common.sh. The tapes are
# tone:ramp in s16, stereo, 48 kHz, unless a test says otherwise.

late=0 # what kill_at has seen of the head: 100 ms before the kill, or a little longer
seen=0 # and right before it

# record_file NAME PATH ARGS...: starts a recorder of the ramp into the file.
record_file() {
    start "$1" tapemapd record --deck "$DECK" --source tone:ramp --store file --output "$2" \
        --keep-free 0 --quiet "${@:3}"
}

# kill_at NAME PATH WHAT VALUE: kills the recorder at a moment (see kill_at.py), and leaves in $late
# the head as it was known 100 ms before, in $seen the newest that was seen.
kill_at() {
    local line
    line=$(python3 "$E2E/kill_at.py" "$2" "${pids[$1]}" "$3" "$4") || die "$1 was not killed"
    read -r late seen <<<"$line"
    ends "$1" 137
}

# control PATH OFFSET: a u64 of the control block, without a program of ours.
control() {
    od -A n -t u8 -j $((4096 + $2)) -N 8 "$1" | tr -d ' '
}

# patch_control PATH OFFSET FORMAT VALUE: a number of the control block (docs/layout.md), as
# Python's struct writes it.
patch_control() {
    python3 -c '
import struct, sys
with open(sys.argv[1], "r+b") as file:
    file.seek(4096 + int(sys.argv[2]))
    file.write(struct.pack(sys.argv[3], int(sys.argv[4])))' "$@"
}

head_of() {
    control "$1" 512
}

# is_resumed PATH COUNT: true once its recorder goes on with it for the COUNTth time, and records.
is_resumed() {
    (($(control "$1" 752) == $2 && $(control "$1" 688) == 2))
}

# moves_on PATH FRAMES: its head is there, or past it.
moves_on() {
    (($(head_of "$1") >= $2))
}

# leaves PATH COMMAND...: the command changes no byte of the file or of the index beside it.
leaves() {
    local path=$1 before
    shift
    before=$(sums "$path")
    "$@"
    same "$path after $*" "$before" "$(sums "$path")"
}

sums() {
    local file
    for file in "$1" "$1.index"; do
        [[ ! -e $file ]] || { stat -c '%n %s' "$file" && sum_of "$file"; }
    done
}

# An index is reserved in full, terabytes of holes: what is there of it is its beginning and the
# beginnings of its regions.
sum_of() {
    python3 "$E2E/sparse_sum.py" "$1"
}

frames_python() {
    python3 "$E2E/wave_frames.py" "$1"
}

frames_sox() {
    sox -D "$1" -t raw -e signed-integer -b 16 -
}

frames_ffmpeg() {
    ffmpeg -v error -i "$1" -f s16le -
}

# opens PATH LEAST MOST: Python, sox and ffmpeg open the file, find LEAST to MOST frames in it, say
# the same of its length beforehand, and all that they read is the ramp.
opens() {
    local path=$1 who found=0
    for who in python sox ffmpeg; do
        # It takes a data chunk of no bytes for one of unknown length.
        [[ $who == ffmpeg && ! -s python.pcm ]] && continue
        "frames_$who" "$path" >"$who.pcm" 2>"$who.txt" || complain "$who: $(head -n 1 "$who.txt")"
        [[ ! -s $who.txt ]] || complain "$who about $path: $(head -n 1 "$who.txt")"
        cmp python.pcm "$who.pcm" || complain "$who reads something else from $path than Python"
    done
    found=$(($(stat -c %s python.pcm) / 4))
    (($2 <= found && found <= $3)) || complain "$path has $found frames instead of $2 to $3"
    is_ramp python.pcm s16 2 0 "$found"
    same "soxi of $path" "$found" "$(soxi -s "$path")"
    same "libsndfile of $path" "$found" "$(sndfile-info "$path" | sed -n 's/^Frames *: //p')"
    ((found == 0)) || same "ffprobe of $path" "$found" "$(ffprobe -v error \
        -show_entries stream=duration_ts -of default=noprint_wrappers=1:nokey=1 "$path")"
}

# reads PATH ARGS...: the reader that is written from docs/layout.md finds nothing wrong. What it says
# is in reads.txt.
reads() {
    python3 "$ROOT/samples/read_tape.py" "$@" >reads.txt 2>&1 ||
        complain "read_tape.py $*: $(tail -n 1 reads.txt)"
}

# reads_head PATH FRAMES ARGS...: and this is where its head is.
reads_head() {
    reads "$1" "${@:3}"
    same "head of $1 for read_tape.py" "$2" "$(sed -n 's/^head *//p' reads.txt)"
}

# verifies PATH FRAMES
verifies() {
    (($2 > 0)) || return 0 # there is nothing to verify, which is an error
    matches "verify" "^verified $2 frames x 2 channels: every sample right" \
        "$(tapemap verify "$1" --ramp)"
}
