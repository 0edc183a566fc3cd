#!/usr/bin/env bash
# --on-finished: a program is told of every tape, also of the last one, when its file is complete.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

record=(tapemapd record --deck "$DECK" --source tone:ramp --store file --output tapes
    --name '{id}.wav' --extent 1MiB --keep-free 0)
hook="$BIN/host_finished_hook_test.exe note \"the hook.txt\"" # and the exit code it is to have

"${record[@]}" --rotate length:10s --duration 35s --speed 5x --on-finished "$hook 0" 2>hook.err
mv "the hook.txt" told.txt
same "how often it was started" 4 "$(grep -c '^DECK='"$DECK" told.txt)"
same "positions" "0 480000 960000 1440000" \
    "$(sed -n 's/^SERIES_POSITION=//p' told.txt | tr '\n' ' ' | sed 's/ $//')"
same "reasons" "rotated rotated rotated duration" \
    "$(sed -n 's/^REASON=//p' told.txt | tr '\n' ' ' | sed 's/ $//')"
for id in $(sed -n 's/^TAPE_ID=//p' told.txt); do
    [[ -e tapes/$id.wav ]] || complain "there is no tape $id"
done
same "what is said" "" "$(own_words <hook.err |
    grep -v 'record\|: waiting for the readers of \|still runs after' || true)"

# What it has yet to be told of stays, however slow it is: --keep-size would leave one tape.
"${record[@]}" --rotate length:1s --duration 3s --speed 4x --keep-size 1k \
    --on-finished "$hook 0 1" 2>slow.err
# What does not fit into the ten seconds of the end is told.
late=$(grep -c "was not started for .*because the recorder stops" slow.err || true)
((late < 3)) || die "it was not started at all: $(<slow.err)"
mv "the hook.txt" slow.txt
same "how often it was started" $((3 - late)) "$(grep -c '^DECK='"$DECK" slow.txt)"
same "whose file was still there when it was done" $((3 - late)) \
    "$(grep -c '^IS_THERE=yes$' slow.txt)"
same "what else it was not started for" "" \
    "$(grep 'not started' slow.err | grep -v 'because the recorder stops' || true)"

# What is wrong for every tape is told once, and logged each time.
"${record[@]}" --rotate length:10s --duration 20s --speed max --on-finished "$hook 7" \
    --log wrong.log 2>wrong.err
same "how often it is said" 1 "$(grep -c 'ended with code 7' wrong.err)"
same "how often it is logged" 2 "$(grep -c 'ended with code 7' wrong.log)"

# What the program says by its exit code is told; so is one that cannot be started.
"${record[@]}" --duration 1s --on-finished "$hook 5" 2>code.err
matches "exit code 5" "_test.exe' ended with code 5 for 'tapes/[0-9a-f]+.wav'; " "$(cat code.err)"
"${record[@]}" --duration 1s --on-finished 'C:\windows\system32\cmd.exe /c exit 6' 2>shell.err
matches "a shell's own command" "cmd.exe' ended with code 6 for 'tapes/" "$(cat shell.err)"
"${record[@]}" --duration 1s --on-finished no-such-program 2>none.err
matches "no program" "the program 'no-such-program' cannot be started: .*; check" "$(cat none.err)"
fails 2 "names no program that can be started without a shell; give an .exe" \
    "${record[@]}" --on-finished 'tidy.bat now'
fails 2 "--on-finished applies to files only" \
    tapemapd record --deck x --source tone:ramp --on-finished x.exe
passed
