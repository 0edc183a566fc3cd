#!/usr/bin/env bash
# A deck that goes from one file to the next: every sample is there across every seam, every file is
# a finished WAV, and nothing piles up in the recorder. Where no next file can be made the present
# one goes on.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# rotate NAME FOLDER ARGS...
rotate() {
    start "$1" tapemapd record --deck "$DECK" --source tone:ramp --store file --output "$2" \
        --keep-free 0 --extent 1MiB "${@:3}"
}

# has_tapes FOLDER COUNT
has_tapes() {
    (($(find "$1" -name '*.wav' | wc -l) >= $2))
}

# series WHAT ARGS...: prints tapes and frames.
series() {
    python3 -B "$E2E/series.py" "${@:2}" || complain "$1 is no series"
}

# At full speed: a hundred tapes of a second.
mkdir many
rotate many many --rotate length:1s --speed max --duration 100s --quiet
most=0
for tapes in 10 20 30 40 50 60 70 80 90; do
    wait_until "there are $tapes tapes" has_tapes many $tapes
    files=$(find "/proc/${pids[many]}/fd" 2>/dev/null | wc -l || true)
    ((tapes > 10)) || first=$files
    ((files <= most)) || most=$files
done
ends many 0
echo "a hundred tapes: $first files open at the tenth, $most at most"
# Up to eight tapes that were left wait to be completed, with about a dozen files each; that none
# stays is tested by host_rotate_test.
((most <= first + 100)) || complain "files pile up: $first at the tenth tape, $most later"
same "a hundred tapes" "100 4800000" "$(series many many)"
for file in many/*/*.wav; do
    same "frames of $file for sox" 48000 "$(soxi -s "$file")"
done

# In its own time; the last tape is as long as is left.
mkdir own
rotate own own --rotate length:1s --duration 3500ms
ends own 0
same "in its own time" "4 168000" "$(series own own)"
same "what it says" 168000 "$(recorded_frames own)"
for file in own/*/*.wav; do
    python3 -B "$ROOT/samples/read_tape.py" "$file" --verify-ramp >read.out 2>&1 ||
        complain "read_tape.py on $file: $(tail -n 1 read.out)"
done

# What was late comes at once, and says nothing of how fast it is: asked to rotate, the deck does,
# and does not wait for a seam that it has prepared minutes ahead.
mkdir late
rotate late late --rotate length:10m
wait_until "it records" has_tapes late 1
for _ in 1 2; do
    wait_until "there is sound" head_reaches "$DECK" 4800
    kill -STOP "${pids[late]}"
    sleep 2 # how late it is
    kill -CONT "${pids[late]}"
    tapemap rotate "$DECK" || complain "it did not rotate"
done
interrupt late
ends late 0
same "tapes" 3 "$(find late -name '*.wav' | wc -l)"

# Where the folder is gone nothing is lost, and it is said once.
mkdir denied
rotate denied denied --rotate length:1s
wait_until "it rotates" has_tapes denied 2
kill -STOP "${pids[denied]}" # it would make the folder anew in between
mv denied elsewhere
touch denied
kill -CONT "${pids[denied]}"
wait_until "it says so" grep -q 'the next tape cannot be made' denied.err
sleep 3 # long enough for a second try to fail
kill -STOP "${pids[denied]}"
rm denied
mv elsewhere denied
kill -CONT "${pids[denied]}"
wait_until "it rotates again" has_tapes denied 4
interrupt denied
wait_until "it has ended" is_gone "${pids[denied]}"
wait "${pids[denied]}" || true # 1 where a file could not be completed meanwhile
unset 'pids[denied]'
same "times it was said" 1 "$(grep -c 'the next tape cannot be made' denied.err)"
tapemap recover "$(find denied -name '*.wav' | sort | head -1)" >/dev/null
for index in $(find denied -name '*.index'); do
    tapemap recover "${index%.index}" >/dev/null
done
series denied denied --frames "$(recorded_frames denied)" >/dev/null

# What does not go together.
fails 2 "--rotate needs --store file" tapemapd record --deck "$DECK" --source tone:ramp \
    --rotate length:1s
fails 2 "is not understood" tapemapd record --deck "$DECK" --source tone:ramp --store file \
    --rotate sometimes

# A deck that goes from tape to tape is listed whenever somebody looks.
start quick tapemapd record --deck "$DECK.quick" --source tone:ramp --rate 8000 --channels 1 \
    --store file --output quick --keep-free 0 --extent 1MiB --rotate length:1s --speed 20x --quiet
wait_until "it records" head_reaches "$DECK.quick" 8000
for look in {1..20}; do
    tapemap list >list.txt || complain "look $look: $(cat list.txt)"
    grep -q "^$DECK.quick " list.txt || complain "look $look: it is not listed"
done
interrupt quick
ends quick 0
passed
