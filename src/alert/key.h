/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key: the key of an alert of which only rule and subject are known.
 *
 * Pure; no heap.
 */
#ifndef IOCD_ALERT_KEY_H
#define IOCD_ALERT_KEY_H

#include "iocd/alert_json.h"

/* Writes into key what alert_key() would; rule has at most 64 bytes, subject fewer than
 * ALERT_SUBJECT_MAX.  Returns key. */
const char *key_write(char key[ALERT_KEY_MAX], struct slice rule, struct slice subject);

#endif
