# shellcheck shell=bash
# The private Wine of this checkout, for the scripts that source it after common.sh: its
# environment, and functions that make and start it where it is missing. The user's own Wine is not
# touched.

export WINEPREFIX=$ROOT/build/wine
export WINEARCH=win64
export WINEDEBUG=${WINEDEBUG--all}
# No offers to download Mono and Gecko, no menu entries.
export WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
# Arguments and file names are UTF-8 on their way in and out only in a UTF-8 locale.
export LANG=C.UTF-8 LC_ALL=C.UTF-8
# Wine talks to its server, and keeps what Windows would keep in the pagefile, below TMPDIR: a long
# tape wants a disk there. It is fixed because with two of them one prefix would have two servers.
export TMPDIR=$ROOT/build/wine-server
unset DISPLAY WAYLAND_DISPLAY

# The private sound server while it runs; whatever the user has, otherwise.
sound_socket=$ROOT/build/sound/socket
if [[ -S $sound_socket ]]; then
    export PULSE_SERVER=unix:$sound_socket
fi

# Linux puts a program's heap at a random place in the gigabyte above Wine's loader, and in the midst
# of that lies the page that every Windows program shares with its system (0x7ffe0000). When both
# meet, once in some thousand starts, Wine ends with code 1 and without a word. So the places are
# fixed, where a process may ask for that.
fixed_places=()
if setarch -R true 2>/dev/null; then
    fixed_places=(setarch -R)
fi

# Ends every Windows program of the prefix; the server writes down the registry as it goes.
end_wine() {
    wineserver -k || true
    wineserver -w
}

# Programs here show nothing, but there are windows that are only told things. Without a screen Wine
# makes none, unless it is told that nobody wants to see them.
make_windows_possible() {
    wine reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f
}

# Made under another name and renamed when it is complete: whatever is at build/wine is whole.
make_prefix() {
    local whole=$WINEPREFIX folder
    export WINEPREFIX=$whole.new
    # One who was killed half-way may have left processes that are still filling it.
    [[ ! -d $WINEPREFIX ]] || end_wine
    rm -rf "$WINEPREFIX"
    wine wineboot --init
    wine winecfg /v win10
    wine reg add 'HKCU\Software\Wine\Drivers' /v Audio /d pulse /f
    make_windows_possible
    end_wine
    # Wine makes Documents, Music and their like links into the user's home.
    find "$WINEPREFIX/drive_c/users" -type l | while read -r folder; do
        rm "$folder"
        mkdir "$folder"
    done
    mv -T "$WINEPREFIX" "$whole"
}

# The lock is for two that come first at once. It is closed for the commands, for the server that
# Wine leaves behind would go on holding it.
ensure_prefix() {
    need wine wineserver flock
    mkdir -p "$TMPDIR"
    if [[ ! -d $WINEPREFIX ]]; then
        local lock report=/dev/null
        [[ ! -t 2 ]] || report=/dev/stderr
        exec {lock}>"$ROOT/build/wine.lock"
        flock "$lock"
        [[ -d $WINEPREFIX ]] ||
            step "making a Wine prefix (once)" make_prefix {lock}>&- >"$report"
        exec {lock}>&-
    fi
    [[ -O $WINEPREFIX ]] || fail "using the Wine prefix build/wine" "it belongs to somebody else" \
        "delete it, or work as the user who made it"
}

# Wine starts its services along with the first program, and they keep that program's stderr open
# after it has ended: whoever reads it to the end would wait for them. So they are started apart,
# and nobody goes on while another is at it: the server is there before the services are.
ensure_services() {
    local lock
    exec {lock}>"$ROOT/build/wine.lock"
    flock "$lock"
    wineserver -k0 || "${fixed_places[@]}" wine wineboot {lock}>&- </dev/null >/dev/null 2>&1 ||
        fail "starting Wine's services" "wineboot ended with code $?" "see whether build/wine is whole"
    exec {lock}>&-
}
