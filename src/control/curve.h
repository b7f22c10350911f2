/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curve: which figures have a last hour that can be told minute by minute; the others have only a
 * present.
 */
#ifndef IOCD_CONTROL_CURVE_H
#define IOCD_CONTROL_CURVE_H

#include <stdbool.h>
#include <stdint.h>

struct indicators;

/* Whether minutes that are over can still be read of indicator; of what there is now (open records
 * and the like), and of what is worked out of that, only the present is known. */
bool curve_has_past(const struct indicators *indicators, uint32_t indicator);

#endif
