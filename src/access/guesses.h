/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guesses: who guessed passwords wrong, and where somebody has logged in before; how long the next
 * attempt must wait.
 *
 * What an account is called makes no difference, nor whether there is one.  Addresses of IPv6 count
 * by their first 64 bits, as whoever has one has all of those.
 *
 * Each table has LOGIN_PLACES places; the one that was not touched for longest goes for a new one.
 * Guesses never push out where people logged in: those have a table of their own.
 *
 * Pure; single-threaded.
 */
#ifndef IOCD_ACCESS_GUESSES_H
#define IOCD_ACCESS_GUESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"

#define GUESS_KEY 16 /* bytes */

struct guesses;

/* Makes empty tables and gives them; frees them (NULL is fine). */
struct guesses *guesses_new(void) MUST_USE;
struct guesses *guesses_free(struct guesses *guesses);
DEFINE_CLEANUP(struct guesses, guesses_free)

/* As login_wait_ms() and login_failed(); and what is to be noted of a login. */
int64_t guesses_wait_ms(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms);
void guesses_note_wrong(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms);
void guesses_note_right(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms);

/* Put where people have logged in, and read it back; the reader is marked bad if that makes no
 * sense. */
void guesses_save(const struct guesses *guesses, struct bytes_writer *writer);
void guesses_load(struct guesses *guesses, struct bytes_reader *reader);

#endif
