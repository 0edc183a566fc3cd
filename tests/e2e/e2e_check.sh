#!/usr/bin/env bash
# check: the sample is good, and of a bad configuration everything is told, with file and line.
source "$(dirname "$0")/e2e_common.sh"

same "the sample" "$ROOT/samples/tapemapd.conf is good: 3 decks" \
    "$(tapemapd check --config "$ROOT/samples/tapemapd.conf")"

cat >bad.conf <<'END'
# Comments count as lines, whatever stands in them: { "
/* and
   so do these */
defaults { keep_free = 5XB }
deck "studio" {
    sorce = portaudio
    rate = 0
    store = file
}
deck "door" {
    source = tone:ramp   // fine
    output = "D:\tapes"
}
deck "studio" { source = 'tone:ramp }
deck "tone" {
    source = tone:ramp
    keep-free = 3GiB
    write_through = perhaps
}
deck "Tone" { source = tone:ramp }
END
code=0
tapemapd check --config bad.conf >check.out 2>check.err || code=$?
same "its exit code" 1 "$code"
same "its output" "" "$(cat check.out)"
while IFS=: read -r line part; do
    grep -qF "tapemapd: bad.conf:$line: " check.err && grep -F "bad.conf:$line: " check.err |
        grep -qF -- "$part" || complain "line $line is not told as '$part': $(cat check.err)"
done <<'END'
4:defaults: keep_free '5XB' is no size; use for example 1GiB, or 0
6:unknown key 'sorce'; did you mean 'source'?
7:deck 'studio': rate '0' is out of range; use a number from 1 to 3072000
12:output has a control character in its value
14:a string begins and does not end in its line; end it with a quote
17:unknown key 'keep-free'; did you mean 'keep_free'?
18:write_through is 'perhaps'; use true or false
20:deck 'Tone' is there already, in line 15; give one of them another name
END
same "the number of complaints" 8 "$(wc -l <check.err)"

printf 'deck a { source = tone:ramp }\r\ndeck a { source = tone:ramp }\r\n' >twice.conf
fails 1 "twice.conf:2: deck 'a' is there already, in line 1; " tapemapd check --config twice.conf
fails 1 "no-such.conf cannot be read: .*; give --config a file" tapemapd check --config no-such.conf
fails 2 "check: --config is missing; name the configuration" tapemapd check
fails 2 "check: 'bad.conf' is not understood; see 'tapemapd help check'" tapemapd check bad.conf
