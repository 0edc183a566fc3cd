#!/usr/bin/env bash
# A device that delivers nothing but zeros, ten seconds after there was sound: a warning. It is
# unplugged, and while it is away a tone is recorded: another one.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/sound_common.sh"

has_warnings() {
    local count
    count=$(tapemap info "$DECK" --json | python3 "$E2E/json_value.py" journal warning_count) &&
        ((count >= $1))
}

python3 -c "
import math, struct, sys
for n in range($RATE):
    sys.stdout.buffer.write(struct.pack('<hh', *2 * [int(8000 * math.sin(n / 20))]))" >sound.raw
make_sink e2e-silent
start_player 200
start_recording WASAPI --fallback tone:sine:440
touch play-now
wait_until "there is a warning" has_warnings 1
same "state" recording "$(fact "$DECK" state)"
pactl unload-module "$module"
module=
wait_until "the fallback is recorded" has_warnings 3
wait_until "that is told" grep -q "tone:sine:440 is recorded meanwhile, after" recorder.err
began=$SECONDS
make_sink e2e-silent
wait_until "the device is back" grep -q "Monitor of $SINK is back, after" recorder.err
# It was opened, and delivered, before the fallback was left.
silent=$(sed -n "s/.*Monitor of $SINK is back, after 0:\([0-5][0-9]\)\.[0-9] of silence.*/\1/p" \
    recorder.err)
[[ -n $silent ]] && ((10#$silent <= SECONDS - began + 1)) ||
    complain "how long it was silent: $(cat recorder.err)"
interrupt recorder
ends recorder 0
passed
