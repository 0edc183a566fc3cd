#!/usr/bin/env bash
# An index of more than 4 GiB, which no chunk can hold: it lies behind the end of RIFF. Our programs
# read it there, and others find the audio and its marks as if it were not there.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

FRAMES=100001
file=take.wav

# describes FILE: what its index says.
describes() {
    tapemap info "$1" | grep ^journal
    tapemap gaps "$1"
    tapemap marks "$1"
    tapemap overview "./$1" --json
}

python3 "$E2E/make_tape.py" "$file" "$FRAMES"
tapemap recover "$file" >recover.out
describes "$file" >before.txt
python3 "$ROOT/tests/index_behind.py" "$file" 4294967296
(($(stat -c %s "$file") > 4294967296)) || complain "the index is short"
same "id of $file" RIFF "$(head -c 4 "$file")"

opens "$file" "$FRAMES" "$FRAMES"
matches "marks for ffmpeg" "Strophe" "$(ffprobe -v error -show_chapters "$file")"
reads_head "$file" "$FRAMES" --verify-peaks
describes "$file" >after.txt
diff before.txt after.txt || complain "the index says something else where it is now"
tapemap export "$file" -o part.wav --from 90000f >export.out
is_ramp part.wav s16 2 90000 $((FRAMES - 90000))

# It is finished, and recover sees that; with a tail behind it, that is cut and nothing else.
same "recover" "$file is complete; nothing to do" "$(leaves "$file" tapemap recover "$file")"
before=$(sums "$file")
truncate -s +65536 "$file"
matches "recover with a tail" "64\\.0 KiB of reserved tail cut" "$(tapemap recover "$file")"
same "$file without its tail" "$before" "$(sums "$file")"
passed
