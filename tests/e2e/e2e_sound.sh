#!/usr/bin/env bash
# Real sound through every host API: what paplay plays into the sink is found in the recording, bit
# for bit when the journal has no gap; a stall keeps the time true; a pulled plug ends the recording
# and is told. The private sound server is stopped again if this test started it.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

clean_up_more() {
    [[ -z ${started_sound:-} ]] || bash "$ROOT/scripts/sound.sh" stop
}
bash "$ROOT/scripts/sound.sh" status >/dev/null || {
    bash "$ROOT/scripts/sound.sh" start >/dev/null
    started_sound=yes
}
eval "$(bash "$ROOT/scripts/sound.sh" env)"

# Silence, a chirp, silence: what the server does to its first milliseconds cannot be heard then.
sox -D -R -n -r 48000 -b 16 -c 2 chirp.wav synth 3 sine 100-9000 vol 0.5 pad 1 2

# records NAME SPEC: starts a recorder and waits for its first frames.
records() {
    start "$1" tapemapd record --deck "$DECK.$1" --source "$2" --rate 48000 --format s16
    wait_until "$1 records" head_reaches "$DECK.$1" 4800
}

for api in WASAPI DirectSound MME; do
    records "$api" "portaudio:$api"
    paplay chirp.wav
    wait_until "all of it has arrived" head_reaches "$DECK.$api" $(($(fact "$DECK.$api" head_frames) + 96000))
    gaps=$(fact "$DECK.$api" gap_count)
    tapemap export "$DECK.$api" --quiet -o "$api.wav"
    if [[ $gaps == 0 ]]; then exact=(--exact); else exact=(); fi
    python3 "$ROOT/scripts/check_recording.py" "${exact[@]}" chirp.wav "$api.wav" >"$api.check" ||
        complain "$api ($gaps gaps): $(cat "$api.check")"
    interrupt "$api"
    ends "$api" 0
done

# A stall of the server: it loses what it does not record, and the tape keeps the time all the same.
records stall portaudio:WASAPI
server=$(bash "$ROOT/scripts/sound.sh" status | grep -oE '[0-9]+$')
before=$(fact "$DECK.stall" head_frames) began=$(date +%s%N)
wait_until "some windows are known" head_reaches "$DECK.stall" $((before + 5 * 48000))
kill -STOP "$server"
sleep 1.5 # the length of the stall, not a race
kill -CONT "$server"
wait_until "the loss is known" head_reaches "$DECK.stall" $((before + 14 * 48000))
expected=$((before + ($(date +%s%N) - began) * 48 / 1000000)) head=$(fact "$DECK.stall" head_frames)
difference=$((head - expected))
((difference > -24000 && difference < 24000)) ||
    complain "after the stall the tape is $difference frames from the time"
interrupt stall
ends stall 0

# A pulled plug: the recorder says so and does not call it a success. The sink is one of our own.
module=$(pactl load-module module-null-sink sink_name=tapemap_plug \
    sink_properties=device.description=tapemap_plug)
records plug portaudio:WASAPI:tapemap_plug
pactl unload-module "$module"
ends plug 1
matches "what the recorder says" "went away" "$(tail -n 1 plug.err)"
passed
