#!/usr/bin/env bash
# lint_tidy.sh ROOT BUILD [OTHER]: clang-tidy finds nothing (.clang-tidy) in the sources that the
# build in BUILD compiles and the one in OTHER does not. What was found clean is noted in the cache
# by all of ours that it depends on, and is not looked at again. With OTHER it runs beside tests that
# wait for real time, so it takes one processor, and that only when nobody else wants it.
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

# sources_of BUILD: our sources that it compiles, each with all of ours that it includes behind
# it, by tabs. The compiler said what these are when it built them.
sources_of() {
    [[ -e $1/compile_commands.json ]] || return 0
    ninja -C "$1" -t deps | python3 -c '
import os, sys
root, build = sys.argv[1:]
ours = tuple(os.path.join(root, part) + "/" for part in ("client", "service", "samples"))
files = {}
for block in sys.stdin.read().split("\n\n"):
    names = [os.path.abspath(os.path.join(build, line.strip())) for line in block.splitlines()[1:]]
    names = [name for name in names if name.startswith(ours)]
    if names and names[0].endswith(".c"):
        files.setdefault(names[0], set()).update(names[1:])
for source in sorted(files):
    if os.path.exists(source):
        print(source, *sorted(files[source]), sep="\t")
' "$ROOT" "$1"
}

tools=$({ clang-tidy --version; cat .clang-tidy "$0"; } | sha256sum)

# look_at SOURCE<tab>HEADER<tab>... ARGUMENT...
look_at() {
    local files note
    IFS=$'\t' read -ra files <<<"$1"
    note=$NOTES/$({ echo "$tools" "${@:2}"; cat "${files[@]}"; } | sha256sum | cut -c 1-32)
    [[ ! -e $note ]] || return 0
    # One at a time: of the second in one process it says that no va_list is initialised.
    clang-tidy -p "$BUILD" --quiet --extra-arg=-UNDEBUG "${@:2}" "${files[0]}" 2>/dev/null &&
        : >"$note"
}
export tools
export -f look_at

mkdir -p "$NOTES"
find "$NOTES" -type f -mtime +30 -delete
mapfile -t sources < <(LC_ALL=C join -t $'\t' -v 1 <(sources_of "$BUILD") \
    <(sources_of "${3:-/nowhere}"))
((${#sources[@]} > 20)) || fail "looking for sources" "there are only ${#sources[@]}" \
    "build them with ninja first"
printf '%s\0' "${sources[@]}" |
    nice -n "$priority" xargs -0 -P "$processes" -I '{}' bash -c 'look_at "$@"' _ '{}' "${target[@]}"
