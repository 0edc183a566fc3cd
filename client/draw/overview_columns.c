/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "overview.h"
#include "quantity.h"
#include "whole_numbers.h"

#define PLAN_BINS_A_COLUMN 4u

double overview_place(const struct overview *overview, uint64_t position)
{
    if (position <= overview->from)
        return 0.0;
    if (position >= overview->to)
        return 1.0;
    return (double)(position - overview->from) / (double)(overview->to - overview->from);
}

struct overview_plan overview_plan(uint64_t from, uint64_t to, uint32_t columns)
{
    uint64_t most = (to - from) / columns / PLAN_BINS_A_COLUMN;
    uint64_t cell = TAPEMAP_LEVEL0_FRAMES;

    if (most < cell)
        return (struct overview_plan){.first = from, .bins = columns};
    for (unsigned level = 1; level < TAPEMAP_LEVELS && cell * TAPEMAP_LEVEL_FACTOR <= most; level++)
        cell *= TAPEMAP_LEVEL_FACTOR;
    struct overview_plan plan = {
        .first = round_up_u64(from, cell),
        .bin_frames = most / cell * cell,
    };
    plan.bins = (uint32_t)((to - plan.first) / plan.bin_frames);
    return plan;
}

void overview_columns_begin(struct overview *overview)
{
    for (size_t i = 0; i < (size_t)overview->columns * overview->channels; i++)
        overview->cells[i] = (struct overview_cell){.min = HUGE_VALF, .max = -HUGE_VALF};
}

uint32_t overview_column_of(const struct overview *overview, const struct overview_span *bin)
{
    uint64_t middle = bin->from + (bin->to - bin->from) / 2 - overview->from;
    uint64_t column = quantity_scale(middle, overview->columns, overview->to - overview->from);

    return column < overview->columns ? (uint32_t)column : overview->columns - 1;
}

void overview_columns_add(struct overview *overview, uint64_t *column_frames, uint32_t column,
                          uint64_t frames, const struct tapemap_peak *peaks)
{
    struct overview_cell *cells = &overview->cells[(size_t)column * overview->channels];
    for (uint32_t channel = 0; channel < overview->channels; channel++) {
        cells[channel].min = fminf(cells[channel].min, peaks[channel].min);
        cells[channel].max = fmaxf(cells[channel].max, peaks[channel].max);
        cells[channel].rms += peaks[channel].sum_squares;
    }
    column_frames[column] += frames;
}

/* A column that got nothing is silent; a sample that is no number counts as none. */
void overview_columns_end(struct overview *overview, const uint64_t *frames)
{
    for (uint32_t column = 0; column < overview->columns; column++) {
        for (uint32_t channel = 0; channel < overview->channels; channel++) {
            struct overview_cell *cell =
                &overview->cells[(size_t)column * overview->channels + channel];
            float mean = frames[column] ? cell->rms / (float)frames[column] : 0.0F;
            bool is_good = isfinite(cell->min) && isfinite(cell->max) && isfinite(mean);
            cell->rms = sqrtf(mean);
            if (!is_good)
                *cell = (struct overview_cell){0};
        }
    }
}
