#!/usr/bin/env bash
# run: three decks, a killed recorder, a killed supervisor, a new one, reload, Ctrl+C.
source "$(dirname "$0")/e2e_common.sh"

# A supervisor is one for the whole login session, and so are these tests.
a=$DECK.a b=$DECK.b c=$DECK.c d=$DECK.d

write_config() {
    cat >decks.conf <<END
log = recorders.log
defaults { rate = 48000 channels = 2 format = s16 }
deck "$a" {
    source = tone:ramp
    store = file
    output = tapes
    extent = 4MiB
    keep_free = 0
}
deck "$b" { source = tone:ramp capacity = 1h }
$1
END
}

records() {
    head_reaches "$1" "${2:-4800}"
}

write_config "deck \"$c\" { source = tone:ramp ring = 10m }"
fails 1 "there is no supervisor; start one by 'tapemapd run" tapemapd status
start run tapemapd run --config decks.conf
for deck in "$a" "$b" "$c"; do
    wait_until "$deck records" records "$deck"
    same "the state of $deck" running "$(state "$deck" state)"
done

# Only one supervisor.
fails 1 "run: process [0-9]+ supervises this login session already; give it" \
    tapemapd run --config decks.conf

# A recorder is killed: it records again, on the same tape, be it in a file or in memory, which the
# supervisor holds.
is_another() {
    local pid
    pid=$(host_pid "$1") && [[ -n $pid && $pid != "$2" ]]
}

kill_and_see() {
    local deck=$1 tape head old
    tape=$(fact "$deck" id)
    head=$(fact "$deck" head_frames)
    old=$(host_pid "$deck")
    [[ -n $old ]] || die "no process records $deck"
    kill -KILL "$old"
    wait_until "$deck is started again" is_another "$deck" "$old"
    wait_until "$deck goes on" head_reaches "$deck" $((head + 4800))
    same "the tape of $deck that goes on" "$tape" "$(fact "$deck" id)"
    same "the times that $deck was resumed" "$2" "$(fact "$deck" resume_count)"
    wait_until "the restart of $deck is counted" state_is "$deck" restarts 1
    matches "what is said of the end of $deck" "^process [0-9]+ was killed, or died, with code " \
        "$(state "$deck" failure)"
}

kill_and_see "$a" 1
same "the restarts of $b" 0 "$(state "$b" restarts)"
kill_and_see "$b" 1
kill_and_see "$c" 1

# The supervisor is killed: the recorders go on, and a new one takes them over.
b_pid=$(state "$b" pid)
kill_outright run
for deck in "$a" "$b" "$c"; do
    head=$(fact "$deck" head_frames)
    wait_until "$deck goes on" head_reaches "$deck" $((head + 4800))
done
# Nobody holds the tape of $c any more but its reader, who is counted as one.
hold reader "$c"
readers_are() {
    [[ $(tapemap status "$c" --json | python3 "$E2E/json_value.py" reader_count) == "$1" ]]
}
wait_until "the reader of $c is counted" readers_are 1
release reader
start again tapemapd run --config decks.conf
wait_until "who holds the tape of $c is no reader" readers_are 0
for deck in "$a" "$b" "$c"; do
    wait_until "$deck is taken over" state_is "$deck" state running
    same "the restarts of $deck" 0 "$(state "$deck" restarts)"
done
same "the process of $b" "$b_pid" "$(state "$b" pid)"

# Killed under the second supervisor, a tape in memory that the first one made goes on too.
kill_and_see "$c" 2

# How long that takes is up to the machine; how long it is put off is not.
for deck in "$a" "$b" "$c"; do
    grep -q "deck '$deck': .*; it is started again in 0\.[01] s" run.err ||
        complain "$deck is not started again at once: $(<run.err)"
done

# A wrong configuration changes nothing; another one what differs.
write_config "deck \"$c\" { sorce = tone:ramp }"
fails 1 "reload: nothing was changed: .*decks.conf:11: unknown key 'sorce'; did you" \
    tapemapd reload
same "the state of $c" running "$(state "$c" state)"
c_pid=$(state "$c" pid)
write_config "deck \"$c\" { source = tone:ramp ring = 20m }
deck \"$d\" { source = tone:ramp duration = 1s }"
same "the reload" "started: $d restarted: $c unchanged: $a, $b" \
    "$(tapemapd reload | tr -d '\r' | paste -sd ' ')"
wait_until "$c is restarted" state_is "$c" state running
[[ $(state "$c" pid) != "$c_pid" ]] || complain "$c has the process that it had"
wait_until "$d is done" state_is "$d" state "done"
same "the process of $b" "$b_pid" "$(state "$b" pid)"
sed -i 's/^log = .*/log = other.log/' decks.conf
same "the reload" \
    "unchanged: $a, $b, $c, $d with the old log until they are restarted: $a, $b, $c" \
    "$(tapemapd reload | tr -d '\r' | paste -sd ' ')"
tapemap restart "$c" >/dev/null
same "the reload" "unchanged: $a, $b, $c, $d with the old log until they are restarted: $a, $b" \
    "$(tapemapd reload | tr -d '\r' | paste -sd ' ')"
wait_until "the new recorder of $c writes into the new log" grep -qs "$c" other.log
write_config ""
same "the reload" "stopped: $c, $d unchanged: $a, $b" \
    "$(tapemapd reload | tr -d '\r' | paste -sd ' ')"

# A deck that is taken out of the configuration while nobody supervises is stopped by the next one.
kill_outright again
sed -i "/\"$b\"/d" decks.conf
start third tapemapd run --config decks.conf
wait_until "$b is stopped" grep -q "deck '$b': process $b_pid has stopped" third.err
same "the state of $a" running "$(state "$a" state)"

# Ctrl+C: every tape is finished.
interrupt third
ends third 0
grep -q "every deck has stopped" third.err || complain "it does not say so: $(cat third.err)"
file=$(find tapes -name '*.wav')
same "the state of the tape" "ended" "$(tapemap info "$file" --json | python3 "$E2E/json_value.py" state)"
tapemap verify "$file" --ramp >/dev/null || complain "the tape of $a does not verify"
