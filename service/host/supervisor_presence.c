/* SPDX-License-Identifier: MIT */
#include "supervisor_presence.h"

#include <cjson/cJSON.h>

#include "control_client.h"
#include "control_pipe.h"
#include "identity.h"
#include "object_names.h"

#define ANSWER_MS 2000u

static bool has_process(const cJSON *answer, uint32_t pid)
{
    const cJSON *deck;

    cJSON_ArrayForEach(deck, cJSON_GetObjectItemCaseSensitive(answer, "decks")) {
        const cJSON *has = cJSON_GetObjectItemCaseSensitive(deck, "pid");
        if (cJSON_IsNumber(has) && has->valuedouble == (double)pid)
            return true;
    }
    return false;
}

bool supervisor_has_this_recorder(const char *space)
{
    char name[OBJECT_NAME_BYTES];
    struct failure failure;
    cJSON *answer = NULL;

    control_pipe_name(name, object_space_is_global(space), NULL);
    if (control_client_ask(name, "{\"command\":\"status\"}", ANSWER_MS, &answer, &failure) !=
        TAPEMAP_OK)
        return false;
    bool is_found = has_process(answer, identity_pid());
    cJSON_Delete(answer);
    return is_found;
}
