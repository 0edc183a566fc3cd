/* SPDX-License-Identifier: MIT */
#include "selftest_check.h"

static const struct check *(*const subjects[])(size_t *count) = {
    check_memory_rows, check_window_rows, check_file_rows,
    check_cut_rows, check_sharing_rows, check_name_rows, check_time_rows, check_control_rows,
    check_sound_rows,
};

const struct check *check_at(size_t number)
{
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        size_t count;
        const struct check *rows = subjects[i](&count);
        if (number < count)
            return &rows[number];
        number -= count;
    }
    return NULL;
}
