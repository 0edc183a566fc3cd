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

# make_sink NAME [DESCRIPTION]: MME cuts the names of devices at 31 characters, "Monitor of " included.
make_sink() {
    local old description=${2:-$1}
    SINK=$1
    # One of this name is left from a test that was killed.
    pactl list short modules | awk -v name="sink_name=tapemap_$SINK" '
        { for (i = 1; i <= NF; i++) if ($i == name) print $1 }' |
        while read -r old; do pactl unload-module "$old"; done
    module=$(pactl load-module module-null-sink "sink_name=tapemap_$SINK" format=s16le \
        rate=$RATE channels=2 "sink_properties='device.description=\"$description\"'")
}

# start_player MILLISECONDS: with so much of it ahead in the sound server.
# Silence until there is a file play-now, then sound.raw, then silence for ever: one stream from the
# first frame recorded to the last, for the sound server stumbles where a stream begins.
start_player() {
    sound_and_silence() {
        until [[ -e play-now ]]; do
            head -c 19200 /dev/zero
        done
        cat sound.raw /dev/zero
    }
    paplay --raw --format=s16le --rate=$RATE --channels=2 --latency-msec="$1" \
        "--device=tapemap_$SINK" < <(sound_and_silence 2>/dev/null) &
    player=$!
}

# start_recording HOSTAPI ARGS...: records the sink's monitor as $DECK, and waits for a second of it.
start_recording() {
    start recorder tapemapd record --deck "$DECK" --source "portaudio:$1:Monitor of $SINK" \
        --rate $RATE "${@:2}"
    wait_until "$1 records" head_reaches "$DECK" $RATE
}

# now_and_head FILE: "NANOSECONDS FRAMES" of a file tape that is recorded, taken together.
now_and_head() {
    local before after=0 head
    while true; do
        before=$(date +%s%N)
        head=$(od -A n -t u8 -j $((4096 + 512)) -N 8 "$1")
        after=$(date +%s%N)
        ((after - before >= 200000000)) || break
    done
    echo $(((before + after) / 2)) $((head))
}

# keeps_time FILE TIME HEAD: since then the recording has grown by as much as time has passed. How
# much is in $recorded_ms and $took_ms.
keeps_time() {
    local time head off_ms
    read -r time head < <(now_and_head "$1")
    took_ms=$(((time - $2) / 1000000))
    recorded_ms=$(((head - $3) * 1000 / RATE))
    off_ms=$((recorded_ms - took_ms))
    ((off_ms < 400 && off_ms > -400))
}

# in_tries NAME COMMAND...: on a busy machine the sound server drops packets without a word to
# anybody; what is wrong in the program is wrong each time.
in_tries() {
    local try
    for try in 1 2 3 4 5 6; do
        if "${@:2}" >found.out 2>&1; then
            echo "$1, try $try: $(cat found.out)"
            return
        fi
    done
    complain "$1: $(cat found.out)"
}

# begin_again: ends the player and the recorder of an earlier try.
begin_again() {
    rm -f play-now
    [[ -n ${pids[recorder]-} ]] || return 0
    interrupt recorder
    ends recorder 0
    kill "$player"
    wait "$player" || true
}

clean_up_sound() {
    [[ -z $stopped_server ]] || kill -CONT "$stopped_server"
    [[ -z $player ]] || kill "$player" 2>/dev/null
    [[ -z $module ]] || pactl unload-module "$module"
}
