/* SPDX-License-Identifier: MIT */
/* The login session of this process. Any thread; never block. */
#ifndef TAPEMAP_LOGIN_SESSION_H
#define TAPEMAP_LOGIN_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/* Returns false when the system does not tell; *id is 0 then. */
bool login_session_find(uint32_t *id);

/* Services, and what they start, are in session 0, where nobody is logged in. */
bool login_session_is_of_no_user(void);

#endif
