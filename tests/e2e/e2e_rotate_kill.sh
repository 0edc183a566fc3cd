#!/usr/bin/env bash
# A deck that goes from one file to the next, killed at every step of that and resumed: its tapes
# are one series of finished WAVs, and nothing else is left.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

STEPS=25 # from the making of a tape to the deletion of its predecessor's index

folder=killed/$DECK
mkdir -p "$folder"

# rotate ARGS...
rotate() {
    start recorder tapemapd record --deck "$DECK" --source tone:ramp --store file --output killed \
        --keep-free 0 --extent 1MiB --rotate length:1s "$@"
}

resume=()
for ((step = 1; step <= STEPS; step++)); do
    rm -f recorder.err
    rotate --speed 5x "${resume[@]}"
    wait_until "it records" grep -qs '^tapemapd: recording' recorder.err
    what=$(python3 -B "$E2E/kill_at_step.py" "$folder" "${pids[recorder]}" $step)
    [[ $what != none ]] || complain "there is no step $step"
    echo "killed at step $step: $what"
    ends recorder 137
    resume=(--resume)
done
# How far the series has got in seconds is up to the machine.
reached=$(python3 -B -c '
import glob, struct, sys
ends = [0]
for path in glob.glob(sys.argv[1] + "/*.wav"):
    with open(path, "rb") as file:
        begin = file.read(65536)
    if len(begin) == 65536:
        ends.append(sum(struct.unpack_from("<Q", begin, 4096 + at)[0] for at in (512, 1032)))
print(max(ends) // 48000)' "$folder")
seconds=$((reached + 100)) # room for the last gap
rotate --speed max --resume --duration "${seconds}s"
ends recorder 0
same "the series" "$seconds $((seconds * 48000))" \
    "$(python3 -B "$E2E/series.py" killed --silence || complain "it is no series")"
# An empty WAV, left at the very first step, might be anybody's.
same "files" "$seconds" "$(find killed -type f ! \( -name '*.wav' -empty \) | wc -l)"
passed
