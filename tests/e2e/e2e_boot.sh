#!/usr/bin/env bash
# A tape that an earlier start of the system left, as a power cut does, goes on after the time that
# has passed by UTC, also when the first recorder since found its source missing: the steady clock
# began anew, and is compared with nothing.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/file_common.sh"

record_file recorder takes --name take.wav
wait_until "it records" head_reaches "$DECK" 24000
kill_outright recorder
patch_control takes/take.wav 520 "<Q" $((1 << 55)) # that system had run for longer

cat >decks.conf <<END
deck "$DECK" {
    source = "audio:there.wav" rate = 48000 channels = 2 format = s16 speed = 1x
    store = file output = takes extent = 1MiB keep_free = 0
}
END
start run tapemapd run --config decks.conf
wait_until "it finds no source" grep -q "there is no file 'there.wav'" run.err
sox -n -r 48000 -c 2 -b 16 there.new.wav synth 600 sine 440 vol 0.5
mv there.new.wav there.wav
wait_until "the tape goes on" is_resumed takes/take.wav 1
wait_until "its gap is noted" fact_is takes/take.wav gap_count 1
(($(fact takes/take.wav gap_frames) > 0)) || complain "it goes on as if no time had passed"
tapemapd stop >stop.out
ends run 0
passed
