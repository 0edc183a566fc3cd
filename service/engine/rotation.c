/* SPDX-License-Identifier: MIT */
#include "rotation.h"

#include <string.h>

#include "quantity.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define LENGTH_WORD "length:"

bool rotation_parse(const char *text, struct rotation_policy *policy, struct failure *failure)
{
    size_t word = sizeof LENGTH_WORD - 1;

    policy->kind = ROTATION_LENGTH;
    if (strncmp(text, LENGTH_WORD, word) == 0 &&
        quantity_parse_duration_ns(text + word, &policy->length_ns) &&
        policy->length_ns >= NS_PER_SECOND)
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "--rotate '%s' is not understood; use for example length:90m, of 1s at least",
                text);
    return false;
}

uint64_t rotation_boundary(const struct rotation_policy *policy,
                           const struct rotation_facts *facts)
{
    uint64_t frames = 0;

    if (policy->kind == ROTATION_LENGTH)
        quantity_frames_from_ns(policy->length_ns, facts->sample_rate_hz, &frames);
    return frames;
}

bool rotation_is_fixed(const struct rotation_policy *policy)
{
    return policy->kind == ROTATION_LENGTH;
}

uint64_t rotation_begin_utc_ns(const struct rotation_policy *policy,
                               const struct rotation_facts *facts, uint64_t boundary)
{
    uint64_t rest = boundary > facts->position ? boundary - facts->position : 0;

    (void)policy;
    return facts->utc_ns + quantity_scale(rest, NS_PER_SECOND, facts->sample_rate_hz);
}
