/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nobody: the hash that is worked through when there is no account of that name.
 *
 * Read only; any thread.
 */
#ifndef IOCD_ACCESS_NOBODY_H
#define IOCD_ACCESS_NOBODY_H

/* No password is known to have it; it costs what password_hash() costs. */
extern const char password_of_nobody[];

#endif
