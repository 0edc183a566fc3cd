#!/usr/bin/env bash
# The meter's figures: of a file all of it, of a deck from now on, as lines and as JSON.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# near WHAT EXPECTED FOUND: within 0.1.
near() {
    awk -v a="$2" -v b="$3" 'BEGIN { exit !(b != "" && b - a < 0.1 && a - b < 0.1) }' ||
        complain "$1: expected about $2, found '$3'"
}

figure() {
    python3 "$E2E/json_value.py" "$1" <<<"$2"
}

# A sine at full scale less 6 dB: stereo has the loudness of its peak, by K-weighting at 997 Hz.
tapemapd record --deck "$DECK" --source tone:sine:997 --channels 2 --rate 48000 --format s24 \
    --duration 20s --speed max --store file --output sine.wav --quiet
whole=$(tapemap meter ./sine.wav --once --json)
same "its lines" 1 "$(wc -l <<<"$whole")"
peak=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["channels"][0]["peak_db"])' <<<"$whole")
same "what was heard" 960000 "$(figure measured_frames "$whole")"
near "integrated" "$peak" "$(figure integrated_lufs "$whole")"
near "momentary" "$peak" "$(figure momentary_lufs "$whole")"
near "short-term" "$peak" "$(figure short_term_lufs "$whole")"
near "true peak" "$peak" "$(figure true_peak_dbtp "$whole")"

# The shortest tapes that there are have levels, too.
for frames in 1 2 3; do
    head -c $((frames * 4)) < <(printf '\0\100\0\100%.0s' 1 2 3) |
        tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 --channels 2 \
            --store file --output "short$frames.wav" --quiet
    same "the peaks of $frames frames" "[-6.02, -6.02]" \
        "$(tapemap meter "./short$frames.wav" --once --json | python3 -c '
import json, sys
print([channel["peak_db"] for channel in json.load(sys.stdin)["channels"]])')"
done

# Without --once the same, once it has ended; the last line tells of all.
last=$(tapemap meter ./sine.wav --json | tail -n 1)
near "integrated at the end" "$peak" "$(figure integrated_lufs "$last")"

# Who exports hears what the meter shows: also of 5.1, whose channels do not count alike.
for channels in 1 2 6; do
    tapemapd record --deck "$DECK" --source tone:sine:997 --channels "$channels" --rate 48000 \
        --duration 2s --speed max --store file --output "loud$channels.wav" --quiet
    shown=$(figure integrated_lufs "$(tapemap meter "./loud$channels.wav" --once --json)")
    tapemap export "./loud$channels.wav" --normalize -40 -o quiet.wav --force 2>export.err
    near "the loudness of $channels channels" "$shown" \
        "$(sed -nE 's/.* from (-?[0-9.]+) to -40.0 LUFS.*/\1/p' export.err)"
done

start recorder tapemapd record --deck "$DECK" --source tone:ramp --channels 2 --ring 10s
wait_until "$DECK is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 96000
line=$(tapemap meter "$DECK" --once)
matches "a line" "^ +0:[0-9.]+   1 \[[# -]{20}\] .* 2 \[.* LUFS, true peak +-?[0-9.]+ dBTP$" "$line"
tapemap meter "$DECK" --seconds 5 >lines
(($(wc -l <lines) >= 3)) || complain "in five seconds there were $(wc -l <lines) lines"
tapemap meter "$DECK" --seconds 0.6 --json >json
python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <json ||
    complain "a line of --json is none"

# A deck that goes from tape to tape is followed to the end of the last one: three tapes of a second
# each, which grow louder.
for level in -40 -25 -10; do
    sox -D -n -r 48000 -c 1 -b 16 "part$level.wav" synth 1 sine 997 gain $level
done
sox -D part-40.wav part-25.wav part-10.wav rising.wav
start_held seams record --deck "$DECK.seams" --source audio:rising.wav --speed 1x --store file \
    --output seams --name '{id}.wav' --keep-free 0 --extent 1MiB --rotate length:1s --quiet
wait_until "$DECK.seams is listed" is_listed "$DECK.seams"
start over tapemap meter "$DECK.seams" --json
let_go seams
ends seams 0
ends over 0
same "tapes" 3 "$(find seams -name '*.wav' | wc -l)"
tapemapd record --deck "$DECK.whole" --source audio:rising.wav --speed max --store file \
    --output rising.take.wav --quiet
near "the loudness over the seams" \
    "$(figure integrated_lufs "$(tapemap meter ./rising.take.wav --once --json)")" \
    "$(figure integrated_lufs "$(tail -n 1 over.out)")"

# Overtaken by the ring it says so, and goes on.
start overtaken tapemap meter "$DECK" --json
wait_until "it has begun" test -s overtaken.out
kill -STOP "${pids[overtaken]}"
now=$(fact "$DECK" head_frames)
wait_until "the ring has gone over it" head_reaches "$DECK" $((now + 48000 * 13))
kill -CONT "${pids[overtaken]}"
wait_until "it has missed some" grep -q '"missed_frames":[1-9]' overtaken.out
interrupt overtaken
ends overtaken 0
interrupt recorder
ends recorder 0
fails 1 "no deck of that name has a tape" tapemap meter "$DECK.none"
passed
