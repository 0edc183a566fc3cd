/* SPDX-License-Identifier: MIT */
#include "daemon_help.h"

#include <stdio.h>
#include <string.h>

#include "daemon_verbs.h"
#include "say.h"

/* One literal for each paragraph: C promises no more than 4095 bytes in one. */
static const char *const overview[] = {
    "tapemapd records audio into memory that other programs read while it grows.\n"
    "\n"
    "  tapemapd record --deck NAME --source SPEC [OPTIONS]\n"
    "                        record one deck, until Ctrl+C\n"
    "  tapemapd run --config FILE\n"
    "                        record every deck of a configuration, each by a process of its own\n"
    "  tapemapd reload | status [--json] | stop\n"
    "                        what is running: read the configuration again, say how it is, stop\n"
    "  tapemapd check --config FILE\n"
    "                        say what is wrong with a configuration\n"
    "  tapemapd service install|uninstall|start|stop|status [OPTIONS]\n"
    "                        have the system run it\n"
    "  tapemapd devices [--json]\n"
    "                        list the input devices\n"
    "  tapemapd help VERB    all about a verb\n"
    "  tapemapd --version\n",
    NULL,
};

static const char *const record_help[] = {
    "tapemapd record --deck NAME --source SPEC [OPTIONS]\n"
    "\n"
    "Records a source onto a new tape of the deck NAME until Ctrl+C, the source's end or a limit.\n"
    "Read the tape with tapemap, or any program that uses tapemap.h, now or while a reader holds\n"
    "it.\n"
    "\n"
    "Sources\n"
    "  portaudio[:HOSTAPI[:DEVICE]]   a device; parts of names do (see tapemapd devices)\n"
    "  audio:PATH                     an audio file: WAV, FLAC, Ogg Vorbis, Opus, AIFF ...\n"
    "  stdin                          raw PCM; give --format, --rate and --channels\n"
    "  tone:sine:HZ  tone:chirp  tone:silence  tone:noise:SEED  tone:ramp\n",
    "\n"
    "Options\n"
    "  --store STORE          pagefile (memory, unless given), file, or temp-file (deleted at the\n"
    "                         end)\n"
    "  --format FORMAT        s16, s24, s32 or f32; else the source's own\n"
    "  --rate HZ              else the source's own\n"
    "  --channels N           else the source's own\n"
    "  --capacity SIZE        room for so much audio: a size (8TiB) or a time (24h); 1TiB unless\n"
    "                         given. It costs address space; memory is used as audio comes\n"
    "  --ring TIME            keep only the newest audio, of at least this time (10m)\n"
    "  --duration TIME        end after exactly this time (90s, 1:30:00)\n"
    "  --speed SPEED          realtime, max, or a factor (4x); not for devices. Unless given:\n"
    "                         max for stdin, which has a pace of its own; realtime for the rest\n"
    "  --commit-limit SIZE    use no more memory than this\n"
    "  --log FILE             add what is said, and what happens to the deck, to this file; at\n"
    "                         4 MiB it becomes FILE.1, and so on up to FILE.5\n"
    "  --keep-on-mark B,A     of a ring: save the time B before and A after each mark that is set\n"
    "                         ('tapemap mark') as DECK-<UTC>.wav, by 'tapemap keep': 5m,1m\n"
    "  --keep-to FOLDER       into this folder, else into the current one\n"
    "  --quiet                say nothing but what goes wrong\n"
    "  --supervised NAME      (from a supervisor) somebody holds the tape: wait for it\n"
    "  --inherit HANDLES      (from a supervisor) go on with the tape in memory behind these\n"
    "  --same-boot            a tape that is gone on with was recorded since the system started,\n"
    "                         so the gap is told by the steady clock, whatever was set meanwhile\n"
    "\n",
    "Devices that go away\n"
    "  --when-lost ACTION     wait (unless given): look for the device again, every two seconds,\n"
    "                         while time goes on as silence; when given, also for a device\n"
    "                         that is absent at first. stop: end the tape, and fail\n"
    "  --fallback SPEC        record this source meanwhile, in the same format\n"
    "  --silence-below DB     warn when a device that had sound delivers none louder than this\n"
    "                         (-60) for ten seconds; unless given, when it delivers only zeros\n"
    "\n",
    "Files (--store file; --output, --name, --resume and --resume-or-new not\n"
    "for temp-file)\n"
    "  --output DIR_OR_PATH   the folder, or the file itself (.wav); else the current folder\n"
    "  --name PATTERN         below the folder; {deck}/{deck}-{utc}.wav unless given; {date} and\n"
    "                         {id} are known too\n"
    "  --rotate WHEN          go on with the next file, without a seam: 1h, 15m or 1d (whenever\n"
    "                         the local clock shows a multiple of it), length:90m, size:2GiB\n"
    "  --extent SIZE          the file grows by this much at a time; 1GiB unless given\n"
    "  --keep-free SIZE       stop before less than this is free on the disk; 1GiB unless given.\n"
    "                         Given with --rotate: first delete the deck's oldest finished tapes\n"
    "                         (those that --on-finished has yet to see last, for this alone)\n"
    "  --keep TIME            delete finished tapes of the deck that ended longer ago (30d)\n"
    "  --keep-size SIZE       delete the oldest of them when all together take more (500GiB)\n"
    "  --on-finished COMMAND  start a program, without a shell, for each tape that is finished;\n"
    "                         in its environment are TAPEMAP_FILE and _DECK, _TAPE_ID, _FRAMES,\n"
    "                         _SAMPLE_RATE_HZ, _SERIES_POSITION, _BEGIN_UTC, _END_UTC,\n"
    "                         _GAP_COUNT and _REASON\n"
    "  --when-full ACTION     stop (unless given), or wait: go on when there is room, after a gap\n"
    "                         where the source could not wait too\n"
    "  --flush TIME           how often what is recorded is made safe from a power cut; 1s unless\n"
    "                         given, or never\n"
    "  --write-through        flush every 10 ms, whatever --flush says: safe from a power cut as\n"
    "                         fast as the disk is, which is kept busy all the time\n"
    "  --resume               go on with the newest tape of the deck that was interrupted, after\n"
    "                         a gap as long as the interruption; --duration counts from the\n"
    "                         tape's beginning, and the gap takes room like sound. Refused when\n"
    "                         there is not so much room, and for a tape older than one of the\n"
    "                         deck, in the same folder, that ended properly\n"
    "  --resume-or-new        the same where that can be done, else begin a new tape: for a\n"
    "                         supervisor, which has one command. What stands in the way of going\n"
    "                         on is told, and that tape is completed, if --output is a folder\n"
    "The file is a WAV that any program can open while it grows; 'tapemap recover' completes one\n"
    "whose recorder was killed.\n"
    "\n",
    "Who may (unless given: the user who records, administrators, and the system)\n"
    "  --readers NAMES        who else may read the tape, its files too: at most 16 users or\n"
    "                         groups as the system knows them, or SIDs (\"STUDIO\\anna, Users\")\n"
    "  --controllers NAMES    who else may set marks, pause, stop and so on\n"
    "  --space SPACE          local: to be found in this login session (unless given), or global:\n"
    "                         on all the machine, which takes the right \"Create global objects\"\n"
    "\n"
    "Sizes: 512MiB, 8TiB. Times: 250ms, 90s, 10m, 24h, 7d, 1:30:00.\n"
    "\n",
    "Exit codes: 0 ended as asked (Ctrl+C, --duration, the source's end); 1 failed, or ended by a\n"
    "lost source, a full tape or disk, or a lack of memory, or reached its --duration while its\n"
    "source was away; 2 a bad command line.\n",
    NULL,
};

static const char *const devices_help[] = {
    "tapemapd devices [--json]\n"
    "tapemapd devices --find SPEC FORMAT:RATE:CHANNELS\n"
    "\n"
    "Lists the input devices of every host API, the best API first. * marks what the source\n"
    "`portaudio` takes, + the default of each other host API.\n"
    "\n"
    "  --json    as a JSON array on stdout; `source` is what to give to record --source\n"
    "  --find    lists nothing; ends with 0 when this source can be opened in this format now\n",
    NULL,
};

static const char *const run_help[] = {
    "tapemapd run --config FILE\n"
    "\n"
    "Records every deck of a configuration (see 'tapemapd help check') until Ctrl+C or 'tapemapd\n"
    "stop'; then every tape is finished. Each deck has a recorder, a process of its own. One that\n"
    "dies is started again within a second, then after ever longer pauses of up to a minute, and\n"
    "goes on with its tape after a gap of the true length. A deck that has done what it was to do\n"
    "(duration, the end of its source) is left alone.\n"
    "\n"
    "Recorders live on when this program is killed: the next 'tapemapd run' finds them and goes\n"
    "on supervising. There is one supervisor in a login session.\n"
    "\n"
    "Exit codes: 0 every deck has stopped; 1 failed, or a recorder did not stop; 2 a bad command\n"
    "line.\n",
    NULL,
};

static const char *const reload_help[] = {
    "tapemapd reload [--json]\n"
    "\n"
    "Has the supervisor read its configuration again. New decks are started, removed ones\n"
    "stopped, changed ones stopped and started, and stopped or failed ones started; the others\n"
    "are left alone. Nothing happens when the configuration is wrong. Another log is for decks\n"
    "that start from now on, and for the next supervisor: no recording is interrupted for it,\n"
    "and the decks that write on into the old one are told.\n",
    NULL,
};

static const char *const status_help[] = {
    "tapemapd status [--json]\n"
    "\n"
    "Says how each deck of the supervisor is: running, waiting (for its next start), stopping,\n"
    "stopped, done (it did what it was to do) or failed (its options are wrong).\n",
    NULL,
};

static const char *const stop_help[] = {
    "tapemapd stop\n"
    "\n"
    "Has the supervisor stop every deck, each tape finished, and end; waits for that. It is the\n"
    "supervisor of this login session, as for reload and status, or else the service's.\n",
    NULL,
};

static const char *const check_help[] = {
    "tapemapd check --config FILE\n"
    "\n"
    "Says all that is wrong with a configuration, each with its file, line and remedy, on stderr.\n"
    "It looks at no device and at no disk.\n"
    "\n",
    "A configuration is text in UTF-8:\n"
    "\n"
    "  # to the end of the line; // and /* ... */ are comments too\n"
    "  log = 'D:\\logs\\tapemapd.log'\n"
    "  defaults { keep_free = 5GiB }\n"
    "  deck \"studio\" {\n"
    "      source = portaudio\n"
    "      store = file\n"
    "  }\n"
    "\n"
    "  log        what recorders say is added to this file\n"
    "  defaults   what holds for each deck that does not say otherwise, and that it goes with\n"
    "  deck       one for each deck, at most 60; its keys are the options of record (see\n"
    "             'tapemapd help record') with _ for -; those without a value are true or false\n"
    "\n",
    "What is more than a word goes into quotes. In double quotes \\ is written \\\\, and\n"
    "${NAME} is a variable of the environment; in single quotes \\ stands for itself. Paths\n"
    "begin in the folder of the configuration unless they are whole.\n"
    "\n"
    "Exit codes: 0 nothing is wrong; 1 something is, or the file cannot be read; 2 a bad command\n"
    "line.\n",
    NULL,
};

static const char *const service_help[] = {
    "tapemapd service install [--config FILE] [OPTIONS]\n"
    "tapemapd service uninstall|start|stop|status [--name NAME] [--json]\n"
    "\n"
    "Has the system supervise the decks of a configuration, whether somebody is logged in or not.\n"
    "Installing, starting and stopping take an administrator.\n"
    "\n"
    "  --name NAME            of the service; tapemap unless given\n"
    "  --config FILE          tapemapd.conf in the folder tapemap of %ProgramData% unless given;\n"
    "                         it has to be good (see 'tapemapd help check')\n"
    "  --display-name TEXT    what the services window calls it\n"
    "  --description TEXT     what the services window says of it\n"
    "  --start WHEN           auto (with the system, unless given), delayed, or manual\n",
    "  --account ACCOUNT      LocalSystem (unless given), 'NT AUTHORITY\\LocalService', 'NT\n"
    "                         SERVICE\\' and the service's name, or a user, DOMAIN\\NAME, who may\n"
    "                         log on as a service\n"
    "  --password-file FILE   the user's password is the first line of it; asked for unless given\n"
    "  --json                 of status: as a JSON object\n"
    "\n"
    "A service that fails is started again after 1, 5 and 30 seconds. install makes the folder,\n"
    "with logs and tapes in it, which only the service, the system and administrators get at, and\n"
    "makes tapemap known to the event log. uninstall stops the service, and leaves all files.\n"
    "\n"
    "A service has no desktop, and Windows may give it no sound of a microphone: where that is\n"
    "so, use the same configuration with 'tapemapd run' while somebody is logged in.\n"
    "\n"
    "Exit codes: 0 done, or status: running; 1 failed; 2 a bad command line; 3 status: stopped;\n"
    "4 status: not installed.\n",
    NULL,
};

static const char *const help_help[] = {
    "tapemapd help [VERB]\n"
    "\n"
    "Explains tapemapd, or one of its verbs.\n",
    NULL,
};

static const struct {
    const char *verb;
    const char *const *text;
} help_texts[] = {
    {"record", record_help},
    {"run", run_help},
    {"reload", reload_help},
    {"status", status_help},
    {"stop", stop_help},
    {"check", check_help},
    {"service", service_help},
    {"devices", devices_help},
    {"help", help_help},
};

static int help_print(const char *const *paragraphs)
{
    while (*paragraphs)
        fputs(*paragraphs++, stdout);
    return DAEMON_DONE;
}

int daemon_help(const char *verb)
{
    if (!verb)
        return help_print(overview);
    for (size_t i = 0; i < sizeof help_texts / sizeof help_texts[0]; i++) {
        if (strcmp(verb, help_texts[i].verb) == 0)
            return help_print(help_texts[i].text);
    }
    say("there is no verb '%s' to explain; see 'tapemapd help'", verb);
    return DAEMON_MISUSED;
}
