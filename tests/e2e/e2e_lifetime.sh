#!/usr/bin/env bash
# How long a tape lives, and whose a deck is: with its recorder and its readers, through a second
# recorder, a successor, and a recorder that is killed.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# has_other_tape ID: the deck's newest tape is another one.
has_other_tape() {
    local id
    id=$(fact "$DECK" id) && [[ $id != "$1" ]]
}

# ramp_recorder NAME [TAPE]: the deck has another tape than that one then, which may be listed for a
# while, with all its frames.
ramp_recorder() {
    start "$1" tapemapd record --deck "$DECK" --source tone:ramp --speed 10x
    wait_until "$1 has a tape of its own" has_other_tape "${2-}"
    wait_until "$1 records" head_reaches "$DECK" 100000
}

# are_listed ID...: the deck's rows of the list are these tapes, and no others.
are_listed() {
    same "tapes of that deck" "$(printf '%s\n' "$@" | sort)" \
        "$(tapemap list | grep -F "$DECK " | awk '{print $2}' | sort)"
}

# A second recorder is refused, by the name of the deck and the process that has it.
ramp_recorder first
first_id=$(fact "$DECK" id)
first_pid=$(fact "$DECK" recorder_pid)
fails 1 "'$DECK': it is being recorded by process $first_pid; stop that recorder or choose" \
    tapemapd record --deck "$DECK" --source tone:ramp --quiet
same "the tape after that" "$first_id" "$(fact "$DECK" id)"
are_listed "$first_id"

# The recorder ends, a client still holds the tape: all can be read, by its id at least.
hold old_holder "$DECK"
interrupt first
ends first 0
same "state" ended "$(fact "id:$first_id" state)"
same "reason" requested "$(fact "id:$first_id" reason)"
same "head" "$(recorded_frames first)" "$(fact "id:$first_id" head_frames)"
matches "verify" "every sample right" "$(tapemap verify "id:$first_id" --ramp)"

# Meanwhile a new recorder makes a new tape of the same deck.
ramp_recorder second "$first_id"
second_id=$(fact "$DECK" id)
wait_until "the new tape is recorded" fact_is "$DECK" state recording
same "state of the old tape" ended "$(fact "id:$first_id" state)"
are_listed "$first_id" "$second_id"
fails 1 "'$DECK': it is being recorded by process $(fact "$DECK" recorder_pid); stop" \
    tapemapd record --deck "$DECK" --source tone:ramp --quiet
tapemap export "id:$first_id" -o old.wav --quiet
is_ramp old.wav s16 2 0 "$(recorded_frames first)"
matches "verify" "every sample right" "$(tapemap verify "$DECK" --ramp)"

# The last holder goes, and the old tape with it; a test that lists all tapes may have it for a moment.
old_has_gone() {
    ! tapemap info "id:$first_id" >/dev/null 2>&1
}
release old_holder
wait_until "the old tape has gone" old_has_gone
fails 1 "cannot open tape $first_id: no tape of that id exists any more" \
    tapemap info "id:$first_id"

# The recorder is killed: what it recorded can be read while somebody holds it. The deck is free.
hold witness "$DECK"
kill -KILL "${pids[second]}"
ends second 137
wait_until "its tape counts as stalled" fact_is "id:$second_id" is_stalled true
matches "verify" "every sample right" "$(tapemap verify "id:$second_id" --ramp)"
ramp_recorder third "$second_id"
third_id=$(fact "$DECK" id)
are_listed "$second_id" "$third_id"
tapemap export "id:$second_id" -o dead.wav --quiet
is_ramp dead.wav s16 2 0 "$(fact "id:$second_id" head_frames)"

# Killed with a client that follows: it keeps what it has, and says why it ends.
tail_into follower "$DECK" followed.wav --from start
kill -KILL "${pids[third]}"
ends third 137
ends follower 1
matches "what the follower says" \
    "going on streaming|cannot go on streaming deck '$DECK': its recorder shows no sign of life" \
    "$(tail -n 1 follower.err)"
is_ramp followed.wav s16 2 0 "$(soxi -s followed.wav)"
release witness

# Nobody is left: no deck, no tape.
is_free() {
    ! tapemap info "$DECK" >/dev/null 2>&1
}
wait_until "the deck is gone" is_free
fails 1 "cannot open deck '$DECK': no deck of that name has a tape" tapemap info "$DECK"
fails 1 "cannot open tape $second_id: no tape of that id exists" tapemap info "id:$second_id"
passed
