#!/usr/bin/env bash
# The log of a recorder: what happens to the deck is in it at once, whatever others do to the file;
# and a log that cannot be written stops no recording.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

LOG=Lärm.log

record() {
    start recorder tapemapd record --deck "$DECK" --source tone:ramp --log "$@"
}

logged() {
    grep -qE "^20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z deck $DECK: $1" "$LOG" 2>/dev/null
}

record "$LOG"
wait_until "the beginning is logged" logged 'recording tone:ramp on tape'

# Somebody deletes it meanwhile.
rm "$LOG"
interrupt recorder
ends recorder 0
logged 'ended \(requested\) at frame [0-9]+: ' || complain "the end is not in the new file"
same "lines of the new file" 0 "$(grep -c 'on tape' "$LOG" || true)"

# Where the system cannot be asked to stay awake that is a line, however often it would be asked; and
# none when it may fall asleep.
asked_in_vain() {
    grep -c 'the system cannot be asked to stay awake: .*; see that it does not' "$LOG" || true
}
rm "$LOG"
record "$LOG"
wait_until "it records" head_reaches "$DECK" 4800
tapemap pause "$DECK" >pause.out
wait_until "it is paused" fact_is "$DECK" state paused
tapemap resume "$DECK" >pause.out
wait_until "it goes on" fact_is "$DECK" state recording
interrupt recorder
ends recorder 0
matches "how often it is said" '^[01]$' "$(asked_in_vain)"
rm "$LOG"
record "$LOG" --let-sleep --duration 1s
ends recorder 0
same "how often it is said with --let-sleep" 0 "$(asked_in_vain)"

# At 4 MiB a new one is begun, and five old ones are kept.
for i in 1 2 3 4 5; do echo "old $i" >"$LOG.$i"; done
mv "$LOG" "$LOG.rest"
python3 -c "import sys; sys.stdout.write('x' * 4194303 + '\n')" >"$LOG"
record "$LOG" --duration 2s
ends recorder 0
same "length of the old file" 4194304 "$(stat -c %s "$LOG.1")"
same "the one before it" "old 1" "$(<"$LOG.2")"
same "the last one" "old 4" "$(<"$LOG.5")"
[[ ! -e $LOG.6 ]] || complain "a sixth file is kept"
logged 'ended \(duration\)' || complain "the new file does not have the end"

# What happened since the newest look at a tape that is left is told too: its end for one.
rm "$LOG"
record "$LOG" --store file --output tapes --keep-free 0 --extent 1MiB --rotate length:1s \
    --speed max --duration 20s
ends recorder 0
same "tapes whose end is told" 19 "$(grep -c 'ended (rotated) at frame 48000: the deck' "$LOG")"
logged 'ended \(duration\) at frame 48000' || complain "the end of the last tape is not told"

# No folder, and no room for a line: told once, and recorded all the same.
record 'no folder/x.log' --duration 2s
ends recorder 0
same "complaints of a missing folder" 1 "$(grep -c "writing the log 'no folder/x.log'" recorder.err)"
rm -f "$LOG"
: >"$LOG"
chmod 444 "$LOG"
if ! { : >>"$LOG"; } 2>/dev/null; then # root writes everywhere
    record "$LOG" --duration 1s
    ends recorder 0
    same "complaints of a log that may not be written" 1 "$(grep -c 'writing the log' recorder.err)"
fi
chmod 644 "$LOG"

# It is tried again, and nothing is missing then.
mkdir "later.log"
record later.log
wait_until "it is told" grep -q "writing the log 'later.log'" recorder.err
rmdir later.log
wait_until "what waited is written" grep -q 'recording tone:ramp on tape' later.log
interrupt recorder
ends recorder 0
grep -q 'ended (requested)' later.log || complain "the end is not logged"

# What fails before there is a tape.
fails 1 "recording deck '$DECK': " tapemapd record --deck "$DECK" --source audio:none.wav --log "$LOG"
logged ".*none.wav" || complain "a failure to begin is not logged"
fails 2 '--log is empty; name a file' tapemapd record --deck "$DECK" --source tone:ramp --log ''
passed
