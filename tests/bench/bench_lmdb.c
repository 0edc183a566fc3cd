/* SPDX-License-Identifier: MIT */
/*
 * bench_lmdb FOLDER: how fast LMDB takes the same audio as bench_ingest: values of 64 KiB under
 * rising numbers, appended, a transaction for each MiB, as one would for a reader that follows.
 * Into the system's cache (no synchronisation, writable map: its fastest), and until all is on the
 * disk.
 */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_samples.h"
#include "program.h"
#include "steady_clock.h"

#define MIB (UINT64_C(1) << 20)
#define RUNS 3u
#define BLOCK_BYTES (64u << 10)
#define BLOCKS_PER_TRANSACTION 16u

static unsigned char audio[BLOCK_BYTES];
static uint64_t total_bytes;

static void check(int result, const char *what)
{
    if (result == 0)
        return;
    fprintf(stderr, "bench_lmdb: %s: %s; see whether the folder can be written\n", what,
            mdb_strerror(result));
    exit(1);
}

static uint64_t append_blocks(MDB_env *env, uint64_t number)
{
    MDB_txn *transaction;
    MDB_dbi table;

    check(mdb_txn_begin(env, NULL, 0, &transaction), "beginning a transaction");
    check(mdb_dbi_open(transaction, NULL, MDB_INTEGERKEY, &table), "opening the table");
    for (unsigned i = 0; i < BLOCKS_PER_TRANSACTION; i++, number++) {
        size_t key_number = (size_t)number;
        MDB_val key = {sizeof key_number, &key_number};
        MDB_val value = {sizeof audio, audio};
        check(mdb_put(transaction, table, &key, &value, MDB_APPEND), "appending");
    }
    check(mdb_txn_commit(transaction), "committing");
    return number;
}

static double ingest(const char *path, bool is_flushed)
{
    char lock[4200];
    MDB_env *env;

    snprintf(lock, sizeof lock, "%s-lock", path);
    check(mdb_env_create(&env), "making an environment");
    check(mdb_env_set_mapsize(env, (size_t)(total_bytes + total_bytes / 8 + 64 * MIB)), "sizing");
    check(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOSYNC | MDB_WRITEMAP, 0664), "opening");
    uint64_t clock = steady_clock_now();
    for (uint64_t number = 0; number * BLOCK_BYTES < total_bytes;)
        number = append_blocks(env, number);
    if (is_flushed)
        check(mdb_env_sync(env, 1), "flushing");
    double seconds = (double)(steady_clock_now() - clock) / (double)steady_clock_hz();
    mdb_env_close(env);
    remove(path);
    remove(lock);
    return seconds;
}

static int run(int argc, char **argv)
{
    char path[4096];

    if (argc != 2) {
        fprintf(stderr, "bench_lmdb: it wants a folder; give one\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/bench-lmdb", argv[1]);
    total_bytes = bench_amount(512, 128) * MIB;
    memset(audio, 0x5A, sizeof audio);
    for (unsigned i = 0; i < bench_amount(RUNS, 2); i++) {
        double mib = (double)total_bytes / (double)MIB;
        bench_figure("ingest", "LMDB, values of 64 KiB", "cache", mib / ingest(path, false));
        bench_figure("ingest", "LMDB, values of 64 KiB", "disk", mib / ingest(path, true));
    }
    return 0;
}

int main(void)
{
    return program_run(run);
}
