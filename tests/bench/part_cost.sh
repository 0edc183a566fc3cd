# shellcheck shell=bash
# Sourced by scripts/bench.sh: processor time and memory of recorders that record in real time.

COST_SECONDS=20
COST_FILE=$BENCH/cost.wav

part_cost() {
    local runs
    runs=$(amount 3 1)
    COST_SECONDS=$(amount 20 4)
    for ((; runs > 0; runs--)); do
        cost_idle
        cost_stereo
        cost_wide
    done
}

# What the servers take of themselves.
cost_idle() {
    local served=()
    mapfile -t served < <(server_ns)
    sleep "$COST_SECONDS"
    report_servers cost "(nothing records)" "${served[@]}"
}

cost_stereo() {
    local pulse=tapemap_null.monitor
    # Each of them as its manual says.
    cost_of cost "tapemap, pagefile" recorder_of --source portaudio --store pagefile
    cost_of cost "tapemap, file" recorder_of --source portaudio --store file --keep-free 0 \
        --output "$COST_FILE"
    cost_of cost "tapemap, pagefile, a tone" recorder_of --source tone:silence --channels 2 \
        --rate 48000 --format s16 --store pagefile
    cost_of cost "parecord" parecord -d "$pulse" --format=s16le --rate=48000 --channels=2 \
        --file-format=wav "$COST_FILE"
    cost_of cost "arecord" arecord_of "$pulse"
    cost_of cost "ffmpeg" ffmpeg -v error -f pulse -i "$pulse" -y "$COST_FILE"
}

# 64 channels of 48 kHz s16: what no sound server delivers, so both make their own.
cost_wide() {
    cost_of "cost of 64" "tapemap, pagefile" recorder_of --source tone:silence --channels 64 \
        --rate 48000 --format s16 --store pagefile
    cost_of "cost of 64" "tapemap, file" recorder_of --source tone:silence --channels 64 \
        --rate 48000 --format s16 --store file --keep-free 0 \
        --output "$COST_FILE"
    cost_of "cost of 64" "ffmpeg" ffmpeg -v error -re -f s16le -ar 48000 -ac 64 -i /dev/zero \
        -y "$COST_FILE"
}

recorder_of() {
    exec bash "$ROOT/scripts/wine.sh" "$BIN/tapemapd.exe" record --quiet --deck "bench cost" "$@"
}

arecord_of() {
    printf '</usr/share/alsa/alsa.conf>\npcm.bench { type pulse device "%s" }\n' "$1" \
        >"$BENCH/alsa.conf"
    ALSA_CONFIG_PATH=$BENCH/alsa.conf exec arecord -q -D bench -f S16_LE -r 48000 -c 2 "$COST_FILE"
}

# Of Wine's server, and of the sound server.
server_ns() {
    cpu_ns "$(server_pid)"
    cpu_ns "$(<"$ROOT/build/sound/pid")"
}

# per_hour NANOSECONDS: seconds of processor time in an hour of recording.
per_hour() {
    awk -v ns="$1" -v all="$COST_SECONDS" 'BEGIN { print ns * 3600 / all / 1e9 }'
}

# report_servers TABLE ROW BEFORE...
report_servers() {
    local now=()
    mapfile -t now < <(server_ns)
    figure "$1" "$2" "Wine's server" "$(per_hour $((now[0] - $3)))"
    figure "$1" "$2" "sound server" "$(per_hour $((now[1] - $4)))"
}

# cost_of TABLE ROW COMMAND...: from the fourth second on.
cost_of() {
    local table=$1 row=$2 cpu served=()
    shift 2
    rm -f "$COST_FILE" "$COST_FILE.index"
    ("$@") </dev/null >/dev/null 2>"$LOGS/bench-cost.log" &
    recorder=$!
    children+=("$recorder")
    sleep 4
    recorder=$(innermost "$recorder")
    [[ -d /proc/$recorder ]] || {
        trouble "recording with $row ($(head -n 1 "$LOGS/bench-cost.log"))"
        return
    }
    cpu=$(cpu_ns "$recorder")
    mapfile -t served < <(server_ns)
    sleep "$COST_SECONDS"
    [[ -d /proc/$recorder ]] || {
        trouble "recording with $row, which has ended"
        return
    }
    figure "$table" "$row" "recorder" "$(per_hour $(($(cpu_ns "$recorder") - cpu)))"
    report_servers "$table" "$row" "${served[@]}"
    figure "$table" "$row" "resident, MiB" "$(mib "$(memory_kib "$recorder" VmRSS)")"
    figure "$table" "$row" "private, MiB" "$(mib "$(memory_kib "$recorder" RssAnon)")"
    [[ $row != tapemap* ]] || figure "$table" "$row" "messages/s" "$(messages_of "$recorder")"
    kill -TERM "$recorder" 2>/dev/null || true
    wait "${children[-1]}" 2>/dev/null || true
    rm -f "$COST_FILE" "$COST_FILE.index"
}

# To Wine's server, a second; after the measurement, for a tracer costs time. Each is a write of 64
# bytes or more; shorter ones go to pipes by which threads wake each other.
messages_of() {
    local trace=$BENCH/messages
    timeout -s INT 3 strace -q -f -e trace=write,writev -o "$trace" -p "$1" 2>/dev/null || true
    awk '/= [0-9]+$/ && $NF >= 64 { calls++ } END { print calls / 3 }' "$trace"
    rm -f "$trace"
}

# The process that a shell started last, if it still is one.
innermost() {
    local child
    child=$(pgrep -P "$1" | tail -n 1) || true
    echo "${child:-$1}"
}
