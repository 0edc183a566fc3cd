/* SPDX-License-Identifier: MIT */
/*
 * The names of kernel objects, and what may be a deck's name or a tape's id. UTF-8; each name fits
 * OBJECT_NAME_BYTES with its terminating zero, whatever its parts. docs/layout.md lists them.
 * All functions: any thread; never block.
 */
#ifndef TAPEMAP_OBJECT_NAMES_H
#define TAPEMAP_OBJECT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"

enum { OBJECT_NAME_BYTES = 192 };

/* The namespaces of Windows; their spelling is case-sensitive. */
#define OBJECT_SPACE_LOCAL "Local\\"   /* this login session */
#define OBJECT_SPACE_GLOBAL "Global\\" /* the machine; creating there needs a privilege */

/* "<space>tapemap.<id>", for generation g > 0 of a growing file "<space>tapemap.<id>.g<g>". */
void object_name_audio(char *out, const char *space, uint64_t tape_id, uint64_t generation);

/* "<space>tapemap.<id>.index" */
void object_name_index(char *out, const char *space, uint64_t tape_id);

/* "<space>tapemap.<id>.even" for parity 0, "<space>tapemap.<id>.odd" for 1; only the lowest bit
   counts, so a wake-up's number will do. */
void object_name_event(char *out, const char *space, uint64_t tape_id, unsigned parity);

/* "<space>tapemap.catalogue" and the mutex "<space>tapemap.catalogue.lock" */
void object_name_catalogue(char *out, const char *space);
void object_name_catalogue_lock(char *out, const char *space);

/* "<space>tapemap.deck.<name>": the mutex that exists while a recorder has the deck. `deck_name` is
   valid (deck_name_is_valid). */
void object_name_deck(char *out, const char *space, const char *deck_name);

/* The part of a pipe's name that says whose it is (docs/control.md): "global", or "s<session>" for
   what runs in a login session. */
enum { PIPE_SPACE_BYTES = 16 };
void pipe_name_space(char out[PIPE_SPACE_BYTES], bool is_global, uint32_t session);

/* "\\.\pipe\tapemap.<pipe_space>.deck.<name>", of a valid deck name, and
   "\\.\pipe\tapemap.<pipe_space>.supervisor": where each takes words. */
void pipe_name_deck(char *out, const char *pipe_space, const char *deck_name);
void pipe_name_supervisor(char *out, const char *pipe_space);

/* A number from exactly 16 hexadecimal digits of either case. false for any other text, *tape_id
   then untouched. 0 is read, though no tape has that id. */
bool tape_id_parse(const char *text, uint64_t *tape_id);

/* Writes an id as 16 lower-case hexadecimal digits. */
void tape_id_print(uint64_t tape_id, char out[17]);

/* True for 1 .. 63 bytes of valid UTF-8 without control characters (C0, DEL, C1) and without
   \ / : * ? " < > | , that neither begin nor end with a space nor end with a dot. So a deck's name
   can name a file too, and "." and ".." are none. */
bool deck_name_is_valid(const char *name);

#endif
