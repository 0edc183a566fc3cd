#!/usr/bin/env bash
# What takes sound away from a tape meets a full volume: what export and keep cannot write whole is
# not there, and takes no room; what tail has streamed by then is kept; files that were there before
# stay as they were.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

TAPE=./take.wav
tapemapd record --deck "$DECK" --source tone:ramp --duration 30s --speed max --store file \
    --output "$TAPE" --quiet
make_volume small tmpfs 4
tapemap export "$TAPE" --to 1s -o small/there.wav --quiet
cp small/there.wav there.wav
before=$(room_in small)

# is_full FILE COMMAND...: it fails for want of room and leaves nothing.
is_full() {
    local file=$1
    shift
    fails 1 "cannot (write|finish) '$file': .*(space|full).*; free some space" "$@"
    same "files after $*" "small/there.wav" "$(echo small/*)"
    same "room after $*" "$before" "$(room_in small)"
}

for kind in wav w64 caf raw; do
    is_full "small/full.$kind" tapemap export "$TAPE" -o "small/full.$kind" --quiet
done
# The ramp is short as FLAC.
make_volume tiny tmpfs 1
fails 1 "cannot write 'tiny/full.flac': .*; free some space" \
    tapemap export "$TAPE" --mix 1,2,1,2,1,2,1,2 -o tiny/full.flac --quiet
same "files of tiny" "" "$(ls -A tiny)"
is_full small/there.wav tapemap export "$TAPE" -o small/there.wav --force --quiet
cmp there.wav small/there.wav
is_full small/full.wav tapemap keep "$TAPE" --last 30s -o small/full.wav --quiet

# Parts that are whole stay.
fails 1 "cannot write 'small/part-002.wav': .*; free some space" \
    tapemap export "$TAPE" --split 15s -o small/part.wav --quiet
same "parts" "small/part-001.wav small/there.wav" "$(echo small/*)"
is_ramp small/part-001.wav s16 2 0 720000
rm small/part-001.wav

code=0
tapemap tail "$TAPE" --from start -o small/tail.wav 2>tail.err || code=$?
same "exit code of tail" 1 "$code"
matches "what tail says" "^tapemap: cannot write 'small/tail.wav': .*; free some space" \
    "$(cat tail.err)"
kept=$(soxi -s small/tail.wav)
((kept > 700000)) || complain "only $kept frames are kept"
is_ramp small/tail.wav s16 2 0 "$kept"
same "length of what is kept" $((80 + kept * 4)) "$(stat -c %s small/tail.wav)"
passed
