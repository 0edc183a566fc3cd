#!/usr/bin/env bash
# session.sh start|stop: what the end-to-end tests share, as a fixture of CTest: the sound server,
# and a Wine that stays up between programs. `stop` stops what `start` has started, no more.
set -euo pipefail
source "$(dirname "$0")/../../scripts/common.sh"

STARTED=$ROOT/build/e2e/started

start() {
    local helper
    mkdir -p "${STARTED%/*}"
    : >"$STARTED"
    for helper in sound.sh wine-session.sh; do
        bash "$ROOT/scripts/$helper" status >/dev/null || {
            bash "$ROOT/scripts/$helper" start
            echo "$helper" >>"$STARTED"
        }
    done
}

stop() {
    local helper
    while read -r helper; do
        bash "$ROOT/scripts/$helper" stop
    done <"$STARTED"
    rm -f "$STARTED"
}

case ${1-} in
start | stop) "$1" ;;
*) fail "session.sh ${1-}" "this is not one of its verbs" "use start or stop" ;;
esac
