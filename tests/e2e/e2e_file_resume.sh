#!/usr/bin/env bash
# Resume: a recorder goes on with the file of one that was killed, again and again: the same tape,
# with gaps as long as the interruptions. A client that has held it all the time reads on.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

file=take.wav

record_file recorder "$file" --extent 1MiB
wait_until "the file is there" test -e "$file"
wait_until "it records" moves_on "$file" 1
id=$(fact "$DECK" id)
tail_into follower "$DECK" followed.wav --from start

# Killed three times; each time the next one goes on, and the file grows.
for resumed in 1 2 3; do
    kill_at recorder "$file" head $(($(head_of "$file") + 72000))
    before=$(head_of "$file")
    sleep 3 # the gap is to be longer than what a slow machine may account for
    record_file recorder "$file" --extent 1MiB --resume
    wait_until "it goes on" is_resumed "$file" "$resumed"
    wait_until "frames come" moves_on "$file" $((before + 96000))
    same "tape" "$id" "$(fact "$DECK" id)"
    same "storage" file "$(fact "$DECK" storage)"
    reads "$file" --verify-ramp --verify-peaks
    matches "verify of the deck" "every sample right; .*, $resumed gap" \
        "$(tapemap verify "$DECK" --ramp)"
    matches "verify of the file" "every sample right; .*, $resumed gap" \
        "$(tapemap verify "./$file" --ramp)"
    python3 "$E2E/check_gaps.py" "$file" "$resumed" 2 >gaps.txt || complain "$(tail -n 1 gaps.txt)"
done

# A clean stop; the client that has held the tape all the time has all of it.
interrupt recorder
ends recorder 0
ends follower 0
head=$(head_of "$file")
cmp <(frames_sox followed.wav) <(frames_sox "$file") || complain "the follower missed something"
same "frames of the follower" "$head" "$(soxi -s followed.wav)"
verifies "$file" "$head"
reads "$file" --verify-ramp --verify-peaks
python3 "$E2E/check_gaps.py" "$file" 3 2 >gaps.txt || complain "$(tail -n 1 gaps.txt)"

# ---- What is refused ----------------------------------------------------------------------------

refused() {
    fails 1 "$1" tapemapd record --deck "$DECK" --source tone:ramp --store file --resume --quiet \
        "${@:2}"
}

# It has ended, and there is no other.
leaves "$file" refused "there is no interrupted tape of it at or below '$file'; leave --resume out" \
    --output "$file"
refused "there is no interrupted tape of it at or below 'nowhere'" --output nowhere
[[ ! -e nowhere ]] || complain "it has made 'nowhere'"

# Recovered is ended, too. In a folder the tape is found by its deck.
record_file recorder takes
wait_until "the file is there" compgen -G "takes/$DECK/*.wav" >found.txt
file=$(<found.txt)
kill_at recorder "$file" head 24000
# Another deck's, another format, a format that the source cannot deliver.
leaves "$file" fails 1 "no interrupted tape of it at or below 'takes'" tapemapd record \
    --deck "$DECK.b" --source tone:ramp --store file --output takes --resume
what="interrupted tape '.*' is s16, 48000 Hz, 2 channels, and"
for other in "--rate 44100" "--format s24" "--channels 1"; do
    # shellcheck disable=SC2086
    leaves "$file" refused "$what another format was asked for; leave out" --output takes $other
done
sox -q -r 44100 -c 1 -b 16 -n other.flac synth 1 sine 440 gain -1
leaves "$file" fails 1 "$what the source does not deliver that; resume with the source" tapemapd \
    record --deck "$DECK" --source audio:other.flac --store file --output takes --resume --quiet
sleep 2 # the gap is to be longer than that here, too
record_file recorder takes --resume
wait_until "it goes on" is_resumed "$file" 1
kill_at recorder "$file" head $(($(head_of "$file") + 48000))
tapemap recover "$file" >recover.txt
leaves "$file" refused "there is no interrupted tape of it at or below 'takes'" --output takes
python3 "$E2E/check_gaps.py" "$file" 1 2 >gaps.txt || complain "$(tail -n 1 gaps.txt)"
# The gap is told before it is made: its length depends on nothing but clocks.
record_file recorder told.wav
wait_until "the file is there" test -e told.wav
kill_at recorder told.wav head 24000
tapemapd record --deck "$DECK" --source tone:ramp --store file --output told.wav --keep-free 0 \
    --resume --duration 1s 2>told.txt
matches "what is said" "going on after a gap of [0-9:.]+ in the file told.wav" \
    "$(head -n 1 told.txt)"

# ---- Which tape, and when a new one is begun -----------------------------------------------------

# resume_to FOLDER OPTION ARGS...: a second of it; what is said is in said.txt.
resume_to() {
    tapemapd record --deck "$DECK" --source tone:ramp --store file --output "$1" --keep-free 0 \
        "${@:2}" 2>said.txt
}

tapes_in() {
    find "$1" -name '*.wav' | wc -l
}

# There is none: only --resume-or-new begins one, and then there is one that ended properly.
resume_to many --resume-or-new --duration 100ms
same "tapes" 1 "$(tapes_in many)"
! grep -q "a new tape is begun" said.txt || complain "there was nothing to tell"

# An interrupted one behind it is gone on with; it lies deeper than the folders of most patterns.
deep='a/b/c/d/e/{deck}.wav'
record_file recorder many --name "$deep"
wait_until "the file is there" test -e "many/a/b/c/d/e/$DECK.wav"
file=many/a/b/c/d/e/$DECK.wav
kill_at recorder "$file" head 24000
refused "the silence for its gap of .* would take .* beside --keep-free; complete it with" \
    --output many --name "$deep" --keep-free 1000TiB
leaves "$file" fails 1 "another format was asked for" tapemapd record --deck "$DECK" --source \
    tone:ramp --store file --output many --name "$deep" --resume --rate 44100
record_file recorder many --resume-or-new --name "$deep"
wait_until "it goes on" is_resumed "$file" 1
kill_at recorder "$file" head $(($(head_of "$file") + 24000))
same "tapes" 2 "$(tapes_in many)"

# One that cannot be gone on with is told, and completed: it is a tape like those that ended.
head=$(head_of "$file")
resume_to many --resume-or-new --name "$deep" --rate 44100 --duration 100ms
matches "what is said" "a new tape is begun: .*another format was asked for" "$(head -n 1 said.txt)"
same "tapes" 3 "$(tapes_in many)"
same "index files that are left" "" "$(find many -name '*.index')"
same "frames of the completed tape" "$head" "$(head_of "$file")"
refused "there is no interrupted tape of it at or below 'many'" --output many --name "$deep"

# So it is with one that is older than one that ended properly.
record_file recorder many --name 'older.wav'
wait_until "the file is there" test -e many/older.wav
kill_at recorder many/older.wav head 24000
resume_to many --name "$deep" --duration 100ms
leaves many/older.wav refused "is older than one that has ended properly; complete it with" \
    --output many --name "$deep"
resume_to many --resume-or-new --name "$deep" --duration 100ms
matches "what is said" "a new tape is begun: .*is older than one" "$(head -n 1 said.txt)"
same "tapes" 6 "$(tapes_in many)"
same "index files that are left" "" "$(find many -name '*.index')"

# A clock that was an hour ahead at the first tape of a series makes its last one no older.
four_in_leap() {
    (($(tapes_in leap) >= 4))
}
mkdir leap
record_file recorder leap --rotate length:1s
wait_until "there are four tapes" four_in_leap
first=$(find leap -name '*.wav' | sort | head -n 1)
wait_until "the first is complete" test ! -e "$first.index"
kill_outright recorder
patch_control "$first" 24 "<Q" $(($(control "$first" 24) + 3600 * 10 ** 9))
resume_to leap --resume --rotate length:1s --duration 40s --speed 20x
verified=$(tapemap verify --ramp --series "$first")
matches "the series" "^verified [0-9]+ tapes, 1920000 frames" "$verified"

# A path given in full whose name is taken, by a tape that cannot be gone on with: one beside it.
sums told.wav >told.sums
for number in 2 3; do
    resume_to told.wav --resume-or-new --duration 100ms
    matches "what is said" "'told.wav' is taken; the new tape is 'told-$number.wav'" "$(<said.txt)"
    verifies "told-$number.wav" 4800
done
same "told.wav" "$(<told.sums)" "$(sums told.wav)"

# Of a tape that could not be begun nothing is left, of what was there before all.
mkdir kept
for folder in kept made/deep; do
    fails 1 "full" tapemapd record --deck "$DECK" --source tone:ramp --store file --quiet \
        --output "$folder" --keep-free 1000TiB
done
[[ -d kept && -z $(ls kept) && ! -e made ]] || complain "folders were left or lost: $(ls -R kept)"
passed
