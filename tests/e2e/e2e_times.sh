#!/usr/bin/env bash
# Times that people think in, on a file whose device drifts and whose clock was set, and on a live
# deck; and the lists of marks, gaps and clocks in every format.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

python3 "$E2E/clock_tape.py" make tape.wav

# exports FIRST FRAMES ARGS...: what the options mean.
exports() {
    matches "export ${*:3}" "exported $2 frames? .* from frame $1 on" \
        "$(tapemap export tape.wav -o e.raw --force "${@:3}" 2>&1)"
}
export TZ=UTC
exports 30030 1001 --from 14:00:30 --to 14:00:31
exports 30030 1001 --from 2026-11-20T14:00:30 --to 2026-11-20T14:00:31Z
exports 30030 1000 --from 2026-11-20T15:00:30+01:00 --to +1s
exports 30030 500 --from 14:00:30 --to +500f
exports 30531 500 --from @14:00:30.5 --to @14:00:31
exports 0 60060 --from @14:00 --to 60060f
exports 70070 7 --from 14:00:50 --to +7f # 50050 was, too, before the clock was set back
exports 30030 10010 --from mark:plain --to "mark:,;'\"\""
exports 2002 5 --from 'mark:say "hi", twice' --to +5f
exports 3003 5 --from "mark:#3" --to +5f
exports 5005 5 --from "mark:Grüße ☂ 音" --to +5f
exports 60000 5 --from 1:00 --to +5f
exports 90120 30000 --from -30s
exports 110120 5 --from -10000f --to +5f
exports 1000 2000 --from +1s --to 3s
TZ=Europe/Berlin exports 30030 1001 --from 15:00:30 --to 15:00:31
TZ=America/New_York exports 30030 1001 --from 09:00:30 --to @9:00:31
TZ=Asia/Kolkata exports 30030 1001 --from 2026-11-20T19:30:30 --to 19:30:31

# not PATTERN ARGS...
not() {
    fails 1 "$1" tapemap export tape.wav -o no.wav "${@:2}"
    [[ ! -e no.wav ]] || complain "${*:2}: left no.wav"
}
not "holds nothing of that time; give one from 2026-11-20T1[0-9:]+ to 2026-11-20T14:01:41 .local" \
    --from 15:00:30
not "holds nothing of that time; give one" --from 2026-11-21T14:00:30
not "holds nothing of that time; give one" --from 13:59:58
not "holds nothing of that time; give one" --to 2026-11-20T14:02:00
not "frame 5430000 .1:30:30.0, --from 1:30:30. is not recorded yet; begin before frame 120120" \
    --from 1:30:30
not "frame 130030 .2:10.0, --to .100s. is not recorded yet; end at frame 120120, the head[^,]*$" \
    --from 14:00:30 --to +100s
not "from frame 30030 .0:30.0, --from mark:plain. to frame 1000 .0:01.0, --to 1s. there is nothing" \
    --from mark:plain --to 1s
not "'mark:pluin' of option '--from': file 'tape.wav' has no such mark; its marks are ',;'" \
    --from mark:pluin
not "has no such mark; its marks are .* and 4 more" --to "mark:#11"
for bad in 24:00:00 14:60:00 14:00:30Z 2026-02-30T10:00:00 2026-11-20 @14 mark: + +now; do
    fails 2 "cannot read '.*' of option '--from': that is no position; give frames .*mark:NAME" \
        tapemap export tape.wav -o no.wav --from "$bad"
done

# The journal.
for verb in marks gaps clock; do
    tapemap $verb tape.wav --json >$verb.json
    tapemap $verb tape.wav --csv >$verb.csv
    tapemap $verb tape.wav --audacity >$verb.txt
    tapemap $verb tape.wav >$verb.table
    fails 2 "exclude each other" tapemap $verb tape.wav --json --csv
    fails 2 "the deck or file is missing" tapemap $verb
    fails 1 "cannot open deck '$DECK.none'" tapemap $verb "$DECK.none"
    fails 1 "is not recorded yet" tapemap $verb tape.wav --from 1:30:30
    (($(tapemap help $verb | wc -l) <= 24)) || complain "the help of $verb is too long"
done
python3 "$E2E/clock_tape.py" check . || complain "a list is wrong"
matches "gaps that FLAC cannot tell" "marks and gaps (is|are) left out: .*; write .wav" \
    "$(tapemap export tape.wav -o gaps.flac 2>&1)"
same "what is said of gaps in WAV" 1 "$(tapemap export tape.wav -o gaps.wav 2>&1 | wc -l)"
same "lines of the table" 11 "$(wc -l <marks.table)"
grep -qF 'two\nlines\r\n' marks.table || complain "the table does not show ends of lines"
same "marks of a stretch" "3 4" "$(tapemap marks tape.wav --csv --from 3s --to 4.5s |
    sed -n 's/^\([0-9]*\),.*,"[tl].*/\1/p' | xargs)"
same "gaps that reach into a stretch" 2 "$(tapemap gaps tape.wav --csv --from 10.4s --to 11s | wc -l)"
same "gaps beside a stretch" 1 "$(tapemap gaps tape.wav --csv --from 10.5s --to 11s | wc -l)"
matches "the clock" "60100 .*  -20.000 s" "$(grep 'set\|-20' clock.table)"
unset TZ

# A live deck.
start recorder tapemapd record --deck "$DECK" --source tone:ramp --rate 8000
wait_until "$DECK is listed" is_listed "$DECK"
same "no marks as JSON" "[]" "$(tapemap marks "$DECK" --json)"
same "no marks" "" "$(tapemap marks "$DECK" 2>none.err)"
same "which is said" "tapemap: deck '$DECK' has no marks" "$(tr -d "\r" <none.err)"
fails 1 "deck '$DECK' has no marks; set one by 'tapemap mark'" \
    tapemap export "$DECK" -o no.wav --from mark:a
wait_until "there is sound" head_reaches "$DECK" 32000
tapemap mark "$DECK" "Grüße" --at 1s >mark.txt
tapemap mark "$DECK" "again" --at mark:Grüße >>mark.txt
same "what mark says" 2 "$(grep -c 'at 0:01.0 (frame 8000)' mark.txt)"
matches "a live list" '^1,8000,1.000000000,20[0-9T:.-]+Z,"Grüße"' \
    "$(tapemap marks "$DECK" --csv | sed -n 2p)"
# exports_since SECONDS FORMAT: from so long ago, as a date of that format, to the head: two seconds
# at least, and no more than have passed in the end, give or take one.
exports_since() {
    local began=$EPOCHSECONDS frames
    tapemap export "$DECK" -o e.raw --force --from "$(date -d "-$1 seconds" "+$2")" 2>since.err
    frames=$(sed -n 's/.*exported \([0-9]*\) frames.*/\1/p' since.err)
    ((frames >= 15000 && frames <= 8000 * ($1 + EPOCHSECONDS - began + 2)))
}
# A recorder that stood still for a part of that has less.
wait_until "what comes from a date is as long" exports_since 2 %Y-%m-%dT%H:%M:%S.%N
wait_until "what comes from a time of day is as long" exports_since 3 %T
# A time of day before the tape began is the next day's: who waits for that is told.
early=$(date -d '-1 hour' +%T)
for verb in "tail $DECK --from $early" "keep $DECK --around $early --after 1s"; do
    # shellcheck disable=SC2086
    start coming tapemap $verb -o coming.wav
    wait_until "'$verb' says that it waits" \
        grep -q "deck '$DECK': $early is yet to come, in 2[23]:[0-9:.]*; waiting for it" coming.err
    wait_until "'$verb' does" compgen -G "coming.wav.*.part"
    interrupt coming
    ends coming 1
done
tapemap stop "$DECK" >stop.txt
ends recorder 0
passed
