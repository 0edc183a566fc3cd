#!/usr/bin/env bash
# Where a tape's file may lie, what it may be called, and what happens when the place is not there.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

TONE=(--source tone:ramp --format s16 --channels 2 --rate 48000 --quiet)
SHORT=(record --deck "$DECK" "${TONE[@]}" --speed max --duration 100ms --keep-free 0 --store file)
LIVE=("${TONE[@]}" --keep-free 0 --extent 1MiB)

# is_take FILE: a finished tape of what SHORT records, with nothing beside it.
is_take() {
    is_ramp "$1" s16 2 0 4800
    [[ ! -e $1.index ]] || complain "the index file of $1 is still there"
}

# refuses PATTERN ARGS...: SHORT with these arguments is no recording, and leaves no file.
refuses() {
    local before
    touch fails.out fails.err
    before=$(find . -type f | sort)
    fails "1|2" "$1" tapemapd "${SHORT[@]}" "${@:2}"
    same "files after $*" "$before" "$(find . -type f | sort)"
}

# ---- Names --------------------------------------------------------------------------------------

tapemapd "${SHORT[@]}"
found=("$DECK/$DECK"-????????T??????Z.wav)
is_take "${found[0]}"
for name in tape.wav tape-2.wav tape-3.wav; do # two in one second get numbers in the same way
    tapemapd "${SHORT[@]}" --output out --name tape.wav
    is_take out/$name
done
tapemapd "${SHORT[@]}" --output out --name 'in {date}/of {deck}/{id}.rf64'
found=(out/in\ ????????/"of $DECK"/????????????????.rf64)
[[ -e ${found[0]} ]] || complain "no file of the pattern"
cp "${found[0]}" copy.wav
is_take copy.wav
for name in '' '{nothing}.wav' '{deck.wav' 'a:b.wav' '../up.wav' 'a//b.wav' '/root.wav' 'no-ending' \
    '.wav' 'a /b.wav' 'a./b.wav' 'what?.wav' 'C:\x.wav'; do
    refuses "record: --name '.*' gives no path: .*; use for example" --output out --name "$name"
done
for name in con.wav 'AUX/x.wav' 'a/com1 .b.rf64'; do
    refuses "would be the name of a device" --output out --name "$name"
done
refuses "does not go with an --output that names the file itself" --output x.wav --name y.wav
refuses "--output does not go with a temporary file" --output out --store temp-file

# ---- Folders ------------------------------------------------------------------------------------

DECK_U="Gerät ♪ 録音 $DECK"
SHORT[2]=$DECK_U
tapemapd "${SHORT[@]}" --output "Ordner é/♫ 音"
found=("Ordner é/♫ 音/$DECK_U/$DECK_U"-*Z.wav)
is_take "${found[0]}"
same "deck" "$DECK_U" "$(fact "${found[0]}" deck)"
SHORT[2]=$DECK
long=$(printf "%080d/%080d/%080d/%080d" 1 2 3 4)
tapemapd "${SHORT[@]}" --output "$long"
found=("$long/$DECK/$DECK"-*Z.wav)
is_take "${found[0]}"
same "frames at the end of a long path" 4800 "$(fact "${found[0]}" head_frames)"
tapemap verify "${found[0]}" --ramp >/dev/null || complain "verify of a long path"
refuses "cannot be (made|named): .*; " --output "$(printf '%0300d' 7).wav"
refuses "cannot be (made|named): .*; " --output "$(printf '%05000d' 7)/x.wav"

echo "no folder" >plain
refuses "'plain.*' cannot be made: .*; give another --output" --output plain
refuses "'plain/in/it.wav' cannot be made: .*; " --output plain/in/it.wav
same "what is in the file" "no folder" "$(cat plain)"

cp copy.wav there.wav
refuses "the file 'there.wav' cannot be made: .*exists.*; choose another name, or move" \
    --output there.wav
cmp -s copy.wav there.wav || complain "the file that was there was changed"
cp copy.wav new.wav.index
refuses "the file 'new.wav.index' cannot be made: .*exists.*; choose another name" --output new.wav
cmp -s copy.wav new.wav.index || complain "the file beside it was changed"

make_volume locked tmpfs 8
mount -o remount,ro locked
refuses "'locked/take.wav' cannot be made: .*; choose a folder in which you may write" \
    --output locked/take.wav
refuses "the folder of 'locked.*' cannot be made: .*; give another --output" --output locked

# ---- Two recorders on one path ------------------------------------------------------------------

start first tapemapd record --deck "$DECK.first" "${LIVE[@]}" --store file --output one.wav
wait_until "the first records" head_reaches "$DECK.first" 24000
refuses "the file 'one.wav' cannot be made: .*; choose another name" --output one.wav
head=$(fact "$DECK.first" head_frames)
wait_until "the first goes on" head_reaches "$DECK.first" $((head + 24000))
interrupt first
ends first 0
is_ramp one.wav s16 2 0 "$(fact one.wav head_frames)"

# ---- A temporary file ---------------------------------------------------------------------------

# temporary_files ID: its file and its index's, in the folder for such files.
temporary_files() {
    find "$ROOT/build/wine/drive_c/" -name "tapemap-$1.wav*" | wc -l
}

start temp tapemapd record --deck "$DECK.temp" "${LIVE[@]}" --store temp-file
wait_until "it records" head_reaches "$DECK.temp" 48000
id=$(fact "$DECK.temp" id)
same "temporary files" 2 "$(temporary_files "$id")"
same "what is promised of it" 0 "$(fact "$DECK.temp" durable_frames)"
tapemap verify "$DECK.temp" --ramp >/dev/null || complain "verify of a temporary tape"
tail_into temp.tail "$DECK.temp" temp.wav --from start
interrupt temp
ends temp 0
ends temp.tail 0
is_ramp temp.wav s16 2 0 "$(soxi -s temp.wav)"
is_deleted() {
    (($(temporary_files "$id") == 0))
}
wait_until "the files have gone with the recorder" is_deleted

# Windows deletes them with the last handle, however their owner ends. So does Wine: its server
# holds the handles.
start killed tapemapd record --deck "$DECK.killed" "${LIVE[@]}" --store temp-file
wait_until "it records" head_reaches "$DECK.killed" 48000
id=$(fact "$DECK.killed" id)
kill -KILL "${pids[killed]}"
ends killed 137
wait_until "the files of the killed recorder have gone" is_deleted

# ---- The drive vanishes -------------------------------------------------------------------------

# Linux leaves a file system to whoever has files open on it, so the recorder loses only its path:
# it records on, and says in the end that it cannot find its file.
make_volume lazy tmpfs 16
start lazy tapemapd record --deck "$DECK.lazy" "${LIVE[@]}" --store file --output lazy/take.wav
wait_until "it records" head_reaches "$DECK.lazy" 48000
umount -l lazy
head=$(fact "$DECK.lazy" head_frames)
wait_until "it goes on" head_reaches "$DECK.lazy" $((head + 48000))
tapemap verify "$DECK.lazy" --ramp >/dev/null || complain "verify without a path"
interrupt lazy
ends lazy 1
matches "sentence" "completing 'lazy/take.wav': it cannot be opened: .*; see whether its disk is" \
    "$(cat lazy.err)"

# An ext4 that is shut down refuses everything, as a drive that was pulled. On Windows the first to
# fail is a write, under Wine a view of the file, and it blames memory. What was flushed is there
# when the drive is back.
make_volume drive ext4 24
start pulled tapemapd record --deck "$DECK.pulled" "${LIVE[@]}" --store file --output drive/take.wav
wait_until "it records" head_reaches "$DECK.pulled" 48000
has_flushed() {
    (($(fact "$DECK.pulled" durable_frames) >= 48000))
}
wait_until "a second of it is flushed" has_flushed
durable=$(fact "$DECK.pulled" durable_frames)
python3 -c '
import fcntl, os, struct
SHUTDOWN, WITHOUT_THE_LOG = 0x8004587D, 2
fcntl.ioctl(os.open("drive", os.O_RDONLY), SHUTDOWN, struct.pack("I", WITHOUT_THE_LOG))'
ends pulled 1
matches "what it says of the disk" "flushing deck '$DECK.pulled' to the disk: .*; recording goes on" \
    "$(own_words <pulled.err | head -n 1)"
matches "why it ended" "'$DECK.pulled': the tape has no room for more: .*; " "$(cat pulled.err)"
matches "completing" "completing 'drive/take.wav': .*; see whether its disk is" \
    "$(tail -n 1 pulled.err)"
is_free() {
    umount drive 2>/dev/null
}
wait_until "nobody uses the drive" is_free
mount -o loop drive.image drive
tapemap recover drive/take.wav >recover.out
frames=$(fact drive/take.wav head_frames)
((frames >= durable)) || complain "$frames frames of $durable durable ones are left"
is_ramp drive/take.wav s16 2 0 "$frames"
passed
