/* SPDX-License-Identifier: MIT */
/* The catalogue, which any program of the session may write: what is read from it is a deck. */
#include <stdlib.h>
#include <string.h>

#include "catalogue_read.h"
#include "fuzz.h"
#include "object_names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tapemap_catalogue *catalogue = fuzz_alloc(sizeof *catalogue);
    struct catalogue_entry entry;

    memset(catalogue, 0, sizeof *catalogue);
    catalogue->magic.raw = TAPEMAP_CATALOGUE_MAGIC;
    catalogue->signature = TAPEMAP_LAYOUT_SIGNATURE;
    if (size > sizeof catalogue->slots)
        size = sizeof catalogue->slots;
    if (size > 0)
        memcpy(catalogue->slots, data, size);
    FUZZ_EXPECT(catalogue_check(catalogue) == TAPEMAP_OK);
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (catalogue_read_slot(catalogue, i, &entry) != TAPEMAP_OK)
            continue;
        FUZZ_EXPECT(entry.tape_id != 0);
        FUZZ_EXPECT(memchr(entry.name, '\0', sizeof entry.name) && deck_name_is_valid(entry.name));
    }
    free(catalogue);
    return 0;
}
