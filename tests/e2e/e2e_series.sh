#!/usr/bin/env bash
# A deck that goes from tape to tape, read across the seams: live and later, moved, and with a tape
# missing.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 \
    --channels 2 --store file --output tapes --name '{id}.wav' --extent 1MiB --keep-free 0 \
    --rotate length:1s <recorder.in
send recorder s16 2 0 24000
wait_until "something is recorded" fact_is "$DECK" head_frames 24000
first=$(fact "$DECK" file_path)
same "previous tape of the first" null "$(fact "$DECK" previous_tape)"
tail_into whole "$DECK" whole.wav --from start
tail_into bounded "$DECK" bounded.raw --from 500ms --to 2500ms
for ((sent = 24000; sent < 216000; sent += 24000)); do
    send recorder s16 2 "$sent" 24000
done
ends bounded 0
is_ramp bounded.raw s16 2 24000 96000
close_pipe recorder
ends recorder 0
ends whole 0
is_ramp whole.wav s16 2 0 216000

verified=$(tapemap verify --ramp --series "$first")
matches "all tapes" "^verified 5 tapes, 216000 frames x 2 channels: every sample right; " "$verified"
matches "from a position on" "^verified 5 tapes, 191000 frames " \
    "$(tapemap verify --ramp --series --from 25000f "$first")"
last=$(tapemap info --json "$first" | python3 "$E2E/json_value.py" next_tape)
matches "info" "series +from frame 0 .* goes on in tape $last" "$(tapemap info "$first")"
fails 2 "leave '--to' out" tapemap verify --ramp --series --to 2s "$first"

# Elsewhere, and with one of them gone.
mv tapes moved
name=${first##*\\}
matches "moved" "^verified 5 tapes, 216000 frames" "$(tapemap verify --ramp --series "moved/$name")"

# The deck goes on in another format.
tapemapd record --deck "$DECK" --source tone:ramp --format s16 --rate 44100 --channels 1 --quiet \
    --speed max --duration 1s --store file --output other --name '{id}.wav' --keep-free 0
other=$(basename other/*.wav .wav)
python3 - "$other" moved/*.wav <<'PY'
import struct, sys
for path in sys.argv[2:]:
    with open(path, "r+b") as file:
        file.seek(4096 + 1152)
        if file.read(8) == bytes(8):
            file.seek(4096 + 1152)
            file.write(struct.pack("<Q", int(sys.argv[1], 16)))
            file.seek(4096 + 2304)
            file.write(f"C:\\nowhere\\{sys.argv[1]}.wav".encode())
PY
mv other/*.wav moved
changed=$(tapemap verify --ramp --series "moved/$name")
matches "another format is said" "its deck went on in another format: tape $other begins anew as s16, 44100 Hz, 1 channel" \
    "$changed"
matches "both formats" "verified 6 tapes, 260100 frames in more than one format: every sample right" \
    "$changed"

# A tape that says it begins elsewhere, or is in another format.
patch_control "moved/$last.wav" 1032 "<Q" 47999
code=0
tapemap verify --ramp --series "moved/$name" >seam.out 2>seam.err || code=$?
same "exit code at a wrong seam" 1 "$code"
matches "wrong seam" "^tape $last: expected to go on at frame 48000 after tape .*, found frame 47999" \
    "$(cat seam.out)"
patch_control "moved/$last.wav" 1032 "<Q" 48000
patch_control "moved/$last.wav" 88 "<I" 44100
code=0
tapemap tail "moved/$name" --from start -o part.raw 2>part.err || code=$?
same "exit code at another format" 1 "$code"
matches "another format" "went on in another format; stream that by 'tapemap tail id:$last'" \
    "$(cat part.err)"
is_ramp part.raw s16 2 0 48000
rm part.raw "moved/$last.wav"
code=0
tapemap tail "moved/$name" --from start -o part.raw 2>part.err || code=$?
same "exit code of tail" 1 "$code"
matches "tail" "neither in memory nor where its file should be" "$(cat part.err)"
is_ramp part.raw s16 2 0 48000
fails 1 "neither in memory nor where its file should be" tapemap verify --ramp --series "moved/$name"
passed
