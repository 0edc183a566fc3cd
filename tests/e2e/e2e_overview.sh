#!/usr/bin/env bash
# Overviews of a tape: the data, the pictures and the text; and what is refused.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

check() {
    python3 -B "$E2E/check_overview.py" "$@" || complain "check_overview.py $*"
}

check make plain plain.wav
check make marked marked.wav

tapemap overview ./plain.wav --json >plain.json
check json plain plain.json
tapemap overview ./plain.wav --from 500f --to 1500f --json >short.json
check json plain short.json 500 1000
tapemap overview ./marked.wav --json >marked.json
check json marked marked.json

tapemap overview ./marked.wav -o marked.svg
check svg marked.svg
tapemap overview ./marked.wav -o - >stdout.svg
cmp marked.svg stdout.svg || complain "stdout has another picture than the file"
tapemap overview ./plain.wav -o plain.png --size 1200x300
check png plain.png

tapemap overview ./marked.wav >text
(($(LC_ALL=C.UTF-8 wc -L <text) < 80)) || complain "the text is wider than 79 columns"
matches "the text" "│door <open>" "$(cat text)"
tapemap overview ./marked.wav --ascii >ascii
same "characters beyond ASCII" "" "$(LC_ALL=C grep -P '[^\x00-\x7F]' ascii || true)"
matches "the gap" "/////" "$(cat ascii)"
tapemap overview ./plain.wav --from 77f --to 78f >/dev/null || complain "a single frame"

# A live deck, to now.
start recorder tapemapd record --deck "$DECK" --source tone:sine:440 --channels 8
wait_until "$DECK is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 48000
tapemap overview "$DECK" -o live.png
tapemap overview "$DECK" --from -500ms -o live.svg
interrupt recorder
ends recorder 0

fails 1 "cannot create 'marked.svg': it exists; give another name, or '--force'" \
    tapemap overview ./plain.wav -o marked.svg
check svg marked.svg
tapemap overview ./marked.wav -o marked.svg --force
fails 1 "make its folder first" tapemap overview ./plain.wav -o none/x.png
fails 1 "there is nothing; give a --from before --to" \
    tapemap overview ./plain.wav --from 2000f --to 1000f -o x.png
fails 1 "is not recorded yet" tapemap overview ./plain.wav --to 40000f -o x.png
fails 2 "'x.gif' is not known by its name; end it in .svg or .png" \
    tapemap overview ./plain.wav -o x.gif
fails 2 "'10x10' is no size" tapemap overview ./plain.wav -o x.png --size 10x10
fails 2 "'--size' is for a picture" tapemap overview ./plain.wav --size 1200x300
fails 2 "'--json' and '-o' exclude each other" tapemap overview ./plain.wav --json -o x.png
same "what was left behind" "" "$(compgen -G 'x.*' || true)$(compgen -G '*.part' || true)"

tapemap overview ./marked.wav -o - | head -c 10 >/dev/null || complain "a reader that leaves early"
passed
