/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subscriptions: the topic filters that a configuration wants.
 *
 * Any thread.
 */
#ifndef IOCD_APP_SUBSCRIPTIONS_H
#define IOCD_APP_SUBSCRIPTIONS_H

#include "iocd/config.h"
#include "iocd/net/mqtt.h"

struct subscriptions {
	struct mqtt_filter *list; /* owned, as are its texts */
	size_t n;
};

/* Fills *subscriptions for config: events, presence, and the topics of maps.  Frees what it holds.
 */
void subscriptions_init(struct subscriptions *subscriptions, const struct config *config);
void subscriptions_fini(struct subscriptions *subscriptions);

#endif
