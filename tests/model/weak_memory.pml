/* SPDX-License-Identifier: MIT */
/*
 * Memory as weak as the code may meet it (client/format/atomic64.h). What a writer stores is pending
 * first, and reaches the others later, in an order of its own:
 *   - a plain or relaxed store passes any other store that is pending, a release store too, but none
 *     to the same place;
 *   - a release store reaches them after all that its writer stored before it;
 *   - after a full barrier (exchange_u64), and after a release fence, nothing earlier is pending.
 * Once it has reached one it has reached all, as on x86 and ARM64. Loads are put in the models where
 * the code lets them happen: an acquire load in its place, a plain load anywhere after the acquire
 * load or the acquire fence before it.
 *
 * The model that includes this defines PLACES (how many shared words there are) and WRITERS.
 */
#define PENDING 4

typedef stores {
    byte place[PENDING];
    byte value[PENDING];
    bit is_release[PENDING];
    byte count
}
stores pending[WRITERS];
byte memory[PLACES];

inline put(writer, where, what, release)
{
    atomic {
        pending[writer].count < PENDING;
        pending[writer].place[pending[writer].count] = where;
        pending[writer].value[pending[writer].count] = what;
        pending[writer].is_release[pending[writer].count] = release;
        pending[writer].count++
    }
}

#define store_relaxed(writer, where, what) put(writer, where, what, 0)
#define store_release(writer, where, what) put(writer, where, what, 1)
#define barrier(writer) (pending[writer].count == 0)

/* Store number i arrives; those behind it move up, and what is free is zero, so that equal states
   look equal. */
inline arrive(i)
{
    memory[pending[writer].place[i]] = pending[writer].value[i];
    k = i;
    do
    :: k + 1 < pending[writer].count ->
        pending[writer].place[k] = pending[writer].place[k + 1];
        pending[writer].value[k] = pending[writer].value[k + 1];
        pending[writer].is_release[k] = pending[writer].is_release[k + 1];
        k++
    :: else -> break
    od;
    pending[writer].place[k] = 0;
    pending[writer].value[k] = 0;
    pending[writer].is_release[k] = 0;
    pending[writer].count--;
    k = 0
}

#define same(i, j) (pending[writer].place[i] == pending[writer].place[j])
#define may_pass(i) (pending[writer].count > i && !pending[writer].is_release[i])

proctype arrivals(byte writer)
{
    byte k;
end:
    do
    :: atomic { pending[writer].count > 0 -> arrive(0) }
    :: atomic { may_pass(1) && !same(1, 0) -> arrive(1) }
    :: atomic { may_pass(2) && !same(2, 0) && !same(2, 1) -> arrive(2) }
    :: atomic { may_pass(3) && !same(3, 0) && !same(3, 1) && !same(3, 2) -> arrive(3) }
    od
}
