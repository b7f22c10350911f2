/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users_shown: a file of users as a report may show it, which ends up in logs and on pages.
 *
 * Pure; any thread.
 */
#ifndef IOCD_CONFIG_USERS_SHOWN_H
#define IOCD_CONFIG_USERS_SHOWN_H

#include <stddef.h>

/* Puts asterisks over what is, or might be, a secret in n bytes of YAML: what stands behind the
 * keys of secrets, and whatever is as long and as wild as one.  Lines and columns stay. */
void users_hide_secrets(char *bytes, size_t n);

#endif
