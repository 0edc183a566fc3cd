#!/usr/bin/env bash
# Finished tapes are deleted by age, by size, and for room on a disk that is full: the oldest of the
# deck, and nothing else.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

make_volume disk tmpfs 12
mono=(--source tone:ramp --rate 8000 --channels 1 --store file --extent 1MiB --quiet)
tapes() {
    find "disk/${1:-.}" -name "${2:-*}.wav" | wc -l
}

# What must stay: another deck's tape, another program's file, and what is not a tape's at all.
tapemapd record --deck "$DECK.b" "${mono[@]}" --output disk --name 'a/{deck}.wav' --keep-free 0 \
    --duration 1s
head -c 100000 /dev/zero >disk/a/music.wav
tapemapd record --deck "$DECK" "${mono[@]}" --output disk --name 'a/{id}.wav' --keep-free 0 \
    --duration 10s --speed max
first=$(find disk/a -name '????????????????.wav')

# Somebody reads the first tape, and stands still.
mkfifo stuck
run_alone bash "$ROOT/scripts/wine.sh" "$BIN/tapemap.exe" tail "$first" --from start >stuck \
    2>reader.err &
pids[reader]=$!
exec 8<stuck
head -c 1000 <&8 >/dev/null

# Half an hour goes over a disk for five minutes: without a gap, and 3 MiB stay free when it is done.
code=0
tapemapd record --deck "$DECK" "${mono[@]}" --output disk --name 'a/{id}.wav' --keep-free 1MiB \
    --rotate length:10s --duration 30m --speed max 2>room.err || code=$?
same "exit code on a full disk" 0 "$code"
(($(room_in disk) >= 1024)) || complain "less is free than was asked for: $(room_in disk) KiB"
[[ -e $first ]] || complain "a tape was deleted that somebody reads"
[[ -e disk/a/$DECK.b.wav ]] || complain "another deck's tape was deleted"
[[ -e disk/a/music.wav ]] || complain "another program's file was deleted"
# A tape that is completed while the disk is full keeps its index beside it, and that is told.
while read -r index; do
    grep -q "completed '${index%.index}'; .* stay in the index file beside it" room.err ||
        complain "an index file was left without a word: $index"
done < <(find disk -name '*.index')
left=$(tapes a '????????????????')
((left > 5 && left < 60)) || complain "$left tapes are left"
oldest=$(tapemap info "$first" --json | python3 "$E2E/json_value.py" id)
same "the tape that is held" "$(basename "$first" .wav)" "$oldest"
kill -KILL "${pids[reader]}"
exec 8<&-

# By size: what was held goes first, each deletion is told, and the newest stays whatever it takes.
start size tapemapd record --deck "$DECK" "${mono[@]:0:10}" --output disk --name 'a/{id}.wav' \
    --keep-free 0 --rotate length:1s --keep-size 1k
is_small() {
    [[ ! -e $first ]] && (($(tapes a '????????????????') <= 3))
}
wait_until "the old ones go by size" is_small
interrupt size
ends size 0
matches "what is told" "deleted '[^']*$(basename "$first")' \(.* KiB\): .* than --keep-size says" \
    "$(cat size.err)"
(($(tapes a '????????????????') >= 1)) || complain "by size no tape is left: $(cat size.err)"

# By age, with the folders that become empty.
tapemapd record --deck "$DECK" "${mono[@]}" --output disk --name '{id}/{deck}.wav' --keep-free 0 \
    --duration 1s
aged=$(dirname "$(find disk -path "*/????????????????/$DECK.wav")")
start age tapemapd record --deck "$DECK" "${mono[@]:0:10}" --output disk --name '{id}/{deck}.wav' \
    --keep-free 0 --keep 1s --rotate length:1s
wait_until "the folder of a tape that is too old goes" test ! -e "$aged"
interrupt age
ends age 0
matches "what is told" "it ended longer ago than --keep says" "$(cat age.err)"
[[ -e disk/a/$DECK.b.wav && -e disk/a/music.wav ]] || complain "more was deleted than the deck's"

# On a disk that is only full nothing is deleted.
before=$(tapes)
code=0
tapemapd record --deck "$DECK" "${mono[@]}" --output disk --name 'a/{id}.wav' \
    --keep-free 1MiB --duration 30m --speed max 2>full.err || code=$?
same "exit code without --rotate" 1 "$code"
matches "what is told" "the disk is full" "$(cat full.err)"
(($(tapes) >= before)) || complain "a tape was deleted, and nobody had asked for that"

# A deck whose own tapes have filled the disk begins all the same, where they may go.
leave_room disk 100
tapemapd record --deck "$DECK" "${mono[@]:0:10}" --output disk --name 'a/{id}.wav' --keep-free 1MiB \
    --rotate length:10s --duration 30s --speed max 2>again.err || complain "$(<again.err)"
matches "what is told" "deleted '.*--keep-free says" "$(<again.err)"
rm disk/filler

# A disk that something else has filled meanwhile: the last tape is complete, and what is to be free
# is free.
tapemapd record --deck "$DECK" "${mono[@]:0:10}" --output disk --name 'a/{id}.wav' --keep-free 0 \
    --duration 3m --speed max
start late tapemapd record --deck "$DECK" "${mono[@]:0:10}" --output disk --name 'a/{id}.wav' \
    --keep-free 1MiB --rotate length:1h
wait_until "it records" head_reaches "$DECK" 800
leave_room disk 40
interrupt late
ends late 0
(($(room_in disk) >= 1024)) || complain "less is free than was asked for: $(room_in disk) KiB"
[[ -z $(find disk -name '*.index') ]] || complain "the last tape is not complete: $(<late.err)"
rm disk/filler

fails 2 "--keep applies to files only" tapemapd record --deck x --source tone:ramp --keep 1d
fails 2 "--keep-size .*names a folder" tapemapd record --deck x --source tone:ramp --store file \
    --output x.wav --keep-size 1GiB
fails 2 "--keep 'soon' is no time" tapemapd record --deck x --source tone:ramp --store file \
    --keep soon
passed
