/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_password: random passwords, and how mosquitto reads them.
 *
 * Nobody chooses one, so that none can be guessed, and none is ever an argument of a program.
 */
#ifndef IOCCTL_ENROLL_PASSWORD_H
#define IOCCTL_ENROLL_PASSWORD_H

#include "enroll_book.h"

/* Appends a new password of 256 random bits to ret, to be wiped, and writes its hash ("$7$":
 * PBKDF2 with SHA-512).  0 or a fault. */
int enroll_password_new(struct text *ret, char hash[ENROLL_HASH_MAX]) MUST_USE;

#endif
