/* SPDX-License-Identifier: MIT */
#include "check_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "child_process.h"
#include "file_paths.h"
#include "program.h"
#include "scratch.h"
#include "tapemap/layout.h"

#define RUN_MOST_MS 20000u
#define RUN_KILL_MS 2000u

/* What both processes see. Each finding is written before `done` counts it. */
struct worker_block {
    struct tapemap_shared_u64 done;
    struct finding findings[CHECK_MOST];
};

/* ---- The other process ---------------------------------------------------------------------- */

int check_worker_main(int count, char **words)
{
    if (count != 5)
        return 1;
    HANDLE section = (HANDLE)(uintptr_t)strtoull(words[1], NULL, 10);
    HANDLE news = (HANDLE)(uintptr_t)strtoull(words[2], NULL, 10);
    const struct check_place place = {.scratch = words[3], .has_sound = *words[4] == '1'};
    struct worker_block *block = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof *block);
    const struct check *check;

    if (!block)
        return 1;
    for (size_t i = strtoull(words[0], NULL, 10); (check = check_at(i)) != NULL; i++) {
        struct finding finding = {.text = "the check said nothing"};
        check->run(&place, &finding);
        block->findings[i] = finding;
        store_release_u64(&block->done, i + 1);
        SetEvent(news);
    }
    return 0;
}

/* ---- This process --------------------------------------------------------------------------- */

struct worker {
    struct worker_block *block;
    HANDLE section;
    HANDLE news;
    HANDLE job; /* ends the process, and its peers, with this one; NULL: the system has none */
    struct child_process process;
};

static HANDLE interrupt; /* set when the user has had enough */

static void worker_take_interrupt(void)
{
    SetEvent(interrupt);
}

/* An object without a name goes with its last handle. */
static bool worker_init(struct worker *worker)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};

    *worker = (struct worker){0};
    worker->section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                         sizeof *worker->block, NULL);
    worker->news = CreateEventW(NULL, FALSE, FALSE, NULL);
    interrupt = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (worker->section)
        worker->block = MapViewOfFile(worker->section, FILE_MAP_WRITE, 0, 0, 0);
    worker->job = CreateJobObjectW(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (worker->job)
        SetInformationJobObject(worker->job, JobObjectExtendedLimitInformation, &limits,
                                sizeof limits);
    return worker->block && worker->news && interrupt;
}

static void worker_deinit(struct worker *worker)
{
    HANDLE handles[] = {worker->section, worker->news, worker->job, interrupt};

    program_on_interrupt(NULL);
    if (worker->block)
        UnmapViewOfFile(worker->block);
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        if (handles[i])
            CloseHandle(handles[i]);
    interrupt = NULL;
}

static enum tapemap_status worker_start(struct worker *worker, const struct check_run *run,
                                        struct failure *failure)
{
    char numbers[3][24];
    char *program = file_path_of_program();
    void *const handles[] = {worker->section, worker->news};
    const char *arguments[] = {program,    "selftest", "--worker", numbers[0], numbers[1],
                               numbers[2], run->place.scratch, run->place.has_sound ? "1" : "0",
                               NULL};
    const struct child_process_config config = {.arguments = arguments, .handles = handles,
                                                .handle_count = 2};

    if (!program)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "the system does not say which program this is; close other programs");
    snprintf(numbers[0], sizeof numbers[0], "%zu", run->count);
    snprintf(numbers[1], sizeof numbers[1], "%llu", (unsigned long long)(uintptr_t)worker->section);
    snprintf(numbers[2], sizeof numbers[2], "%llu", (unsigned long long)(uintptr_t)worker->news);
    enum tapemap_status status = child_process_start(&config, &worker->process, failure);
    free(program);
    if (status == TAPEMAP_OK && worker->job)
        AssignProcessToJobObject(worker->job, worker->process.handle);
    return status;
}

/* Ends it and its peers, and returns when it is gone. */
static void worker_end(struct worker *worker)
{
    uint32_t code;

    if (!worker->process.handle)
        return;
    if (!worker->job || !TerminateJobObject(worker->job, 1))
        TerminateProcess(worker->process.handle, 1);
    if (!child_process_await(&worker->process, 0, &code))
        TerminateProcess(worker->process.handle, 1);
    child_process_await(&worker->process, RUN_KILL_MS, &code);
    child_process_close(&worker->process);
}

static void run_take(struct check_run *run, const struct finding *finding)
{
    struct finding *kept = &run->findings[run->count];
    const struct check *check = check_at(run->count++);

    *kept = *finding;
    kept->text[FINDING_TEXT_BYTES - 1] = '\0';
    if (run->tell)
        run->tell(run->context, check, kept);
}

static void run_collect(struct check_run *run, const struct worker_block *block)
{
    while (run->count < load_acquire_u64(&block->done))
        run_take(run, &block->findings[run->count]);
}

/* What is wrong with the check that is under way; false: nothing. */
static bool worker_await(struct worker *worker, DWORD timeout_ms, struct finding *wrong)
{
    HANDLE handles[] = {interrupt, worker->news, worker->process.handle};
    uint32_t code = 0;

    switch (WaitForMultipleObjects(3, handles, FALSE, timeout_ms)) {
    case WAIT_OBJECT_0:
    case WAIT_OBJECT_0 + 1:
        return false;
    case WAIT_OBJECT_0 + 2:
        child_process_await(&worker->process, 0, &code);
        finding_set(wrong, FINDING_DIFFERS, "the process that tested it ended with code 0x%08x",
                    (unsigned)code);
        return true;
    default:
        finding_set(wrong, FINDING_UNTESTED, "no answer within %.1f s", timeout_ms / 1000.0);
        return true;
    }
}

/* How long the check under way may still take: its own limit, and what is left of all. */
static DWORD run_patience(const struct check_run *run, ULONGLONG begin)
{
    ULONGLONG spent = GetTickCount64() - begin;
    DWORD left = spent < RUN_MOST_MS ? (DWORD)(RUN_MOST_MS - spent) : 0;
    DWORD limit = check_at(run->count)->limit_ms;

    return limit < left ? limit : left;
}

/* Runs from run->count on, until something is wrong or all is done. */
static enum tapemap_status run_some(struct check_run *run, struct worker *worker, ULONGLONG begin,
                                    struct failure *failure)
{
    enum tapemap_status status = worker_start(worker, run, failure);
    struct finding wrong;
    bool is_over = false;

    if (status != TAPEMAP_OK)
        return status;
    size_t before = run->count;
    while (!is_over && check_at(run->count) &&
           WaitForSingleObject(interrupt, 0) != WAIT_OBJECT_0) {
        is_over = worker_await(worker, run_patience(run, begin), &wrong);
        if (is_over) /* it may have done one more in this moment */
            worker_end(worker);
        before = run->count;
        run_collect(run, worker->block);
    }
    worker_end(worker);
    if (is_over && before == run->count)
        run_take(run, &wrong);
    return TAPEMAP_OK;
}

enum tapemap_status check_run_all(struct check_run *run, struct failure *failure)
{
    ULONGLONG begin = GetTickCount64();
    struct worker worker;
    struct finding late;
    enum tapemap_status status = TAPEMAP_OK;

    if (!worker_init(&worker)) {
        worker_deinit(&worker);
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for its results; close other programs");
    }
    program_on_interrupt(worker_take_interrupt);
    finding_set(&late, FINDING_UNTESTED, "the %u s that all may take were over",
                RUN_MOST_MS / 1000);
    while (status == TAPEMAP_OK && check_at(run->count) &&
           WaitForSingleObject(interrupt, 0) != WAIT_OBJECT_0) {
        if (GetTickCount64() - begin < RUN_MOST_MS)
            status = run_some(run, &worker, begin, failure);
        else
            run_take(run, &late);
    }
    bool was_interrupted = WaitForSingleObject(interrupt, 0) == WAIT_OBJECT_0;
    worker_deinit(&worker);
    scratch_remove(run->place.scratch);
    if (status == TAPEMAP_OK && was_interrupted)
        status = failure_set(failure, TAPEMAP_E_ENDED, "interrupted; begin again for all of it");
    return status;
}
