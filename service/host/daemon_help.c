/* SPDX-License-Identifier: MIT */
#include "daemon_help.h"

#include <stdio.h>
#include <string.h>

#include "daemon_verbs.h"
#include "say.h"

/* Each text fits a screen: 24 lines of 80 columns. */

static const char record_help[] =
    "usage: tapemapd record --deck NAME --source SPEC [OPTIONS]\n"
    "\n"
    "Records a source onto a new tape of the deck NAME until Ctrl+C, the source's end\n"
    "or a limit. Read it with tapemap, or any program that uses tapemap.h, now or\n"
    "while a reader holds it. Sizes: 512MiB, 8TiB. Times: 250ms, 90s, 24h, 1:30:00.\n"
    "\n"
    "  --store STORE      pagefile (memory, unless given), file, or temp-file, which\n"
    "                     is deleted at the end\n"
    "  --format FORMAT    s16, s24, s32 or f32; else the source's own, as are\n"
    "  --rate HZ, --channels N\n"
    "  --capacity SIZE    room for so much audio: a size, or a time; 1TiB unless\n"
    "                     given: address space, for memory is used as audio comes\n"
    "  --ring TIME        keep only the newest audio, of at least this time (10m)\n"
    "  --duration TIME    end after exactly this time (90s)\n"
    "  --commit-limit SIZE  use no more memory than this\n"
    "  --log FILE         add what is said, and what happens to the deck, to this\n"
    "                     file; at 4 MiB it becomes FILE.1, and so on up to FILE.5\n"
    "  --quiet            say nothing but what goes wrong\n"
    "More in 'tapemapd help TOPIC' (SPEC and exit codes: sources):\n"
    "  sources    --speed --when-lost --fallback --silence-below --let-sleep\n"
    "  files      --output --name --extent --keep-free --when-full --flush\n"
    "             --write-through     marks  --keep-on-mark --keep-to\n"
    "  rotation   --rotate --keep --keep-size --on-finished\n"
    "  resume     --resume --resume-or-new    access  --readers --controllers --space\n";

static const char sources_help[] =
    "What 'tapemapd record --source' takes\n"
    "  portaudio[:HOSTAPI[:DEVICE]]  a device; parts of names do (tapemapd devices)\n"
    "  audio:PATH                    a file: WAV, FLAC, Ogg Vorbis, Opus, AIFF ...\n"
    "  stdin                         raw PCM; give --format, --rate and --channels\n"
    "  tone:sine:HZ  tone:chirp  tone:silence  tone:noise:SEED  tone:ramp\n"
    "\n"
    "  --speed SPEED        realtime, max, or a factor (4x); not for devices. Unless\n"
    "                       given: max for stdin, which has a pace of its own;\n"
    "                       realtime for the rest\n"
    "  --let-sleep          let a machine that nobody uses fall asleep meanwhile\n"
    "\n"
    "Devices that go away\n"
    "  --when-lost ACTION   wait (unless given): look for the device again, every two\n"
    "                       seconds, while time goes on as silence; when given, also\n"
    "                       for a device that is absent at first, and --duration\n"
    "                       counts from the beginning of the wait. stop: end the\n"
    "                       tape, and fail\n"
    "  --fallback SPEC      record this source meanwhile, in the same format\n"
    "  --silence-below DB   warn when a device that had sound delivers none louder\n"
    "                       than this (-60) for ten seconds; else, when only zeros\n"
    "\n"
    "Exit codes of record: 0 ended as asked (Ctrl+C, --duration, the source's end); 1\n"
    "failed, or ended by a lost source, a full tape or disk, or a lack of memory, or\n"
    "reached its --duration while its source was away; 2 a bad command line.\n";

static const char files_help[] =
    "What 'tapemapd record --store file' takes (temp-file takes no --output, --name).\n"
    "The file is a WAV that any program can open while it grows; 'tapemap recover'\n"
    "completes one whose recorder was killed. See also 'tapemapd help rotation'.\n"
    "\n"
    "  --output DIR_OR_PATH  the folder, or the file itself (.wav); else the current\n"
    "                        folder\n"
    "  --name PATTERN        below the folder; {deck}/{deck}-{utc}.wav unless given;\n"
    "                        {date} and {id} are known too\n"
    "  --extent SIZE         the file grows by this much at a time; 1GiB unless given\n"
    "  --keep-free SIZE      stop before less than this is free on the disk; 1GiB\n"
    "                        unless given. Given with --rotate: first delete the\n"
    "                        deck's oldest finished tapes (those that\n"
    "                        --on-finished has yet to see last, for this alone)\n"
    "  --when-full ACTION    stop (unless given), or wait: go on when there is room,\n"
    "                        after a gap where the source could not wait too\n"
    "  --flush TIME          how often what is recorded is made safe from a power\n"
    "                        cut; 1s unless given, or never\n"
    "  --write-through       flush every 10 ms, whatever --flush says: safe from a\n"
    "                        power cut as fast as the disk is, which is kept busy all\n"
    "                        the time\n";

static const char rotation_help[] =
    "What 'tapemapd record --store file' takes for a recording of many files.\n"
    "\n"
    "  --rotate WHEN          go on with the next file, without a seam: 1h, 15m or 1d\n"
    "                         (whenever the local clock shows a multiple of it),\n"
    "                         length:90m, or size:2GiB\n"
    "  --keep TIME            delete finished tapes of the deck that ended longer ago\n"
    "                         (30d)\n"
    "  --keep-size SIZE       delete the oldest of them when all together take more\n"
    "                         (500GiB)\n"
    "  --on-finished COMMAND  start a program, without a shell, for each tape that is\n"
    "                         finished; in its environment are TAPEMAP_FILE and\n"
    "                         _DECK, _TAPE_ID, _FRAMES, _SAMPLE_RATE_HZ,\n"
    "                         _SERIES_POSITION, _BEGIN_UTC, _END_UTC, _GAP_COUNT and\n"
    "                         _REASON\n";

static const char resume_help[] =
    "What 'tapemapd record --store file' takes to go on after an interruption.\n"
    "\n"
    "  --resume           go on with the newest tape of the deck that was\n"
    "                     interrupted, after a gap as long as the interruption;\n"
    "                     --duration counts from the tape's beginning, and the gap\n"
    "                     takes room like sound. Refused when there is not so much\n"
    "                     room, and for a tape older than one of the deck, in the\n"
    "                     same folder, that ended properly\n"
    "  --resume-or-new    the same where that can be done, else begin a new tape: for\n"
    "                     a supervisor, which has one command. What stands in the way\n"
    "                     of going on is told, and that tape is completed, if\n"
    "                     --output is a folder\n"
    "\n"
    "From a supervisor alone\n"
    "  --same-boot        a tape that is gone on with was recorded since the system\n"
    "                     started, so the gap is told by the steady clock, whatever\n"
    "                     was set meanwhile\n"
    "  --supervised NAME  somebody holds the tape: wait for it\n"
    "  --inherit HANDLES  go on with the tape in memory behind these\n";

static const char marks_help[] =
    "What 'tapemapd record' takes to save what is around a mark ('tapemap mark').\n"
    "\n"
    "  --keep-on-mark B,A  of a ring: save the time B before and A after each mark\n"
    "                      that is set (5m,1m) as DECK-<UTC>.wav, by 'tapemap keep'\n"
    "  --keep-to FOLDER    into this folder, else into the current one\n";

static const char access_help[] =
    "Who may read and control what 'tapemapd record' records. Unless given: the user\n"
    "who records, administrators, and the system.\n"
    "\n"
    "  --readers NAMES      who else may read the tape, its files too: at most 16\n"
    "                       users or groups as the system knows them, or SIDs\n"
    "                       (\"STUDIO\\anna, Users\")\n"
    "  --controllers NAMES  who else may set marks, pause, stop and so on\n"
    "  --space SPACE        local: to be found in this login session (unless given),\n"
    "                       or global: on all the machine, which takes the right\n"
    "                       \"Create global objects\"\n";

static const char devices_help[] =
    "usage: tapemapd devices [--json]\n"
    "       tapemapd devices --find SPEC FORMAT:RATE:CHANNELS\n"
    "\n"
    "Lists the input devices of every host API, the best API first. * marks what the\n"
    "source `portaudio` takes, + the default of each other host API.\n"
    "\n"
    "  --json    as a JSON array on stdout; `source` is what record takes as its\n"
    "            source\n"
    "  --find    lists nothing; ends with 0 when this source can be opened in this\n"
    "            format now\n";

static const char selftest_help[] =
    "usage: tapemapd selftest [--folder FOLDER] [--no-sound] [--json]\n"
    "\n"
    "Checks on this machine what recordings rest on (docs/assumptions.md): memory,\n"
    "files, names, rights, clocks, pipes, the default input. Run it first, as the\n"
    "user who is to record, and attach what it prints to a report of a fault. It\n"
    "takes 20 seconds at most, records for less than two, and leaves nothing behind.\n"
    "\n"
    "  --folder FOLDER  make files in this one, best where tapes are to lie; unless\n"
    "                   given, where temporary files are\n"
    "  --no-sound       touch no sound device\n"
    "  --json           print one JSON object, at the end\n"
    "\n"
    "After the machine a line for each assumption: its number, then\n"
    "  holds              it is so\n"
    "  differs, harmless  it is not, and tapemap allows for that\n"
    "  differs            it is not; what that means for recordings stands behind it\n"
    "  not testable here  and why\n"
    "and what was measured. Exit codes: 0 nothing differs but harmlessly, 1 something\n"
    "does, or it could not be tested at all, 2 wrong command line.\n";

static const char run_help[] =
    "usage: tapemapd run --config FILE\n"
    "\n"
    "Records every deck of a configuration (see 'tapemapd help configuration') until\n"
    "Ctrl+C, 'tapemapd stop', log-off or shutdown; then every tape is finished. Each\n"
    "deck has a recorder, a process of its own. One that dies is started again within\n"
    "a second, then after ever longer pauses of up to a minute, and goes on with its\n"
    "tape after a gap of the true length. A deck that has done what it was to do\n"
    "(duration, the end of its source) is left alone. One that shows no sign of life\n"
    "is told of after 10 seconds, and ended and started again after 30.\n"
    "\n"
    "Recorders live on when this program is killed: the next 'tapemapd run' finds\n"
    "them and goes on supervising; what was stopped by hand or is done stays so until\n"
    "the next log-on, by the file FILE.wishes. There is one supervisor in a login\n"
    "session.\n"
    "\n"
    "Exit codes: 0 every deck has stopped; 1 failed, or a recorder did not stop; 2 a\n"
    "bad command line.\n";

static const char reload_help[] =
    "usage: tapemapd reload [--json]\n"
    "\n"
    "Has the supervisor read its configuration again. New decks are started, removed\n"
    "ones stopped, changed ones stopped and started, and stopped or failed ones\n"
    "started; the others are left alone. Nothing happens when the configuration is\n"
    "wrong. Another log is for decks that start from now on, and for the next\n"
    "supervisor: no recording is interrupted for it, and the decks that write on into\n"
    "the old one are told.\n";

static const char status_help[] =
    "usage: tapemapd status [--json]\n"
    "\n"
    "Says how each deck of the supervisor is: running, waiting (for its next start),\n"
    "stopping, stopped, done (it did what it was to do) or failed (its options are\n"
    "wrong); how often it was started again, and what went wrong last, and when.\n";

static const char stop_help[] =
    "usage: tapemapd stop\n"
    "\n"
    "Has the supervisor stop every deck, each tape finished, and end; waits for that.\n"
    "It is the supervisor of this login session, as for reload and status, or else\n"
    "the service's. A recorder has 20 seconds, under the service nearly as long as a\n"
    "shutdown gives it. One that has not heard that it is to stop is ended then; one\n"
    "that has is left to finish its tape.\n"
    "\n"
    "Exit codes: 0 every tape is finished; 1 not every one is, or that is not known;\n"
    "2 a bad command line.\n";

static const char check_help[] =
    "usage: tapemapd check --config FILE\n"
    "\n"
    "Says all that is wrong with a configuration (see 'tapemapd help configuration'),\n"
    "each with its file, line and remedy, on stderr. It looks at no device and at no\n"
    "disk.\n"
    "\n"
    "Exit codes: 0 nothing is wrong; 1 something is, or the file cannot be read; 2 a\n"
    "bad command line.\n";

static const char configuration_help[] =
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
    "  log          what recorders say is added to this file\n"
    "  controllers  who else may start and stop decks, reload, and stop all of it:\n"
    "               as record --controllers; taken when the supervisor starts\n"
    "  defaults     for each deck that does not say otherwise, and that it goes with\n"
    "  deck         one for each deck, at most 60; its keys are the options of record\n"
    "               (see 'tapemapd help record') with _ for -; those without a value\n"
    "               are true or false\n"
    "\n"
    "What is more than a word goes into quotes. In double quotes \\ is written \\\\, and\n"
    "${NAME} is a variable of the environment; in single quotes \\ stands for itself.\n"
    "Paths begin in the folder of the configuration unless they are whole.\n";

static const char service_help[] =
    "usage: tapemapd service install [--config FILE] [OPTIONS]\n"
    "       tapemapd service uninstall|start|stop|status [--name NAME] [--json]\n"
    "\n"
    "Has the system supervise the decks of a configuration, whether somebody is\n"
    "logged in or not. Installing, starting and stopping take an administrator.\n"
    "\n"
    "  --name NAME            of the service; tapemap unless given\n"
    "  --config FILE          tapemapd.conf in the folder tapemap of %ProgramData%\n"
    "                         unless given; it has to be good (see 'tapemapd check')\n"
    "  --display-name TEXT    what the services window calls it\n"
    "  --description TEXT     what the services window says of it\n"
    "  --start WHEN           auto (with the system, unless given), delayed, or\n"
    "                         manual\n"
    "  --account ACCOUNT, --password-file FILE   see 'tapemapd help accounts'\n"
    "  --json                 of status: as a JSON object\n"
    "\n"
    "A service that fails is started again after 1, 5 and 30 seconds. install makes\n"
    "the folder, with logs and tapes in it, which only the service, the system and\n"
    "administrators get at, and makes tapemap known to the event log. uninstall stops\n"
    "the service, and leaves all files. Exit codes: 0 done, or status: running; 1\n"
    "failed; 2 a bad command line; 3 status: stopped; 4 status: not installed.\n";

static const char accounts_help[] =
    "Whom 'tapemapd service install' has the service run as\n"
    "\n"
    "  --account ACCOUNT      LocalSystem (unless given), 'NT\n"
    "                         AUTHORITY\\LocalService', 'NT SERVICE\\' and the\n"
    "                         service's name, or a user, DOMAIN\\NAME, who may log on\n"
    "                         as a service\n"
    "  --password-file FILE   the user's password is the first line of it; asked for\n"
    "                         unless given\n"
    "\n"
    "A service has no desktop, and Windows may give it no sound of a microphone:\n"
    "where that is so, use the same configuration with 'tapemapd run' while somebody\n"
    "is logged in.\n";

static const char help_help[] =
    "usage: tapemapd help [VERB|TOPIC]\n"
    "\n"
    "Explains tapemapd, one of its verbs, or a topic: sources, files, rotation,\n"
    "resume, marks, access, configuration, accounts. 'verbs' and 'topics' list the\n"
    "names of these, a line each.\n";

/* The verbs, and after them topics, which have no summary. */
static const struct {
    const char *name;
    const char *summary;
    const char *text;
} pages[] = {
    {"record", "Record one deck, until Ctrl+C", record_help},
    {"devices", "List the input devices", devices_help},
    {"selftest", "Check what recordings rest on, on this machine", selftest_help},
    {"run", "Record every deck of a configuration, each by a process of its own", run_help},
    {"reload", "Have what runs read its configuration again", reload_help},
    {"status", "Say how each deck of it is", status_help},
    {"stop", "Have it finish every tape, and end", stop_help},
    {"check", "Say what is wrong with a configuration", check_help},
    {"service", "Have the system run it", service_help},
    {"help", "Explain a verb, or a topic", help_help},
    {"sources", NULL, sources_help},
    {"files", NULL, files_help},
    {"rotation", NULL, rotation_help},
    {"resume", NULL, resume_help},
    {"marks", NULL, marks_help},
    {"access", NULL, access_help},
    {"configuration", NULL, configuration_help},
    {"accounts", NULL, accounts_help},
};

static void print_verbs(const char *indent)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (pages[i].summary)
            printf("%s%-8s  %s\n", indent, pages[i].name, pages[i].summary);
}

static void print_topics(void)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (!pages[i].summary)
            printf("%s\n", pages[i].name);
}

static int print_overview(void)
{
    fputs("usage: tapemapd VERB [OPTIONS]                (all about it: tapemapd help VERB)\n"
          "\n"
          "Records sound into memory, or files, that other programs read while it grows.\n"
          "\n", stdout);
    print_verbs("  ");
    fputs("\n"
          "More about record: 'tapemapd help sources', 'files', 'rotation', 'resume',\n"
          "'marks' and 'access'; about run: 'configuration'; about service: 'accounts'.\n"
          "Exit codes: 0 done, 1 failed, 2 wrong command line. 'tapemapd --version' prints\n"
          "the version.\n", stdout);
    return DAEMON_DONE;
}

int daemon_help(const char *name)
{
    if (!name)
        return print_overview();
    if (strcmp(name, "verbs") == 0) {
        print_verbs("");
        return DAEMON_DONE;
    }
    if (strcmp(name, "topics") == 0) {
        print_topics();
        return DAEMON_DONE;
    }
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(name, pages[i].name) == 0) {
            fputs(pages[i].text, stdout);
            return DAEMON_DONE;
        }
    }
    say("there is no verb '%s' to explain; see 'tapemapd help'", name);
    return DAEMON_MISUSED;
}
