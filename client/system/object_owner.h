/* SPDX-License-Identifier: MIT */
/*
 * Who made a kernel object. Names are there for the taking: whoever is first may make an object
 * that others expect from tapemap, and hear what they say or tell them what he likes. Windows
 * writes down the maker as the object's owner, and nobody can have it name somebody else whom he
 * is not, unless he may do everything anyway. So that is whom to ask before an object is trusted.
 */
#ifndef TAPEMAP_OBJECT_OWNER_H
#define TAPEMAP_OBJECT_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What to ask for when a control pipe is opened (CreateFile), in words READ_CONTROL | SYNCHRONIZE |
 * FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES. Not
 * GENERIC_WRITE: among its rights is 0x4, which of a pipe is that of serving it, and controllers
 * do not have it.
 */
#define OBJECT_CONTROL_PIPE_ACCESS 0x120183u

/*
 * True when the owner of an object is the user of this process (or whom his own objects belong to),
 * the administrators, the system, or an account of services (LocalService, NetworkService,
 * NT SERVICE\...): nobody logs in as one of these, and who installs services is an administrator.
 * handle: of any named kernel object or pipe, opened with READ_CONTROL among its rights; NULL: one
 * that could not even be opened for that, which nobody trusts.
 * name: receives the owner, as "DOMAIN\name", or his SID where he has no name; or why he is not
 * known.
 * Threads: any. Blocks: while a domain is asked for the name of an owner who is not trusted.
 */
bool object_owner_is_trusted(void *handle, char *name, size_t room);

#endif
