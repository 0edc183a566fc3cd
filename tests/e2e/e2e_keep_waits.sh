#!/usr/bin/env bash
# Keep where the other side makes it wait: a pipe that is read too late, a recorder that stands
# still, or dies.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# Into a pipe that is read too late: a stream that has begun does not begin again, and not a frame of
# it is wrong.
start wide tapemapd record --deck "$DECK.wide" --source tone:ramp --ring 60s --speed 20x
wait_until "the wide ring is listed" is_listed "$DECK.wide"
wait_until "there is sound in it" head_reaches "$DECK.wide" 2700000
mkfifo late.out
start late tapemap keep "$DECK.wide" --last 50s -o -
exec {pipe}<late.out
pipes[late]=$pipe
read -r -N 4 -t "$PATIENCE" -u "$pipe" begin || die "nothing was kept"
same "what it begins with" RIFF "$begin"
wait_until "the ring has gone round" head_reaches "$DECK.wide" \
    $(($(fact "$DECK.wide" head_frames) + 3000000))
cat <&"$pipe" >late.bytes
close_pipe late
ends late 1
matches "what is said" "the ring overwrites it faster than it is read from stdout" "$(cat late.err)"
python3 - late.bytes <<'PY' || complain "the stream has wrong frames"
import array, sys
left = array.array("h", open(sys.argv[1], "rb").read()[76:])[::2]
steps = [i for i in range(len(left) - 1) if (left[i + 1] - left[i]) % 65536 not in (1, 40504)]
sys.exit(f"{len(left)} frames, wrong from {steps[0]} on" if steps or len(left) < 2000000 else 0)
PY

# A reader who goes before the end does not have what was asked for.
code=0
{ tapemap keep "$DECK.wide" --last 50s -o - 2>gone.err || echo "code $?" >>gone.err; } |
    head -c 1000 >gone.bytes
matches "what is said" "the reader of stdout went away before the end.*code 1" \
    "$(tr '\n' ' ' <gone.err)"
interrupt wide
ends wide 0


# A recorder that stands still for a while, as one that is restarted does, is waited for; for one
# that does not come back, not for ever.
start still tapemapd record --deck "$DECK.still" --source tone:ramp --ring 60s
wait_until "the ring that stands still is listed" is_listed "$DECK.still"
start restarted tapemap keep "$DECK.still" --around now --after 4s -o restarted.wav
wait_until "it has begun" compgen -G "restarted.wav.*.part"
kill -STOP "${pids[still]}"
wait_until "it waits" grep -q "no sign of life; waiting for it" restarted.err
kill -CONT "${pids[still]}"
ends restarted 0
same "frames of it" 192000 "$(soxi -s restarted.wav)"
start dead tapemap keep "$DECK.still" --around now --before 100ms --after 1h -o dead.wav
wait_until "it has begun" compgen -G "dead.wav.*.part"
kill_outright still
ends dead 1
matches "what is said" "did not come, for its recorder shows no sign of life; the other" \
    "$(cat dead.err)"
passed
