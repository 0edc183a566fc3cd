/* SPDX-License-Identifier: MIT */
#include "control_session.h"

void control_session_answered(struct control_session *session, uint64_t clock)
{
    session->since = clock;
}

void control_session_crowd(struct control_session *session, bool is_crowded)
{
    session->is_crowded = is_crowded;
}

static unsigned patience_seconds(const struct control_session *session)
{
    return session->is_crowded ? CONTROL_CROWDED_SECONDS : CONTROL_PATIENCE_SECONDS;
}

uint64_t control_session_deadline(const struct control_session *session)
{
    return session->since + patience_seconds(session) * session->clock_hz;
}

void control_session_init(struct control_session *session, enum control_side side,
                          uint64_t clock_hz, uint64_t clock)
{
    session->side = side;
    session->clock_hz = clock_hz;
    session->is_crowded = false;
    control_line_clear(&session->line);
    control_rate_init(&session->rate, clock_hz, clock);
    control_session_answered(session, clock);
}

static enum control_event session_read_line(struct control_session *session, uint64_t clock)
{
    struct control_line *line = &session->line;
    enum tapemap_status status;

    if (!control_rate_take(&session->rate, clock)) {
        failure_set(&session->failure, TAPEMAP_E_BUSY,
                    "more than %u requests a second; ask less often", CONTROL_RATE_PER_SECOND);
        return CONTROL_OVER;
    }
    status = control_request_parse(session->side, line->bytes, line->length, &session->request,
                                   &session->failure);
    control_line_clear(line);
    if (status == TAPEMAP_OK)
        return CONTROL_ASKED;
    return status == TAPEMAP_E_SYNTAX ? CONTROL_OVER : CONTROL_REFUSED;
}

enum control_event control_session_take(struct control_session *session, const char *bytes,
                                        size_t count, size_t *taken, uint64_t clock)
{
    enum control_line_state state = control_line_take(&session->line, bytes, count, taken);

    if (state == CONTROL_LINE_WHOLE)
        return session_read_line(session, clock);
    if (state == CONTROL_LINE_TOO_LONG) {
        failure_set(&session->failure, TAPEMAP_E_ARGUMENT,
                    "the request is longer than %u bytes; shorten it", CONTROL_LINE_BYTES);
        return CONTROL_OVER;
    }
    if (clock < control_session_deadline(session))
        return CONTROL_WANTS_MORE;
    failure_set(&session->failure, TAPEMAP_E_TIMEOUT,
                "no whole request came in %u second%s; connect again when there is one",
                patience_seconds(session), session->is_crowded ? ", and others may wait" : "s");
    return CONTROL_OVER;
}
