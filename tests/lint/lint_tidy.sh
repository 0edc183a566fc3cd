#!/usr/bin/env bash
# lint_tidy.sh ROOT BUILD [OTHER]: clang-tidy finds nothing (.clang-tidy) in the sources that the
# build in BUILD compiles and the one in OTHER does not. What was found clean is noted in the cache
# by all that it depends on, and is not looked at again. With OTHER it runs beside tests that wait for
# real time, so it takes one processor, and that only when nobody else wants it.
set -euo pipefail
cd "$1"
source scripts/common.sh

priority=0 processes=$(nproc)
[[ -z ${3-} ]] || priority=19 processes=1
BUILD=$2
export BUILD NOTES=$CACHE/tidy
target=()
if grep -q mingw "$BUILD/compile_commands.json"; then
    # The checks beside the analyzer's would read all that windows.h declares: half of the time.
    target=(--extra-arg=--target=x86_64-w64-windows-gnu '--checks=-bugprone-*,-cert-*,-misc-*')
fi

sources_of() {
    [[ -e $1/compile_commands.json ]] || return 0
    python3 - "$1" "$ROOT" <<'PYTHON'
import json, os, sys
ours = tuple(os.path.join(sys.argv[2], part) + "/" for part in ("client", "service", "samples"))
with open(os.path.join(sys.argv[1], "compile_commands.json")) as file:
    print(*sorted({one["file"] for one in json.load(file)
                   if one["file"].startswith(ours) and one["file"].endswith(".c")}), sep="\n")
PYTHON
}

# Of all that any of the sources may depend on.
headers=$({ clang-tidy --version; cat .clang-tidy "$0"
            find client service samples -name '*.h' -print0 | sort -z | xargs -0 cat; } | sha256sum)

look_at() {
    local note
    note=$NOTES/$({ echo "$headers" "${@:2}"; cat "$1"; } | sha256sum | cut -c 1-32)
    [[ ! -e $note ]] || return 0
    # One at a time: of the second in one process it says that no va_list is initialised.
    clang-tidy -p "$BUILD" --quiet --extra-arg=-UNDEBUG "${@:2}" "$1" 2>/dev/null && : >"$note"
}
export headers
export -f look_at

mkdir -p "$NOTES"
find "$NOTES" -type f -mtime +30 -delete
mapfile -t sources < <(comm -23 <(sources_of "$BUILD") <(sources_of "${3:-/nowhere}"))
((${#sources[@]} > 20)) || fail "looking for sources" "there are only ${#sources[@]}" \
    "configure with CMAKE_EXPORT_COMPILE_COMMANDS=ON"
printf '%s\0' "${sources[@]}" |
    nice -n "$priority" xargs -0 -P "$processes" -I '{}' bash -c 'look_at "$@"' _ '{}' "${target[@]}"
