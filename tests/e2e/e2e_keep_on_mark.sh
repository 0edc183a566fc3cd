#!/usr/bin/env bash
# A ring whose recorder keeps what lies around each mark.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

fails 2 "is for a --ring" tapemapd record --deck "$DECK" --source tone:ramp --keep-on-mark 1s,1s
fails 2 "more than the ring holds" \
    tapemapd record --deck "$DECK" --source tone:ramp --ring 1s --keep-on-mark 1s,1s
fails 2 "not understood; give the time before and after" \
    tapemapd record --deck "$DECK" --source tone:ramp --ring 1m --keep-on-mark 1s
fails 2 "goes with --keep-on-mark" \
    tapemapd record --deck "$DECK" --source tone:ramp --ring 1m --keep-to there

has_files() {
    local files
    files=$(compgen -G "kept/new/$DECK-*.wav" | wc -l)
    ((files == $1))
}

position_of() {
    sed -n 's/.*(frame \([0-9]*\)).*/\1/p' <<<"$1"
}

start ring tapemapd record --deck "$DECK" --source tone:ramp --ring 60s --keep-on-mark 1s,1s \
    --keep-to kept/new
wait_until "the ring is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 96000
first=$(position_of "$(tapemap mark "$DECK" first)")
second=$(position_of "$(tapemap mark "$DECK" second)")
wait_until "both are kept" has_files 2
files=(kept/new/"$DECK"-*.wav)
is_ramp "${files[0]}" s16 2 $((first - 48000)) 96000
is_ramp "${files[1]}" s16 2 $((second - 48000)) 96000
matches "the name" "/$DECK-[0-9]{8}T[0-9]{6}\.[0-9]{3}Z\.wav\$" "${files[0]}"
wait_until "the recorder says so" \
    grep -q "around the mark at frame $second is kept in kept/new/$DECK" ring.err

tapemap stop "$DECK" >/dev/null
ends ring 0

# The recorder ends before the time after the mark is over: what there is, and a warning.
start long tapemapd record --deck "$DECK" --source tone:ramp --ring 60s --keep-on-mark 1s,50s \
    --keep-to kept/new
wait_until "the long ring is listed" is_listed "$DECK"
wait_until "there is sound again" head_reaches "$DECK" 48000
third=$(position_of "$(tapemap mark "$DECK" third)")
tapemap stop "$DECK" >/dev/null
ends long 0
wait_until "the third is kept" has_files 3
matches "the warning" "warning: deck '$DECK': not all around the mark at frame $third is kept; kept/" \
    "$(cat long.err)"
matches "the log" "were not recorded any more" "$(cat "kept/new/$DECK-keep.log")"
passed
