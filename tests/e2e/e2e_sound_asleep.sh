#!/usr/bin/env bash
# The sound server does not answer: opening the device hangs, and Ctrl+C ends the recorder.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

asks_the_server() {
    grep -q winepulse "/proc/${pids[recorder]}/maps"
}

stopped_server=$(<"$ROOT/build/sound/pid")
kill -STOP "$stopped_server"
start recorder tapemapd record --deck "$DECK" --source portaudio
wait_until "it opens the device" asks_the_server
interrupt recorder
ends recorder 58 # of 0xC000013A, what Ctrl+C ends a program with
kill -CONT "$stopped_server"
tapemapd record --deck "$DECK" --source tone:ramp --duration 100ms --quiet
passed
