/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_input: one JSON object after the other out of arguments, a file, or standard input.
 *
 * Reads files and standard input; never waits for the latter.  Reads the civil clock.
 */
#ifndef IOCCTL_PUBLISH_INPUT_H
#define IOCCTL_PUBLISH_INPUT_H

#include "publish_event.h"
#include "publish_folder.h"
#include "publish_read.h"

#define PUBLISH_LINE_MAX (1u << 20) /* bytes of a line of standard input; more are not kept */

enum publish_input_outcome {
	PUBLISH_LATER = 1, /* nothing is there now */
	PUBLISH_OVER,      /* that was all */
};

struct publish_input {
	/* One of these. */
	char *const *arguments; /* lent by the call */
	int n_arguments;
	int next_argument;
	struct publish_file file;
	int descriptor; /* -1: none */

	const char *name; /* of the file, as given; lent */
	char *place;      /* owned: that of the file, absolute; NULL: it cannot be read again */
	struct publish_reader *reader;
	struct text buffer; /* of the descriptor */
	size_t at;          /* where its next line begins */
	uint64_t nth;       /* of the line that was read last */
	json_t *line;       /* owned: that line */
	bool is_ended;
	bool is_skipping; /* a line that is too long */
};

/* Begin to read.  0 or a fault. */
void publish_input_arguments(struct publish_input *ret, char *const *arguments, int n);
int publish_input_file(struct publish_input *ret, const char *path) MUST_USE;
void publish_input_descriptor(struct publish_input *ret, int descriptor, const char *name);
/* Of a file that was read, in folder; takes it. */
void publish_input_read(struct publish_input *ret, struct publish_file *file, const char *folder);
void publish_input_fini(struct publish_input *input);

/* Reads the next piece and where it comes from; both are lent until the next call.  0,
 * PUBLISH_LATER, PUBLISH_OVER or a fault. */
int publish_input_next(struct publish_input *input, struct publish_piece *ret,
		       struct publish_origin *ret_origin) MUST_USE;

/* Appends where a piece stands, for people: "orders.json:12". */
void publish_input_add_place(struct text *text, const struct publish_input *input,
			     const struct publish_piece *piece);

#endif
