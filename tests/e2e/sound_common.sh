# shellcheck shell=bash
# Helpers of the end-to-end tests with real sound, which source this file after e2e_common.sh. Each
# plays into a sink of its own and records that sink's monitor, by name, so that what else plays on
# the sound server does not matter.

RATE=48000
SINK=
module=
player=
stopped_server=

eval "$(bash "$ROOT/scripts/sound.sh" env)"

# make_sink NAME: MME cuts the names of devices at 31 characters, "Monitor of " included.
make_sink() {
    local old
    SINK=$1
    # One of this name is left from a test that was killed.
    pactl list short modules | awk -v name="sink_name=tapemap_$SINK" '
        { for (i = 1; i <= NF; i++) if ($i == name) print $1 }' |
        while read -r old; do pactl unload-module "$old"; done
    module=$(pactl load-module module-null-sink "sink_name=tapemap_$SINK" format=s16le \
        rate=$RATE channels=2 "sink_properties='device.description=\"$SINK\"'")
}

# Silence until there is a file play-now, then sound.raw, then silence for ever: one stream from the
# first frame recorded to the last, for the sound server stumbles where a stream begins.
start_player() {
    sound_and_silence() {
        until [[ -e play-now ]]; do
            head -c 19200 /dev/zero
        done
        cat sound.raw /dev/zero
    }
    paplay --raw --format=s16le --rate=$RATE --channels=2 --latency-msec=200 \
        "--device=tapemap_$SINK" < <(sound_and_silence 2>/dev/null) &
    player=$!
}

# start_recording HOSTAPI ARGS...: records the sink's monitor as $DECK, and waits for a second of it.
start_recording() {
    start recorder tapemapd record --deck "$DECK" --source "portaudio:$1:Monitor of $SINK" \
        --rate $RATE "${@:2}"
    wait_until "$1 records" head_reaches "$DECK" $RATE
}

clean_up_sound() {
    [[ -z $stopped_server ]] || kill -CONT "$stopped_server"
    [[ -z $player ]] || kill "$player" 2>/dev/null
    [[ -z $module ]] || pactl unload-module "$module"
}
