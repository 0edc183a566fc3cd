#!/usr/bin/env bash
# A ring that overwrites itself many times: what a reader gets is right, or is said to be gone.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

RING=480000 # frames of ten seconds

# verified DECK ARGS...: verify finds every sample right. It may lose the race against the ring and
# say so, then it tries again; a wrong sample is never forgiven.
verified() {
    local deck=$1 found code=0
    shift
    found=$(tapemap verify "$deck" --ramp "$@" 2>verify.err) || code=$?
    if ((code != 0)) && ! grep -q 'the ring overwrote all of it meanwhile' verify.err; then
        die "verify $deck $*: $found $(cat verify.err)"
    fi
    ((code == 0)) && matches "verify $deck $*" "every sample right; .*, 0 gaps" "$found"
}

# tail_is_right FILE FROM END MESSAGES: what tail wrote is the ramp from frame to frame, but for
# what it says it skipped.
tail_is_right() {
    local ranges
    ranges=$(awk -v from="$2" '
        match($0, /overwrote [0-9]+ frames from frame [0-9]+ .* at frame [0-9]+/) {
            count = split(substr($0, RSTART, RLENGTH), word, " ")
            printf "%d:%d,", from, word[6]
            from = word[count]
        }
        END { printf "%d:", from }' "$4")
    python3 "$E2E/ramp.py" check "$1" s16 2 "$ranges$3" || complain "$1 is not what it should be"
}

# Fifty times as fast as real time: round five times a second. Verified while it runs.
live=$DECK.live
start live tapemapd record --deck "$live" --source tone:ramp --ring 10s --speed 50x
wait_until "the ring is listed" is_listed "$live"
wait_until "it has gone round some times" head_reaches "$live" $((5 * RING))
wait_until "it verifies" verified "$live"
wait_until "its end verifies" verified "$live" --from -5s
same "kind" ring "$(fact "$live" kind)"
fails 1 "cannot export deck '$live': frame 0 has left the ring; begin at frame [0-9]+ or later" \
    tapemap export "$live" --from 0f --to 1000f -o gone.wav
fails 1 "cannot verify deck '$live': frame 1000 has left the ring" \
    tapemap verify "$live" --ramp --from 1000f
[[ ! -e gone.wav ]] || complain "a failed export left a file"
committed=$(fact "$live" committed_bytes)

# A tail of nothing but what is gone takes no file's place.
echo kept >kept.wav
code=0
tapemap tail "$live" --from 0f --to 1000f -o kept.wav --force 2>tail.err || code=$?
same "exit code of a tail of what is gone" 1 "$code"
matches "its last sentence" "^tapemap: cannot stream deck '$live' into 'kept.wav': none of its \
frames was still in the ring; begin later" "$(tail -n 1 tail.err)"

# A recorder that is gone overwrites nothing any more: an export begins at the oldest frame of all.
dead=$DECK.dead
start dead tapemapd record --deck "$dead" --source tone:ramp --ring 10s --speed 10x
wait_until "the ring is listed" is_listed "$dead"
hold_still heir "$dead"
wait_until "it has gone round" head_reaches "$dead" $((2 * RING))
kill -KILL "${pids[dead]}"
ends dead 137
wait_until "its tape counts as stalled" fact_is "$dead" is_stalled true
tapemap export "$dead" -o dead.wav --quiet
oldest=$(fact "$dead" oldest_frame)
is_ramp dead.wav s16 2 "$oldest" $(($(fact "$dead" head_frames) - oldest))
release_still heir

# At full speed: round hundreds of times a second. One client reads nothing for a while, so that it
# falls behind; another holds the tape until all is checked.
fast=$DECK.fast
start_held fast record --deck "$fast" --source tone:ramp --ring 10s --speed max
wait_until "the ring is listed" is_listed "$fast"
hold_still holder "$fast"
hold slow "$fast"
let_go fast
wait_until "it has gone round many times" head_reaches "$fast" $((100 * RING))
(printf RIFF && run_alone cat) <&"${pipes[slow]}" >slow.wav &
reader=$!
close_pipe slow
interrupt fast
ends fast 0
ends slow 1
wait "$reader"
head=$(fact "$fast" head_frames)
oldest=$(fact "$fast" oldest_frame)
same "head" "$(recorded_frames fast)" "$head"
((head - oldest >= RING)) || complain "the ring holds $((head - oldest)) frames"
tail_is_right slow.wav 0 "$head" slow.err
missing=$((head - $(stat -c %s slow.wav) / 4 + 80 / 4)) # the header has 80 bytes
matches "what the slow client says" \
    "streaming deck '$fast': $missing frames are missing; read faster" "$(tail -n 1 slow.err)"
matches "verify" "verified $((head - oldest)) frames .*: every sample right" \
    "$(tapemap verify "$fast" --ramp)"
tapemap export "$fast" -o ring.wav --quiet
is_ramp ring.wav s16 2 "$oldest" $((head - oldest))
fails 1 "cannot stream deck '$fast' into 'kept.wav': it was over before a frame came; give an" \
    tapemap tail "$fast" -o kept.wav --force
same "the file that stood there" kept "$(cat kept.wav)"
same "files that are left" "" "$(find . -name '*.part')"
release_still holder

same "memory of a ring that has gone round" "$committed" "$(fact "$live" committed_bytes)"
interrupt live
ends live 0
passed
