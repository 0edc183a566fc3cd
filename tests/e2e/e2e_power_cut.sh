#!/usr/bin/env bash
# A power cut while a tape is recorded: of the pages that were written after the newest flush any may
# be missing. What is recovered, or gone on with, has every frame that was safe and no wrong sample.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

PART=300000 CUTS=12

# copied TO: the file and its index as they are; the head stands still meanwhile.
copied() {
    cp --sparse=always take.wav "$1"
    cp --sparse=always take.wav.index "$1.index"
}

header_counts() {
    (($(od -A n -t u4 -j 65532 -N 4 take.wav | tr -d ' ') == $1 * 4))
}

safe_is() {
    (($(control take.wav 664) == $1)) # durable_frames
}

# more FRAMES: sends them, and waits until they are recorded.
all=0
more() {
    send recorder s16 2 "$all" "$1"
    all=$((all + $1))
    wait_until "what was sent is recorded" moves_on take.wav "$all"
}

feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 \
    --channels 2 --store file --output take.wav --extent 1MiB --keep-free 0 --quiet --capacity 1h \
    --flush 12s <recorder.in
wait_until "the file is there" test -e take.wav
# Once more, where it was flushed between the two copies.
for try in 1 2 3 4 5; do
    more "$PART"
    safe=$all
    wait_until "all that was sent is safe" safe_is "$safe"
    copied old.wav
    more $((2 * PART))
    wait_until "the header counts it, too" header_counts "$all"
    copied new.wav
    ! safe_is "$safe" || break
    ((try < 5)) || die "a flush came between each two copies"
done
kill -KILL "${pids[recorder]}"
ends recorder 137
close_pipe recorder

# cut SEED: makes cut.wav.
cut() {
    rm -f cut.wav cut.wav.index
    python3 -B "$E2E/power_cut.py" mix old.wav new.wav cut.wav "$1" "$safe" >cut.txt
}

# checked SEED
checked() {
    python3 -B "$E2E/power_cut.py" check cut.wav "$safe" 2>check.err ||
        complain "cut $1 ($(cat cut.txt)): $(cat check.err)"
}

most=0
for ((seed = 1; seed <= CUTS; seed++)); do
    cut "$seed"
    tapemap recover ./cut.wav >recover.txt 2>&1 || complain "cut $seed: $(cat recover.txt)"
    frames=$(checked "$seed")
    ((${frames:-0} <= most)) || most=$frames
done
matches "a second time" "is complete; nothing to do" "$(tapemap recover ./cut.wav)"
same "frames where nothing was missing" "$all" "$most"

for seed in 3 8; do
    cut "$seed"
    tapemapd record --deck "$DECK" --source tone:ramp --store file --output cut.wav --resume \
        --duration 40s --speed max --keep-free 0 --quiet 2>resume.err ||
        complain "going on after cut $seed: $(cat resume.err)"
    checked "$seed" >/dev/null
done
passed
