#!/usr/bin/env bash
# Calls of a device that do not return, one after a loss and one when it is opened first: both are
# told of, the recorder is ended and started again, and the tape goes on once the device answers.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

make_sink e2e-hang
cat >decks.conf <<END
log = decks.log
defaults { source = 'portaudio:WASAPI:Monitor of $SINK' rate = $RATE }
deck "$DECK.a" { store = file output = tapes keep_free = 0 }
deck "$DECK.b" { ring = 5m }
END
decks=("$DECK.a" "$DECK.b")

is_another() {
    local pid
    pid=$(host_pid "$1") && [[ -n $pid && $pid != "${old[$1]}" ]]
}

# says DECK PATTERN
says() {
    grep -qE "deck '?$1'?: .*$2" decks.log
}

records_again() {
    [[ $(fact "$1" state) == recording ]] && head_reaches "$1" $((${head[$1]} + RATE))
}

start run tapemapd run --config decks.conf
declare -A old=() tape=() head=()
for deck in "${decks[@]}"; do
    wait_until "$deck records" head_reaches "$deck" $RATE
    old[$deck]=$(host_pid "$deck")
    tape[$deck]=$(fact "$deck" id)
done
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"

for deck in "${decks[@]}"; do
    wait_until "the loss of $deck is told" says "$deck" "the source is lost at"
done
for deck in "${decks[@]}"; do
    wait_until "it is told that the device of $deck hangs" \
        says "$deck" "has not answered for 10 s while it was (stopped|closed)"
    matches "the status of $deck" "problem .*has not answered since" "$(tapemap status "$deck")"
    head[$deck]=$(fact "$deck" head_frames)
done
for deck in "${decks[@]}"; do
    wait_until "another one records $deck" is_another "$deck"
    wait_until "its end is told" says "$deck" "for 30 s while it was (stopped|closed)"
    old[$deck]=$(host_pid "$deck")
done
for deck in "${decks[@]}"; do
    wait_until "it is told that the device of $deck hangs when it is opened" \
        says "$deck" "has not answered for 10 s while it was opened"
    matches "the status of $deck" "problem .*has not answered since" "$(tapemap status "$deck")"
done
for deck in "${decks[@]}"; do
    wait_until "a third one records $deck" is_another "$deck"
done
matches "the status" "for 30 s while it was opened" "$(tapemap status)"

kill -CONT "$stopped_server"
for deck in "${decks[@]}"; do
    wait_until "$deck records again" records_again "$deck"
    same "the tape of $deck" "${tape[$deck]}" "$(fact "$deck" id)"
    same "how often $deck went on" 1 "$(fact "$deck" resume_count)"
done
file=$(echo tapes/"$DECK.a"/*.wav)
tapemapd stop || complain "stop ended with code $?"
ends run 0

# The tape is as long as the time it took, give or take what the buffers hold and what is not judged yet.
python3 -B -c '
import sys
sys.path.insert(0, sys.argv[2])
from tape_file import ANCHOR, Tape
tape = Tape(sys.argv[1])
with tape.index() as index:
    anchors = [record for record in index.records() if record.kind == ANCHOR]
frames = anchors[-1].position - anchors[0].position
took_s = (anchors[-1].utc_ns - anchors[0].utc_ns) / 1e9
if took_s < 60 or abs(frames / tape.sample_rate_hz - took_s) > 2:
    sys.exit(f"{frames} frames in {took_s} s")
' "$file" "$ROOT/samples" || complain "the gap is not right"
passed
