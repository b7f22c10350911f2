/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receivers: receivers.yml, and names of receivers elsewhere.
 *
 * Their numbers are known before rules are read, and what they hear of after that.
 */
#ifndef IOCD_CONFIG_RECEIVERS_H
#define IOCD_CONFIG_RECEIVERS_H

#include "read.h"

/* Number the receivers. */
void receivers_declare(struct load *load);

/* Reads a receiver, "unit" (a unit's own), or a list of them to bits by number. */
bool receivers_read_set(struct load *load, const struct node *list, uint32_t *ret);

/* Read them, and hand each unit its own. */
void receivers_read(struct load *load);

/* Reads maintenance.yml; rules are known. */
void maintenances_read(struct load *load);

#endif
