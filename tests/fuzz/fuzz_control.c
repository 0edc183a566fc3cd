/* SPDX-License-Identifier: MIT */
/* What anybody sends down a control pipe: however it is cut into pieces the same requests come of
   it, each with sound values, and every refusal can be sent back as one line of JSON. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "control_answer.h"
#include "control_session.h"
#include "fuzz.h"
#include "object_names.h"
#include "utf8.h"

#define HZ 10000000u
#define MOST_EVENTS 64u

/* What one connection came to. */
struct course {
    size_t count;
    struct {
        enum control_event event;
        struct control_request request;
        struct failure failure;
    } steps[MOST_EVENTS];
};

static struct course whole;
static struct course pieces;

static void expect_sound_text(const char *text)
{
    for (size_t length; *text; text += length) {
        uint32_t character = utf8_character(text, &length);
        FUZZ_EXPECT(length > 0 && !utf8_is_control(character));
        if (length == 0)
            return;
    }
}

static void expect_sound_request(enum control_side side, const struct control_request *request)
{
    bool has_deck = side == CONTROL_SUPERVISOR &&
                    (request->command == CONTROL_START || request->command == CONTROL_STOP ||
                     request->command == CONTROL_RESTART);

    FUZZ_EXPECT(memchr(request->text, '\0', sizeof request->text) != NULL);
    expect_sound_text(request->text);
    FUZZ_EXPECT(!has_deck || deck_name_is_valid(request->deck));
    FUZZ_EXPECT(request->command != CONTROL_HELD || request->tape_id != 0);
}

static void expect_answer(const struct failure *failure)
{
    static char line[CONTROL_ANSWER_BYTES];
    struct control_answer answer;

    control_answer_init(&answer);
    control_answer_fail(&answer, failure);
    size_t length = control_answer_print(&answer, line);
    control_answer_deinit(&answer);
    FUZZ_EXPECT(length > 1 && length <= sizeof line && line[length - 1] == '\n');
    FUZZ_EXPECT(memchr(line, '\n', length) == line + length - 1);
    line[length - 1] = '\0';
    cJSON *object = cJSON_Parse(line);
    const char *error =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "error"));
    FUZZ_EXPECT(error != NULL && error[0] != '\0');
    FUZZ_EXPECT(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(object, "ok")));
    cJSON_Delete(object);
}

static void follow(enum control_side side, const uint8_t *data, size_t size, size_t piece,
                   struct course *course)
{
    struct control_session session;
    enum control_event event = CONTROL_WANTS_MORE;

    memset(course, 0, sizeof *course);
    control_session_init(&session, side, HZ, 0);
    for (size_t at = 0; at < size && event != CONTROL_OVER && course->count < MOST_EVENTS;) {
        size_t count = size - at < piece ? size - at : piece;
        size_t taken = 0;
        event = control_session_take(&session, (const char *)data + at, count, &taken, 0);
        FUZZ_EXPECT(taken > 0 && taken <= count);
        at += taken;
        if (event == CONTROL_WANTS_MORE)
            continue;
        course->steps[course->count].event = event;
        if (event == CONTROL_ASKED)
            course->steps[course->count].request = session.request;
        else
            course->steps[course->count].failure = session.failure;
        course->count++;
    }
}

static void expect_same(const struct control_request *a, const struct control_request *b)
{
    FUZZ_EXPECT(a->command == b->command && strcmp(a->text, b->text) == 0);
    FUZZ_EXPECT(a->has_position == b->has_position);
    FUZZ_EXPECT(!a->has_position || a->position == b->position);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint64_t how = fuzz_take(&input, 1);
    enum control_side side = how & 1 ? CONTROL_SUPERVISOR : CONTROL_RECORDER;

    follow(side, input.at, input.left, input.left, &whole);
    follow(side, input.at, input.left, how / 2 % 16 + 1, &pieces);
    FUZZ_EXPECT(whole.count == pieces.count);
    for (size_t i = 0; i < whole.count; i++) {
        FUZZ_EXPECT(whole.steps[i].event == pieces.steps[i].event);
        if (whole.steps[i].event == CONTROL_ASKED) {
            expect_sound_request(side, &whole.steps[i].request);
            expect_same(&whole.steps[i].request, &pieces.steps[i].request);
        } else {
            FUZZ_EXPECT(whole.steps[i].failure.status == pieces.steps[i].failure.status);
            expect_answer(&whole.steps[i].failure);
        }
    }
    return 0;
}
