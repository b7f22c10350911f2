/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load: what reading a saved book shares between its files: load.c for the whole, load_alert.c for
 * one alert.
 */
#ifndef IOCD_ALERT_LOAD_H
#define IOCD_ALERT_LOAD_H

#include "receivers.h"
#include "save.h"

#define ALERT_BYTES 180 /* fewer never hold an alert */

struct loading {
	struct alertbook *book;
	struct bytes_reader *reader;
	const struct renumber *units;
	struct receivers_map receivers;
	struct entry **fallen; /* owned, as are they: alerts that do not live on */
	const char **why;      /* owned; by place in fallen: lent words */
	size_t n_fallen;
};

/* A number below n; 0 or 1; a time from 0 to max_ms; receivers as they are numbered now. */
uint8_t load_choice(struct bytes_reader *reader, unsigned n);
bool load_flag(struct bytes_reader *reader);
int64_t load_time(struct bytes_reader *reader, int64_t max_ms);
uint32_t load_receivers(struct loading *loading);

/* A text of fewer than capacity bytes, into to, which is all zero. */
void load_text(struct bytes_reader *reader, char *to, size_t capacity);

/* Whether n bytes can be the id of a rule. */
bool load_is_id(const char *id, size_t n);

/* Reads an alert into *alert, which is all zero; its unit may be RENUMBER_GONE. */
void load_alert(struct loading *loading, struct alert *alert);

/* Whether the machine of an alert that was read can be in that state. */
bool load_can_be(const struct alert *alert);

#endif
