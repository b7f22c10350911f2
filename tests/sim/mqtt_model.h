/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_model: the broker's end of iocd/net/mqtt.h, as far as intake uses it.
 */
#ifndef SIM_MQTT_MODEL_H
#define SIM_MQTT_MODEL_H

#include <stdbool.h>

#include "iocd/net/mqtt.h"

/* Whether a message could be delivered now. */
bool mqtt_model_is_up(void);

/* Delivers message; when this returns, the library acknowledges it. */
void mqtt_model_deliver(const struct mqtt_message *message);

/* The client's process died. */
void mqtt_model_client_died(void);

#endif
