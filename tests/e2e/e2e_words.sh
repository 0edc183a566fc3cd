#!/usr/bin/env bash
# The verbs that a recorder obeys, given to a real one.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

start recorder tapemapd record --deck "$DECK" --source tone:ramp --rate 8000 --output . --store file
wait_until "$DECK is listed" is_listed "$DECK"
wait_until "there is sound" head_reaches "$DECK" 8000

matches "a mark" "^marked deck '$DECK' at [0-9:.]+ \(frame [0-9]+\)\$" "$(tapemap mark "$DECK" "now")"
same "a mark at a position" "marked deck '$DECK' at 0:00.5 (frame 4000)" \
    "$(tapemap mark "$DECK" "Grüße \"quoted\"" --at 4000f)"
fails 1 "cannot mark deck '$DECK': .*head" tapemap mark "$DECK" early --at 1:00:00
fails 2 "the text is empty" tapemap mark "$DECK" ""
fails 2 "one argument too many; put the text in quotes" tapemap mark "$DECK" two words
fails 2 "the deck or the text is missing" tapemap mark "$DECK"
fails 1 "cannot mark deck '$DECK.none': no recorder of it runs; see" tapemap mark "$DECK.none" text
fails 1 "cannot pause deck '$DECK.none': no recorder" tapemap pause "$DECK.none"
fails 1 "cannot stop deck '$DECK.none': no recorder" tapemap stop "$DECK.none"
fails 1 "cannot start deck '$DECK': no supervisor runs; start one" tapemap start "$DECK"
fails 1 "cannot restart deck '$DECK': no supervisor runs; start one" tapemap restart "$DECK"
fails 1 "cannot ask the supervisor: none runs" tapemap status
fails 1 "no deck can have that name" tapemap rotate 'a/b'
fails 2 "exclude each other" tapemap stop "$DECK" --all
fails 2 "the deck or file is missing" tapemap stop

status=$(tapemap status "$DECK")
matches "the state" "state +recording" "$status"
matches "the length" "length +[0-9:.]*[1-9]" "$status"
same "the state as JSON" recording \
    "$(tapemap status "$DECK" --json | python3 "$E2E/json_value.py" state)"
# A test beside this one that lists all decks is a reader too, for a moment.
has_no_reader() {
    [[ " $(tapemap list | grep -F "$DECK")" =~ \ $DECK?\ .*\ 0\ gaps\ \ 0\ readers ]]
}
wait_until "the list shows no readers" has_no_reader

same "what stop says" "stopped deck '$DECK'" "$(tapemap stop "$DECK")"
# It returns when the recorder has ended, so the file is complete.
files=("$DECK"/*)
same "its files" 1 "${#files[@]}"
ends recorder 0
matches "why it ended" "requested" "$(tapemap info "${files[0]}")"
same "its marks" 2 "$(tapemap info "${files[0]}" --json | python3 "$E2E/json_value.py" journal mark_count)"
grep -q 'Grüße "quoted"' "${files[0]}" || complain "the text of a mark is not in the file"
passed
