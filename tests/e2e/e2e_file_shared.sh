#!/usr/bin/env bash
# Programs that only read a tape and let nobody write or remove its files meanwhile, as many that
# copy, play or scan files do: a deck records all the same, and what they held is completed at its
# next tape after they let go.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

hook="$BIN/host_finished_hook_test.exe note hook.txt 0"

# keep NAME SHARE FILE: a program has the file open until `leave NAME`.
keep() {
    feed "$1"
    start "$1" hold_file "$2" "$3" <"$1.in"
    wait_until "$1 has $3 open" grep -q held "$1.out"
}

leave() {
    end_feed "$1"
    ends "$1" 0
}

# records_another: the deck records another tape than $newest, which then is that.
newest=
is_another() {
    local id
    id=$(fact "$DECK" id) && [[ takes/$id.wav != "$newest" ]] && newest=takes/$id.wav
}

records_another() {
    wait_until "there is another tape" is_another
    wait_until "it records" head_reaches "$DECK" 24000
}

# says VERB FILE TEXT: of the recorder that runs.
says() {
    wait_until "it says '$1 $2$3'" grep -q "$1 '[^']*$(basename "$2")'$3" recorder.err
}

# is_whole FILE: complete to its last byte, with nothing beside it.
is_whole() {
    [[ ! -e $1.index ]] || complain "$1.index is still there"
    same "recover of $1" "$1 is complete; nothing to do" "$(tapemap recover "$1")"
}

record_file recorder takes --name '{id}.wav'
records_another
first=$newest
kill_at recorder "$first" head 24000
head=$(head_of "$first")

# By hand: the cause is named, and nothing was changed.
for file in "$first" "$first.index"; do
    keep reader r "$file"
    leaves "$first" fails 1 "another program has i.* open and lets nobody write it; close that" \
        tapemapd record --deck "$DECK" --source tone:ramp --store file --output takes --resume \
        --quiet
    leave reader
done

# Where a deck is to be recorded whatever happens, it is: on a new tape.
keep reader r "$first"
start recorder tapemapd record --deck "$DECK" --source tone:ramp --store file --output takes \
    --name '{id}.wav' --keep-free 0 --extent 1MiB --resume-or-new --rotate 1d --on-finished "$hook"
records_another
matches "what is said" "a new tape is begun: .* has it open and lets nobody write it; it is compl" \
    "$(own_words <recorder.err | head -n 1)"
says completing "$first" ": .*; its audio is whole and readable, and it is tried again later"
same "head of the tape that is read" "$head" "$(head_of "$first")"
fails 1 "cannot recover '.*': another program has it open and lets nobody write it; stop the" \
    tapemap recover "$first"
[[ ! -e hook.txt ]] || complain "the program was started for a tape that is not complete"
leave reader

# The next tape: what was held is completed. The index of the present one is read now.
second=$newest
keep reader rw "$second.index"
tapemap rotate "$DECK"
records_another
says completed "$first" ", which nobody holds any more"
is_whole "$first"
same "frames of the first tape" "$head" "$(soxi -s "$first")"
says completed "$second" "; its index file stays .* has it open; it is tried again later"
leave reader
tapemap rotate "$DECK"
records_another
says completed "$second" ", which nobody holds any more"
is_whole "$second"
interrupt recorder
ends recorder 0
same "index files that are left" "" "$(find takes -name '*.index')"
same "how often a program was told of a file" 4 "$(grep -c '^DECK=' hook.txt)"
passed
