/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_trial: one try under way: who is tried, his connection, and what was found.
 *
 * Private to enroll_try.c and enroll_evict.c.
 */
#ifndef IOCCTL_ENROLL_TRIAL_H
#define IOCCTL_ENROLL_TRIAL_H

#include "enroll_line.h"
#include "enroll_try.h"
#include "mqtt_wire.h"

#define TRIAL_OTHERS_MAX 4 /* other units whose topics are tried */

struct trial {
	const struct enroll_site *site;
	const struct enroll_identity *identity;
	struct enroll_try *out;
	struct enroll_line *line; /* owned; NULL: none */
	char probe[512];          /* the topic that it may write and read */
	char others[TRIAL_OTHERS_MAX][ENROLL_UNIT_MAX + 2];
	size_t n_others;
};

/* Begins a try without a connection; what is found goes to out. */
void trial_begin(struct trial *trial, const struct enroll_site *site,
		 const struct enroll_identity *identity, struct enroll_try *out);

/* Notes what was tried, whether it may be done, and whether it could be. */
void trial_note(struct trial *trial, const char *what, const char *topic, bool may, bool did,
		int reason);

/* Connect: under a name with a certificate that nobody else ever sees; with what the identity was
 * handed (-ENOENT: it is not here any more); with either, as trial->line, again and again while the
 * broker may not have read its files yet.  0, an outcome of enroll_line.h, or a fault. */
int trial_open_as(struct trial *trial, const char *name, struct enroll_line **ret) MUST_USE;
int trial_open_with_proof(struct trial *trial, struct enroll_line **ret) MUST_USE;
int trial_open(struct trial *trial) MUST_USE;

/* Publishes on the probe's topic, likewise again and again until it is taken, or refused.  0 or a
 * fault. */
int trial_publish(struct trial *trial, bool may, int *ret_reason) MUST_USE;

/* The status of a call after a try that ended with r. */
int trial_status(const struct trial *trial, int r);

#endif
