/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_tell: what iocctl publish says: which input was refused, how far it is, what came of it.
 *
 * Refusals and progress go to stderr, the result to stdout.
 */
#ifndef IOCCTL_PUBLISH_TELL_H
#define IOCCTL_PUBLISH_TELL_H

#include <jansson.h>

#include "call.h"
#include "iocd/base/text.h"
#include "iocd/forward.h"
#include "iocd/reason.h"
#include "publish_options.h"

struct publish_refusal {
	enum reason reason;
	const char *what; /* the attribute or field that it is about; NULL: none */
	const char *why;  /* more about it; "" : nothing */
};

struct publish_tell {
	const struct call *call;
	const struct publish_options *options;
	json_t *refused; /* owned; the first ones */
	uint64_t n_refused;
	uint64_t n_known; /* given, but put before */
	bool is_shown;    /* progress: stderr is a terminal */
	bool has_line;    /* of progress, on the terminal */
	int64_t shown_ms;
};

/* What came of it all. */
struct publish_result {
	uint64_t put;      /* in this run */
	uint64_t sent;     /* with a receipt, in this run */
	uint64_t kept;     /* in the outbox without one */
	bool is_cut_short; /* not all input was read */
	bool is_stopped;   /* by a signal */
	int fault;         /* negative errno; 0: none */
	bool is_full;      /* the outbox, or the disk */
	struct forward_status way;
};

void publish_tell_init(struct publish_tell *tell, const struct call *call,
		       const struct publish_options *options);
void publish_tell_fini(struct publish_tell *tell);

/* Appends one line that says what was refused, at which place, and why. */
void publish_tell_add(struct text *text, const struct call *call, const char *place,
		      const struct publish_refusal *refusal);

/* Counts a refusal and says so. */
void publish_tell_refused(struct publish_tell *tell, const char *place,
			  const struct publish_refusal *refusal);

/* Says something of a file, or another event; not if quiet. */
void publish_tell_note(struct publish_tell *tell, const char *name, const char *words);

/* Shows how far it is. */
void publish_tell_progress(struct publish_tell *tell, uint64_t put, uint64_t backlog,
			   int64_t mono_ms);

/* Says what came of it; the exit status. */
int publish_tell_end(struct publish_tell *tell, const struct publish_result *result);

#endif
