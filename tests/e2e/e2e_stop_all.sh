#!/usr/bin/env bash
# stop --all ends every deck; it runs by itself, because it would end those of other tests too.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

start one tapemapd record --deck "$DECK.one" --source tone:ramp
start two tapemapd record --deck "$DECK.two" --source tone:ramp --ring 1m
wait_until "the first records" head_reaches "$DECK.one" 4800
wait_until "the second records" head_reaches "$DECK.two" 4800
matches "what it says" "stopped deck '$DECK.one'"$'\n'"stopped deck '$DECK.two'" \
    "$(tapemap stop --all | sort)"
ends one 0
ends two 0
matches "nothing to stop" "no deck is being recorded" "$(tapemap stop --all 2>&1)"
passed
