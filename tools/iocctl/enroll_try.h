/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_try: proves at a running broker that an identity can do what it may and nothing else, and
 * that a revoked one is out.
 *
 * What is tried does no harm if the broker wrongly lets it pass: nobody listens on the topics that
 * are allowed, and iocd refuses and counts the rest.  Each connection takes the place of one that
 * the identity may have: there is one per name.  Blocks.
 */
#ifndef IOCCTL_ENROLL_TRY_H
#define IOCCTL_ENROLL_TRY_H

#include <jansson.h>

#include "enroll.h"

struct enroll_try {
	bool is_fresh; /* the broker has just been told: it may take a moment */
	json_t *found; /* what was tried: {topic, what, expected, found, good}; owned */
	size_t n_bad;
	struct text why; /* it could not be tried, or proved: what the broker or network says */
};

/* Frees what a try holds. */
void enroll_try_fini(struct enroll_try *try);
#define CLEANUP_TRY __attribute__((cleanup(enroll_try_fini)))

/* Tries an identity with its own proof, or one made for the purpose if that is no longer here.
 * STATUS_GOOD; STATUS_FINDING: n_bad things were not as they should be; STATUS_UNREACHABLE. */
int enroll_try(const struct enroll_site *site, const struct enroll_identity *identity,
	       struct enroll_try *ret);

/* Ends the connection that a revoked identity has, and proves that what it says is refused and
 * that it does not come in again.  As above. */
int enroll_evict(const struct enroll_site *site, const struct enroll_identity *identity,
		 struct enroll_try *ret);

/* Prints what was tried: what is not as it should be, or all, and a summary. */
void enroll_try_print(const struct call *call, const struct enroll_identity *identity,
		      const struct enroll_try *try, int status);

#endif
