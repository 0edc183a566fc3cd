#!/usr/bin/env bash
# Raw PCM on stdin: from a file, from a pipe in pieces that respect no frame, and broken off.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

raw_recorder() {
    local name=$1
    shift
    start_held "$name" record --deck "$DECK.$name" --source stdin --format s24 --rate 48000 \
        --channels 3 "$@"
    wait_until "$name is listed" is_listed "$DECK.$name"
    tail_into "$name.tail" "$DECK.$name" "$name.wav" --from start
}

# A file, at full speed, which is what stdin has unless told otherwise.
python3 "$E2E/ramp.py" make s24 3 0 300000 >ramp.raw
raw_recorder file <ramp.raw
let_go file
ends file 0
ends file.tail 0
is_ramp file.wav s24 3 0 300000
wait_until "its end is told" grep -q 'recorded .* frames' file.err
matches "end" "ended by source-ended" "$(cat file.err)"

# A pipe that gives a few bytes at a time, not frames.
in_pieces() {
    exec python3 -c 'if True:
        import itertools, sys
        content = open("ramp.raw", "rb").read(9 * 20011)
        at = 0
        for size in itertools.cycle((1, 8, 9, 10, 27, 4096, 70001)):
            if at >= len(content):
                break
            sys.stdout.buffer.write(content[at:at + size])
            sys.stdout.buffer.flush()
            at += size'
}
raw_recorder pieces < <(in_pieces)
let_go pieces
ends pieces 0
ends pieces.tail 0
is_ramp pieces.wav s24 3 0 20011

# The end inside a frame is a failure; the whole frames before it are kept.
raw_recorder torn < <(head -c $((9 * 20000 + 4)) ramp.raw)
hold holder "$DECK.torn"
let_go torn
ends torn 1
ends torn.tail 0
is_ramp torn.wav s24 3 0 20000
same "state" ended "$(fact "$DECK.torn" state)"
same "reason" failure "$(fact "$DECK.torn" reason)"
matches "reason" "stdin ended inside a frame \\(4 of 9 bytes\\)" "$(fact "$DECK.torn" reason_text)"
wait_until "that is told" grep -q inside torn.err
matches "sentence" \
    "'$DECK.torn': stdin ended inside a frame \\(4 of 9 bytes\\); check that --format" \
    "$(grep inside torn.err)"
release holder

# Ctrl+C while the pipe is silent: the system may not let go of the thread that reads it, and the
# file is completed all the same.
feed silent
start silent tapemapd record --deck "$DECK.silent" --source stdin --format s24 --rate 48000 \
    --channels 3 --store file --output silent.wav --extent 1MiB --keep-free 1MiB <silent.in
send silent s24 3 0 20011
wait_until "all is recorded" fact_is "$DECK.silent" head_frames 20011
interrupt silent
ends silent 0
end_feed silent
is_ramp silent.wav s24 3 0 20011
[[ ! -e silent.wav.index ]] || complain "the file of a silent pipe was not completed"

# Nothing at all is no recording.
fails 1 "'$DECK.empty': stdin delivered nothing; check the program before the pipe" \
    tapemapd record --deck "$DECK.empty" --source stdin --format s16 --rate 48000 --channels 1 \
    --quiet

# Paced: in real time a second takes a second, whatever the pipe holds.
raw_recorder paced --speed realtime --duration 1s <ramp.raw
began=$(date +%s%N)
let_go paced
ends paced 0
took=$((($(date +%s%N) - began) / 1000000))
((took >= 900)) || complain "a second of stdin in real time took $took ms"
ends paced.tail 0
is_ramp paced.wav s24 3 0 48000
passed
