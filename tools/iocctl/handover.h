/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover: the answer to GET handover as a sheet for the next shift.
 *
 * Reads no clock.
 */
#ifndef IOCCTL_HANDOVER_H
#define IOCCTL_HANDOVER_H

#include <jansson.h>

#include "sheet.h"

/* Writes the whole sheet.  Ages and days are those at the end of the shift. */
void handover_write(struct sheet *sheet, const json_t *answer);

#endif
