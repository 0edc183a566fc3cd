#!/usr/bin/env bash
# The control pipe of a recorder: who asks is answered, and whatever is asked, the recording goes on.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

ask() {
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$BIN/control_ask.exe" "$@" |
        tr -d '\r'
}

status() {
    ask "$1" '{"command":"status"}' | python3 "$E2E/json_value.py" "$2"
}

status_is() {
    [[ $(status "$1" "$2") == "$3" ]]
}

# Marks, at the head, at a position, and nowhere; the head stands still between two sends.
feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 \
    --channels 2 --store file --output marked.wav <recorder.in
send recorder s16 2 0 48000
wait_until "a second is recorded" fact_is "$DECK" head_frames 48000
same "the pid that answers" "$(fact "$DECK" recorder_pid)" "$(status "$DECK" pid)"
same "the head that it says" 48000 "$(status "$DECK" head)"
same "the tape that it says" "$(fact "$DECK" id)" "$(status "$DECK" tape_id)"
same "a mark at the head" '{"ok":true,"position":48000}' \
    "$(ask "$DECK" '{"command":"mark","text":"here"}')"
same "a mark at a position" '{"ok":true,"position":1234}' \
    "$(ask "$DECK" '{"command":"mark","text":"früher","position":1234}')"
matches "a mark beyond the head" '"E_NOT_YET","error":"frame 48001 is not recorded yet' \
    "$(ask "$DECK" '{"command":"mark","text":"no","position":"48001"}')"
matches "what is no request" '"E_SYNTAX","error":"the request is no flat JSON object' \
    "$(ask "$DECK" 'GET / HTTP/1.1')"
matches "an unknown command" '"E_ARGUMENT","error":"a recorder has no command .reload' \
    "$(ask "$DECK" '{"command":"reload"}')"

# Readers are counted: none, one, three, none.
wait_until "no reader is counted" status_is "$DECK" reader_count 0
tail_into one "$DECK" one.wav --from start
wait_until "one reader is counted" status_is "$DECK" reader_count 1
tail_into two "$DECK" two.wav --from start
tail_into three "$DECK" three.wav --from start
wait_until "three readers are counted" status_is "$DECK" reader_count 3
for reader in one two three; do
    interrupt "$reader"
    ends "$reader" 0
done
wait_until "no reader is counted any more" status_is "$DECK" reader_count 0

# A stop ends the tape, and its file is completed with the marks.
same "a stop" '{"ok":true}' "$(ask "$DECK" '{"command":"stop","reason":"that will do"}')"
ends recorder 0
end_feed recorder
same "its marks" $'1234 früher\n48000 here' "$(python3 "$E2E/mark_labels.py" marked.wav)"

# Sixteen clients at once that flood, say nothing or vanish: every frame of the ramp is there.
busy=$DECK.busy
start busy tapemapd record --deck "$busy" --source tone:ramp --capacity 64MiB
wait_until "it records" head_reaches "$busy" 4800
crowd=()
for ((i = 0; i < 16; i++)); do
    case $((i % 4)) in
    0) (ask "$busy" silence >crowd.$i.out) & ;;
    1) (ask "$busy" '{"command":' '{"command":"status"}' >crowd.$i.out || true) & ;;
    *) (ask "$busy" flood flood >crowd.$i.out || true) & ;;
    esac
    crowd+=($!)
done
wait "${crowd[@]}"
for ((i = 0; i < 16; i += 4)); do
    matches "what the silent client is told" 'no whole request came in 10? second' \
        "$(cat crowd.$i.out)"
done
for ((i = 2; i < 16; i += 4)); do
    matches "what the flooding client is told" 'more than 20 requests a second' "$(cat crowd.$i.out)"
done
same "its answer afterwards" recording "$(status "$busy" state)"
matches "verify" "every sample right; .*, 0 gaps" "$(tapemap verify "$busy" --ramp)"
same "a stop" '{"ok":true}' "$(ask "$busy" '{"command":"stop"}')"
ends busy 0
same "what the recorders said that is wrong" "" "$(grep -h warning ./*.err || true)"

# Somebody has made the pipe: that is said plainly, and when he has gone there is one.
taken=$DECK.taken
feed squatter
start squatter control_ask "$taken" squat <squatter.in
wait_until "the name is taken" grep -q squatting squatter.out
start taken tapemapd record --deck "$taken" --source tone:ramp --capacity 64MiB
wait_until "it records" head_reaches "$taken" 4800
matches "what it says of the name" "warning: deck '$taken' is recorded, but takes no words .*another \
program has made the pipe" "$(cat taken.err)"
end_feed squatter
ends squatter 0
wait_until "it takes words" grep -q 'takes words now' taken.err
same "a stop" '{"ok":true}' "$(ask "$taken" '{"command":"stop"}')"
ends taken 0
passed
