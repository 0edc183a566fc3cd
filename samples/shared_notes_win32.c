/* SPDX-License-Identifier: MIT */
/*
 * Notes about a tape that all running instances of this program share.
 *
 *     shared_notes DECK [NOTE]
 *
 * Technique: a small named section of our own beside the tape, named after the tape's id. A note
 * keeps the position that was the head when it was made. All instances see the same bytes, a mutex
 * lets one write at a time, and a table of process ids counts who is there; the system takes it all
 * away with the last of them. Notes need not be kept: for that there are marks.
 *
 * Expect: the notes and the number of instances, at once and again when stdin ends:
 *     instances: 2, notes: 2
 *     frame 48000: applause
 *     frame 96000: the phone rang
 */
#define SAMPLE "shared_notes"
#include "sample.h"

#include <windows.h>

#define NOTES 64
#define INSTANCES 16

struct notes { /* all zero at first: the system clears a new section */
    uint32_t count;
    DWORD instances[INSTANCES]; /* process ids; 0: free */
    struct {
        uint64_t position;
        char text[120];
    } notes[NOTES];
};

static bool is_running(DWORD pid)
{
    HANDLE process = pid ? OpenProcess(SYNCHRONIZE, FALSE, pid) : NULL;
    bool is_there = process && WaitForSingleObject(process, 0) == WAIT_TIMEOUT;

    if (process)
        CloseHandle(process);
    return is_there;
}

/* Who died without a word is not counted. */
static unsigned count_instances(const struct notes *notes)
{
    unsigned count = 0;

    for (int i = 0; i < INSTANCES; i++)
        count += is_running(notes->instances[i]);
    return count;
}

static void join(struct notes *notes)
{
    int slot = 0;

    while (slot < INSTANCES && is_running(notes->instances[slot]))
        slot++;
    if (slot < INSTANCES)
        notes->instances[slot] = GetCurrentProcessId();
}

static void show(const struct notes *notes)
{
    printf("instances: %u, notes: %" PRIu32 "\n", count_instances(notes), notes->count);
    for (uint32_t i = 0; i < notes->count && i < NOTES; i++)
        printf("frame %" PRIu64 ": %s\n", notes->notes[i].position, notes->notes[i].text);
    fflush(stdout);
}

static void add(struct notes *notes, const char *text, uint64_t position)
{
    snprintf(notes->notes[notes->count].text, sizeof notes->notes[0].text, "%s", text);
    notes->notes[notes->count++].position = position;
}

static int share(struct notes *notes, HANDLE mutex, const char *note, uint64_t head)
{
    /* If its last owner died it is ours all the same: notes are only ever added. */
    WaitForSingleObject(mutex, INFINITE);
    join(notes);
    bool has_room = notes->count < NOTES;
    if (note && has_room)
        add(notes, note, head);
    show(notes);
    ReleaseMutex(mutex);
    if (note && !has_room)
        return sample_refuse("cannot add the note", "there are 64 already", "end all instances");
    while (getchar() != EOF) {
    }
    WaitForSingleObject(mutex, INFINITE);
    show(notes);
    ReleaseMutex(mutex);
    return 0;
}

int main(int argc, char **argv)
{
    struct tapemap_info info;
    char name[64], lock_name[64];

    if (argc < 2 || argc > 3)
        return sample_usage("DECK [NOTE]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    tapemap_get_info(tape, &info);
    snprintf(name, sizeof name, "Local\\tapemap-notes.%s", info.id);
    snprintf(lock_name, sizeof lock_name, "%s.lock", name);
    HANDLE mutex = CreateMutexA(NULL, FALSE, lock_name);
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                        sizeof(struct notes), name);
    struct notes *notes = section && mutex ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0,
                                                           sizeof *notes) : NULL;
    int code = notes ? share(notes, mutex, argc == 3 ? argv[2] : NULL, tapemap_head(tape))
                     : sample_fail("cannot share notes", TAPEMAP_E_SYSTEM);
    tapemap_close(tape);
    return code; /* the system unmaps and closes */
}
