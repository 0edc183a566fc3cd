#!/usr/bin/env bash
# demo.sh [--hostapi WASAPI|DirectSound|MME]: tapemap's main job on real sound, from nothing: sets
# up and builds, plays speech into a private sound server, records it under Wine, reads the
# recording from other processes while it grows, exports it and finds in it what was played. Then
# the same onto a file, whose recorder is killed.
# Leaves build/demo/demo.wav and take.wav, and nothing running that it started.
set -euo pipefail
source "$(dirname "$0")/common.sh"

DEMO=build/demo
DECK=demo
WORDS="This is tapemap. What you hear is in memory already, \
and other programs read it while I speak."
# The recording goes on for so long after the sound: a frame that the sound system dropped shows as
# a deficit against the clock that lasts, and the recorder watches some seconds to be sure of it.
SETTLE_FRAMES=$((8 * 48000))

source_options=(--source portaudio)
case ${1-}:${2-}:$# in
::0) ;;
--hostapi:WASAPI:2 | --hostapi:DirectSound:2 | --hostapi:MME:2)
    source_options=(--source "portaudio:$2" --rate 48000)
    ;;
*) fail "demo.sh $*" "these are not its arguments" \
    "give none, or --hostapi WASAPI, DirectSound or MME" ;;
esac

# Only what this run has started is stopped at its end.
started=()
recorder=
player=
clean_up() {
    local script
    stop_ticker
    [[ -z $player ]] || kill "$player" 2>/dev/null || true
    [[ -z $recorder ]] || end_recorder KILL || true
    for script in "${started[@]}"; do
        bash "scripts/$script" stop || true
    done
}

# end_recorder SIGNAL: as Ctrl+C would, with INT, and waits for its end.
end_recorder() {
    local pid=$recorder
    recorder=
    kill "-$1" "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null
}

tapemap() {
    bash scripts/wine.sh tapemap "$@"
}

# A number out of what tapemap says about the deck; nothing while there is no such deck.
fact() {
    tapemap info "$DECK" --json 2>/dev/null |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1" 2>/dev/null
}

# wait_for COMMAND...: until it succeeds, or the recorder has ended.
wait_for() {
    local deadline=$((SECONDS + 30))
    until "$@"; do
        if ! kill -0 "$recorder" 2>/dev/null || ((SECONDS > deadline)); then
            tail -n 5 "$DEMO/recorder.log" >&2
            fail "recording" "it does not go on" "see what the recorder says above"
        fi
        sleep 0.1
    done
}

head_is_at() {
    local head
    head=$(fact head_frames) && ((head >= $1))
}

# wait_for_head FRAMES: until the deck has recorded so much.
wait_for_head() {
    wait_for head_is_at "$1"
}

# For soxi the growing file is a WAV like any other.
file_has() {
    local frames
    frames=$(soxi -s "$DEMO/take.wav" 2>/dev/null) && ((frames >= $1))
}

make_sound() {
    espeak-ng -v en -s 150 -w "$DEMO/words.wav" "$WORDS"
    # Without dither (-D), so that silence is digital silence.
    sox -D "$DEMO/words.wav" -r 48000 -b 16 -c 2 "$DEMO/speech.wav" gain -n -6
    sox -D -n -r 48000 -b 16 -c 2 "$DEMO/chirp.wav" synth 1 sine 200:12000 gain -6 pad 0 0.5
    sox -D "$DEMO/chirp.wav" "$DEMO/speech.wav" "$DEMO/played.wav"
    sox -D "$DEMO/played.wav" -t raw "$DEMO/played.raw"
}

# Silence until there is a file of this name, then the sound, then silence for ever: one stream
# from the first frame recorded to the last, for the sound server stumbles where a stream begins.
sound_and_silence() {
    until [[ -e $DEMO/play-now ]]; do
        head -c 19200 /dev/zero
    done
    cat "$DEMO/played.raw" /dev/zero
}

start_player() {
    rm -f "$DEMO/play-now"
    eval "$(bash scripts/sound.sh env)"
    exec paplay --raw --format=s16le --rate=48000 --channels=2 --latency-msec=200 \
        --device=tapemap_null < <(sound_and_silence 2>/dev/null)
}

start_helper() {
    bash "scripts/$1" status >/dev/null || {
        started+=("$1")
        bash "scripts/$1" start
    }
}

# start_recorder OPTIONS...: besides the deck and the source.
start_recorder() {
    bash scripts/wine.sh tapemapd record --deck "$DECK" "${source_options[@]}" "$@" \
        </dev/null 2>"$DEMO/recorder.log" &
    recorder=$!
    start_ticker "waiting for the first frames"
    wait_for_head 1
    stop_ticker
    head -n 1 "$DEMO/recorder.log"
}

check() {
    local lost lost_frames options=()
    lost=$(($(fact gap_count) + $(fact overflow_count)))
    lost_frames=$(fact gap_frames)
    if ((lost == 0)); then
        say "   The journal has no gap, so every sample must be right."
        options=(--exact)
    else
        say "   The journal has gaps of $lost_frames frames in all, so not all can be right."
    fi
    python3 scripts/check_recording.py "$DEMO/played.wav" "$DEMO/demo.wav" "${options[@]}"
}

cd "$ROOT"
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
say "1. Installing what is missing and building the programs."
bash scripts/setup.sh
bash scripts/build.sh release
mkdir -p "$DEMO"
say "2. Making something to play: a chirp, which has a sharp place in time, and speech."
step "making the sound" make_sound
say "3. Starting a private sound server, whose sink is heard by nobody but the recorder, and Wine."
start_helper sound.sh
start_helper wine-session.sh
start_player &
player=$!
say "4. Recording the sink's monitor: tapemapd record --deck $DECK ${source_options[*]}"
start_recorder
say "5. Playing the sound into the sink with paplay."
began=$(fact head_frames)
touch "$DEMO/play-now"
say "6. Another process looks at the recording: tapemap info $DECK"
tapemap info "$DECK"
say "7. Three seconds of its levels: tapemap meter $DECK --seconds 3"
tapemap meter "$DECK" --seconds 3 | cat
say "8. What is being recorded on this machine: tapemap list"
tapemap list
say "9. Waiting for the end of the sound, and some seconds to see whether frames were lost."
start_ticker "recording"
wait_for_head $((began + $(soxi -s "$DEMO/played.wav") + SETTLE_FRAMES))
stop_ticker
say "10. Exporting while the recording goes on: tapemap export $DECK -o $DEMO/demo.wav"
tapemap export "$DECK" -o "$DEMO/demo.wav" --force
say "11. Looking for the sound that was played in what was recorded."
check
say "12. Stopping the recorder as Ctrl+C would."
end_recorder INT || fail "stopping the recorder" "it ended with code $?" "read $DEMO/recorder.log"
tail -n 1 "$DEMO/recorder.log"
say "13. The same onto a file: tapemapd record --store file --output $DEMO/take.wav"
kill "$player" 2>/dev/null || true
wait "$player" 2>/dev/null || true
rm -f "$DEMO"/take.wav*
start_player &
player=$!
start_recorder --store file --output "$DEMO/take.wav"
touch "$DEMO/play-now"
say "14. While it grows, programs that know nothing of tapemap open it: soxi $DEMO/take.wav"
wait_for file_has 48000
soxi "$DEMO/take.wav" | grep -E "Duration|Encoding"
wait_for file_has $((5 * 48000))
soxi "$DEMO/take.wav" | grep Duration
say "15. The recorder is killed (kill -9). The file is a WAV still; recover makes it complete:"
end_recorder KILL || true
soxi "$DEMO/take.wav" | grep -E "Duration|File Size"
tapemap recover "$DEMO/take.wav"
soxi "$DEMO/take.wav" | grep -E "Duration|File Size"
say ""
say "Done in $SECONDS s. The recordings are $DEMO/demo.wav and take.wav: play them with any player. To try next:"
say "  scripts/wine.sh tapemapd devices"
say "  scripts/wine.sh tapemapd record --deck t --source tone:ramp --ring 10m"
say "  and meanwhile, in another terminal:"
say "  scripts/wine.sh tapemap verify t --ramp"
say "  scripts/wine.sh tapemap export t --from -5s -o last.wav"
