/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_ready: what an identity is handed: a directory ready to be copied to where it lives.
 *
 * For the iocd of a unit that is a whole configuration, with key and certificate (or password) in
 * its folder "above"; for all others only these.  Blocks on the disk.
 */
#ifndef IOCCTL_ENROLL_READY_H
#define IOCCTL_ENROLL_READY_H

#include "enroll_ca.h"

#define ENROLL_READY "ready"     /* folder of an authority */
#define ENROLL_HOME  "/etc/iocd" /* where a unit's iocd has its configuration */

/* Make text the path of an identity's directory; of what proves who it is. */
const char *enroll_ready_path(struct text *text, const char *authority,
			      const struct enroll_identity *identity);
const char *enroll_proof_path(struct text *text, const char *authority,
			      const struct enroll_identity *identity);

/* Writes the proof: the authority's certificate beside key and certificate, or the password.  0 or
 * a fault. */
int enroll_proof_write(const char *authority, const struct enroll_identity *identity,
		       const struct text *ca, const struct enroll_credentials *credentials,
		       const struct text *password) MUST_USE;

/* Reads it again, whichever it is.  0 or a fault (-ENOENT: it is no longer here). */
int enroll_proof_read(const char *authority, const struct enroll_identity *identity,
		      struct enroll_credentials *ret, struct text *ret_password) MUST_USE;

/* Removes what is secret of it. */
void enroll_proof_remove(const char *authority, const struct enroll_identity *identity);

/* Writes the configuration for the iocd of a unit, from that in pack.  0 or a fault. */
int enroll_ready_write(const char *authority, const struct enroll_book *book,
		       const struct enroll_identity *identity, const char *pack) MUST_USE;

/* Appends the lines of an iocd.yml but those that each iocd has of its own: "instance", "site",
 * "mqtt" and "forward" with all below them. */
void enroll_ready_cut(struct text *ret, const char *yml);

#endif
