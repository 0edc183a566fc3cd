#!/usr/bin/env bash
# wine.sh PROGRAM ARGS...: runs a Windows program under this checkout's own Wine as if it were one
# of this system's: arguments, input, output, exit code and signals are the program's own. A bare
# name, such as tapemap, is a program of the release build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$ROOT/scripts/wine-env.sh"

(($# > 0)) ||
    fail "starting a Windows program" "none was named" "give one: wine.sh PROGRAM ARGS..."
program=$1
shift
if [[ $program == */* && ! -e $program ]]; then
    fail "starting $program" "there is no such file" "build it with scripts/build.sh"
elif [[ $program != */* && -e $ROOT/build/release/bin/${program%.exe}.exe ]]; then
    program=$ROOT/build/release/bin/${program%.exe}.exe
elif [[ $program =~ ^tapemapd?(\.exe)?$ ]]; then
    fail "starting $program" "it is not built" "run scripts/demo.sh or scripts/build.sh first"
fi

# A closed descriptor would become the first file that Wine opens for itself. In its place comes one
# that cannot be read, or written, either.
[[ -e /dev/fd/0 ]] || exec </dev/null
[[ -e /dev/fd/1 ]] || exec 1</dev/null
[[ -e /dev/fd/2 ]] || exec 2</dev/null

ensure_prefix
ensure_services
# TAPEMAP_PRELOAD is a library for the program and not for the commands of this script.
preload=()
[[ -z ${TAPEMAP_PRELOAD-} ]] || preload=(env LD_PRELOAD="$TAPEMAP_PRELOAD")
exec "${fixed_places[@]}" "${preload[@]}" wine "$program" "$@"
