#!/usr/bin/env bash
# A real service under the service manager: installed, started, stopped in order, uninstalled; and
# what is refused, with a remedy.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

NAME=tapemap-$$

service() {
    local action=$1
    shift
    tapemapd service "$action" --name "$NAME" "$@"
}

clean_up_service() {
    service uninstall >/dev/null 2>&1
}

# refuses CODE PATTERN ACTION ARGS...
refuses() {
    fails "$1" "$2" tapemapd service "$3" --name "$NAME" "${@:4}"
}

# exits CODE COMMAND...: its stdout is in exits.out.
exits() {
    local expected=$1 code=0
    shift
    "$@" >exits.out 2>exits.err || code=$?
    ((code == expected)) || complain "$*: ended with code $code instead of $expected: $(<exits.err)"
}

write_config() {
    cat >service.conf <<END
log = 'the log.txt'
deck "$DECK" {
    source = $1
    store = file
    output = 'täpes'
    extent = 1MiB
    keep_free = 1MiB
}
END
}

# Nothing is there yet.
exits 4 service status
matches "status" "not-installed" "$(<exits.out)"
refuses 1 'not installed; install it' start
refuses 1 'not installed; install it' stop
refuses 1 'not installed; install it' uninstall
refuses 1 'only the service manager may do that; use' run --config service.conf
refuses 2 "unknown action 'begin'; use install" begin

# Only with a good configuration.
refuses 1 'cannot be read' install --config service.conf
write_config "tone:ramp
    speeed = max"
exits 1 service install --config service.conf
matches "install" "service.conf:[0-9]+: .*speeed" "$(<exits.err)"
matches "install" "service.conf is wrong, as said above; mend it" "$(<exits.err)"
exits 4 service status

sed -i '/speeed/d' service.conf
exits 0 service install --config service.conf --start manual --description 'Täst' \
    --display-name "tapemap test $$"
refuses 1 'installed already; uninstall it first' install --config service.conf
exits 3 service status
matches "status" "$NAME: stopped" "$(<exits.out)"

# It records, and ends every tape when it is stopped.
exits 0 service start
exits 0 service status
matches "status" "$NAME: running, process [0-9]+" "$(<exits.out)"
exits 0 service status --json
same "state in JSON" running "$(python3 "$E2E/json_value.py" state <exits.out)"
wait_until "its deck records" head_reaches "$DECK" 48000
exits 0 service start
matches "start" 'runs already' "$(<exits.out)"

# 'tapemapd stop' is for the supervisor of this session, where there is one, and for that alone.
echo "deck \"$DECK-mine\" { source = tone:ramp }" >mine.conf
start mine tapemapd run --config mine.conf
wait_until "the session's own deck records" head_reaches "$DECK-mine" 4800
exits 0 tapemapd stop
ends mine 0
exits 0 service status
exits 0 service stop
exits 3 service status
file=$(echo täpes/*.wav täpes/*/*.wav | tr ' ' '\n' | grep -v '\*' | head -n 1)
[[ -e $file ]] || die "there is no tape: $(ls -R)"
[[ ! -e $file.index ]] || complain "$file was not completed"
matches "verify" "every sample right" "$(tapemap verify "./$file" --ramp)"
exits 0 service stop
matches "stop" 'did not run' "$(<exits.out)"

# What happened stands in the log.
log='the log.txt'
for line in 'supervisor: the service runs' "deck $DECK: recording tone:ramp on tape [0-9a-f]{16}" \
    'supervisor: the service is to stop' "deck $DECK: ended \(requested\) at frame [0-9]+" \
    'supervisor: the service has stopped, and every tape is finished'; do
    grep -qE "^20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z $line" "$log" || complain "not in the log: $line"
done

# A configuration that was spoilt meanwhile.
cp service.conf good.conf
echo 'deck "x" { }' >>service.conf
refuses 1 'it ended again at once; see' start
exits 3 service status
mv good.conf service.conf

# Uninstalling stops it first.
exits 0 service start
wait_until "its deck records again" head_reaches "$DECK" 4800
exits 0 service uninstall
exits 4 service status
[[ -z $(find . -name '*.index') ]] || complain "not every tape was completed"
[[ -e service.conf && -e $log ]] || complain "uninstalling took files away"
passed
