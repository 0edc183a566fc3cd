#!/usr/bin/env bash
# Export: positions of every form, WAV and raw, files and stdout, while the tape grows.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# At 1000 Hz two hours are 14 MB. The recorder waits for more, so the head stands still.
FRAMES=7200000
feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 1000 --channels 1 \
    <"recorder.in"
send recorder s16 1 0 "$FRAMES"
wait_until "all frames are recorded" fact_is "$DECK" head_frames "$FRAMES"
wait_until "it records" fact_is "$DECK" state recording

# exports FIRST END ARGS...: these options mean this range.
exports() {
    local first=$1 end=$2
    shift 2
    tapemap export "$DECK" -o part.raw --force --quiet "$@"
    is_ramp part.raw s16 1 "$first" $((end - first))
}

exports 0 7200000
exports 0 7200000 --from start --to now
exports 0 1 --to 1f
exports 7199999 7200000 --from 7199999f
exports 12345 23456 --from 12345f --to 23456f
exports 90000 91500 --from 90s --to 91.5s
exports 250 1250 --from 250ms --to 1250ms
exports 600000 3600000 --from 10m --to 1h
exports 90000 5400000 --from 1:30 --to 1:30:00
exports 90500 5400000 --from 1:30.5 --to 1:30:00
exports 7170000 7200000 --from -30s
exports 7080000 7190000 --from -2m --to -10s
exports 1800000 7199500 --from -1:30:00 --to -500ms
exports 0 10 --from -7d --to 10ms
exports 0 7200000 --from 0s --to 2h

# A block of 1 MiB has 524288 frames: ends and beginnings on and beside its bounds.
exports 524287 1048577 --from 524287f --to 1048577f
exports 524288 1048576 --from 524288f --to 1048576f

tapemap export "$DECK" -o - --format raw --from 5f --to 70005f --quiet >stdout.raw
is_ramp stdout.raw s16 1 5 70000
tapemap export "$DECK" -o - --from 5f --to 70005f --quiet >stdout.wav
is_ramp stdout.wav s16 1 5 70000
tapemap export "$DECK" -o samples.pcm --from 5f --to 70005f --quiet
is_ramp samples.pcm s16 1 5 70000
tapemap export "id:$(fact "$DECK" id)" -o odd.wav --to 3f --quiet
is_ramp odd.wav s16 1 0 3

# The summary, and none when asked to be quiet; stdout carries nothing but data.
same "stdout of export" "" "$(tapemap export "$DECK" -o summary.wav 2>summary.err)"
matches "summary" "^tapemap: exported 7200000 frames .* from frame 0 on to summary.wav" \
    "$(cat summary.err)"
same "stderr of a quiet export" "" "$(tapemap export "$DECK" -o quiet.wav --quiet 2>&1 |
    own_words)"

# What exists is kept, unless it is to be replaced; a reader of stdout who goes is a failure.
cp odd.wav before.wav
fails 1 "cannot create 'odd.wav': it exists; give another name, or '--force'" \
    tapemap export "$DECK" -o odd.wav
cmp odd.wav before.wav
tapemap export "$DECK" -o odd.wav --to 5f --force --quiet
is_ramp odd.wav s16 1 0 5
{ tapemap export "$DECK" -o - 2>gone.err || echo $? >gone.code; } | head -c 100000 >/dev/null
same "exit code when the reader goes away" 1 "$(cat gone.code)"
matches "sentence when the reader goes away" "the reader of stdout went away" "$(cat gone.err)"

# While it grows: each export ends at the head of its beginning.
for i in 1 2 3; do
    send recorder s16 1 $((FRAMES + (i - 1) * 100000)) 100000 &
    tapemap export "$DECK" -o growing.raw --force --quiet --from 7000000f
    is_ramp growing.raw s16 1 7000000 $(($(stat -c %s growing.raw) / 2))
    wait $!
done
wait_until "the rest is recorded" fact_is "$DECK" head_frames $((FRAMES + 300000))
exports 7000000 7500000 --from 7000000f
end_feed recorder
ends recorder 0

# Frames of three bytes and an odd number of them: the chunk is padded to an even length.
feed odd
start odd tapemapd record --deck "$DECK" --source stdin --format s24 --rate 8000 \
    --channels 1 <odd.in
send odd s24 1 0 4001
wait_until "all frames are recorded" fact_is "$DECK" head_frames 4001
tapemap export "$DECK" -o padded.wav --quiet
is_ramp padded.wav s24 1 0 4001
same "length of a padded file" 0 $(($(stat -c %s padded.wav) % 2))
end_feed odd
ends odd 0
passed
