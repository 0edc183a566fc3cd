#!/usr/bin/env bash
# What `tapemap play` waits for may never come: a recorder that stands still, a sound server that
# does not answer. It says so, plays what there is, and can be ended.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

make_sink "e2e-stuck-$$"
device=$SINK

# ---- A deck ------------------------------------------------------------------------------------------

# The ring holds a second; the first three have gone.
feed ring
start ring tapemapd record --deck "$DECK.ring" --source stdin --format s16 --channels 2 \
    --rate $RATE --ring 1s <"ring.in"
send ring s16 2 0 $((4 * RATE))
wait_until "the ring is full" head_reaches "$DECK.ring" $((4 * RATE))
fails 1 "frame 10 has left the ring; begin at frame" \
    tapemap play "$DECK.ring" --from 10f --to 1s --device "$device"
end_feed ring
ends ring 0

# A fifth of a second: less than play keeps as its distance to a head that moves.
feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --channels 2 \
    --rate $RATE <"recorder.in"
send recorder s16 2 0 $((RATE / 5))
wait_until "it is recorded" fact_is "$DECK" head_frames $((RATE / 5))
kill -STOP "${pids[recorder]}"
start stalled tapemap play "$DECK" --from start --device "$device" --verbose
ends stalled 1
matches "a recorder that stands still" "shows no sign of life; waiting for it" "$(cat stalled.err)"
matches "a recorder that stands still" "no sign of life for 10 seconds" "$(cat stalled.err)"
matches "a recorder that stands still" "the device took $((RATE / 5)) frames; 0 underruns" \
    "$(cat stalled.err)"
kill -CONT "${pids[recorder]}"
end_feed recorder
ends recorder 0

# ---- A sound server ----------------------------------------------------------------------------------

tapemapd record --deck "$DECK.minute" --source tone:chirp --duration 60s --speed max --quiet \
    --store file --output minute.wav

asks_the_server() {
    grep -q winepulse "/proc/${pids[opening]}/maps"
}

# Wine may crash when it ends a program while one of its threads is in the sound library.
ends_by_itself() {
    local pid=${pids[$1]} code=0
    wait_until "$1 has ended" is_gone "$pid"
    wait "$pid" 2>/dev/null || code=$?
    unset "pids[$1]"
    [[ $code =~ ^(1|139)$ ]] || complain "$1 ended with code $code: $(tail -n 2 "$1.err")"
}

start interrupted tapemap play ./minute.wav --device "WASAPI:$device" --verbose
start waiting tapemap play ./minute.wav --device "DirectSound:$device" --verbose
wait_until "both play" grep -q 'sound began' interrupted.err
wait_until "both play" grep -q 'sound began' waiting.err
stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
# In this order: after ten seconds it ends by itself.
wait_until "it is told" grep -q "the device '$SINK' takes no sound; waiting for it" interrupted.err
interrupt interrupted
ends_by_itself interrupted
matches "what cannot be closed" "cannot let go of the device: the sound system does not answer" \
    "$(cat interrupted.err)"
start opening tapemap play ./minute.wav --device "WASAPI:$device"
wait_until "it opens the device" asks_the_server
interrupt opening
ends opening 58 # of 0xC000013A, what Ctrl+C ends a program with
ends_by_itself waiting
matches "a device that takes nothing" "has taken no sound for 10 seconds; see whether the sound" \
    "$(cat waiting.err)"
kill -CONT "$stopped_server"
passed
