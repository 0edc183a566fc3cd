/* SPDX-License-Identifier: MIT */
#include "recorder_pipe.h"

#include "identity.h"
#include "object_names.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"

static enum tapemap_status recorder_pipe_try(struct recorder *recorder, struct failure *failure)
{
    char space[PIPE_SPACE_BYTES];
    char name[OBJECT_NAME_BYTES];
    struct control_server_config config = {
        .pipe_name = name,
        .side = CONTROL_RECORDER,
        .security = security_attributes(SECURITY_SHARED_OBJECT),
        .handle = recorder_control_handle,
        .context = &recorder->control,
    };

    recorder->pipe_tried = steady_clock_now();
    pipe_name_space(space, false, identity_session());
    pipe_name_deck(name, space, recorder->options->deck);
    return control_server_start(&config, &recorder->server, failure);
}

void recorder_pipe_open(struct recorder *recorder)
{
    struct failure failure;

    recorder->control = (struct recorder_control){.deck = recorder->deck, .context = recorder};
    if (recorder_pipe_try(recorder, &failure) != TAPEMAP_OK)
        say("warning: deck '%s' is recorded, but takes no words (mark, stop and so on) yet: %s",
            recorder->options->deck, failure.text);
}

void recorder_pipe_retry(struct recorder *recorder)
{
    struct failure failure;

    if (recorder->server || steady_clock_now() - recorder->pipe_tried < steady_clock_hz())
        return;
    if (recorder_pipe_try(recorder, &failure) != TAPEMAP_OK)
        return;
    status_line_finish(&recorder->line);
    say("deck '%s' takes words now", recorder->options->deck);
}

void recorder_pipe_close(struct recorder *recorder)
{
    control_server_stop(recorder->server);
    recorder->server = NULL;
}
