#!/usr/bin/env bash
# sound.sh start|stop|status|env: a private sound server without a sound card, for tests and demos.
# What is played into its sink `tapemap_null` comes out of that sink's monitor, which Wine offers to
# Windows programs as an input device. No setting of the system or the user is read or changed.
#
# `env` prints what a client needs: eval "$(scripts/sound.sh env)"; paplay FILE
set -euo pipefail
source "$(dirname "$0")/common.sh"

SOUND=$ROOT/build/sound
SOCKET=$SOUND/socket
PID_FILE=$SOUND/pid
LOG=$LOGS/sound.log
# MME cuts device names at 31 characters, and "Monitor of " comes in front of this.
NULL_SINK="module-null-sink sink_name=tapemap_null format=s16le rate=48000 channels=2"
NULL_SINK+=" sink_properties='device.description=\"tapemap null output\"'"

# A number in a file may by now be another process's: ours has the socket among its arguments.
server_pid() {
    local pid
    [[ -e $PID_FILE ]] && pid=$(<"$PID_FILE") && [[ -n $pid ]] &&
        tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "socket=$SOCKET" && echo "$pid"
}

answers() {
    PULSE_SERVER=unix:$SOCKET PULSE_CLIENTCONFIG=/dev/null timeout 2 pactl info >/dev/null 2>&1
}

start() {
    need pulseaudio pactl
    if server_pid >/dev/null && answers; then
        return 0
    fi
    stop
    [[ ${#SOCKET} -lt 108 && $SOCKET != *[[:space:]]* ]] || fail "starting the sound server" \
        "its socket's path may have 107 characters and no spaces, unlike $SOCKET" \
        "move the checkout"
    mkdir -p "$SOUND" "$LOGS"
    chmod 700 "$SOUND"
    # Its own folders, an empty configuration and no bus: nothing from outside reaches it.
    HOME=$SOUND XDG_CONFIG_HOME=$SOUND PULSE_RUNTIME_PATH=$SOUND PULSE_STATE_PATH=$SOUND \
        PULSE_CONFIG=/dev/null PULSE_CLIENTCONFIG=/dev/null DBUS_SESSION_BUS_ADDRESS=disabled: \
        setsid pulseaudio -n --system=false --daemonize=no --use-pid-file=no --disable-shm=yes \
        --exit-idle-time=-1 --high-priority=no --realtime=no --log-target=stderr \
        --load="module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0 socket=$SOCKET" \
        --load="$NULL_SINK" \
        </dev/null >"$LOG" 2>&1 &
    local pid=$! deadline=$((SECONDS + 10))
    echo "$pid" >"$PID_FILE"
    until answers; do
        if ((SECONDS > deadline)) || ! kill -0 "$pid" 2>/dev/null; then
            tail -n 15 "$LOG" >&2
            fail "starting the sound server" "it does not answer" \
                "read ${LOG#"$ROOT"/}, where it says why"
        fi
        sleep 0.1
    done
}

# A test may have left it suspended, and then it would not hear that it should end.
stop() {
    local pid tenths=0
    if pid=$(server_pid); then
        kill -TERM "$pid"
        kill -CONT "$pid"
        while server_pid >/dev/null; do
            ((++tenths < 50)) || kill -KILL "$pid"
            sleep 0.1
        done
    fi
    rm -f "$PID_FILE" "$SOCKET"
}

case ${1-} in
start) start ;;
stop) stop ;;
status)
    if pid=$(server_pid) && answers; then
        say "running, process $pid"
    else
        say "not running"
        exit 1
    fi
    ;;
env) printf 'export PULSE_SERVER=%q PULSE_CLIENTCONFIG=/dev/null\n' "unix:$SOCKET" ;;
*) fail "sound.sh ${1-}" "this is not one of its verbs" "use start, stop, status or env" ;;
esac
