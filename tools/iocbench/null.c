/* SPDX-License-Identifier: Apache-2.0 */
#include "null.h"

#include <MQTTAsync.h>
#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP_MS 20

#define LIBRARY "libpaho-mqtt3as.so.1"

/* The library as it is shipped, asked for by name: this program also holds the copy that iocd
 * links, whose functions have the same names. */
static struct {
	__typeof__(&MQTTAsync_subscribe) subscribe;
	__typeof__(&MQTTAsync_freeMessage) freeMessage;
	__typeof__(&MQTTAsync_free) free;
	__typeof__(&MQTTAsync_createWithOptions) createWithOptions;
	__typeof__(&MQTTAsync_setCallbacks) setCallbacks;
	__typeof__(&MQTTAsync_connect) connect;
} stock;

struct null {
	MQTTAsync client;
	const char *filter;
	struct null_counts *counts;
	atomic_bool failed;
};

static void on_failure(void *context, MQTTAsync_failureData5 *response)
{
	struct null *null = context;

	(void)response;
	atomic_store(&null->failed, true);
}

static void on_subscribed(void *context, MQTTAsync_successData5 *response)
{
	struct null *null = context;

	(void)response;
	atomic_store(&null->counts->subscribed, true);
}

static void on_connected(void *context, MQTTAsync_successData5 *response)
{
	MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
	struct null *null = context;

	(void)response;
	options.context = null;
	options.onSuccess5 = on_subscribed;
	options.onFailure5 = on_failure;
	if (stock.subscribe(null->client, null->filter, 1, &options) != MQTTASYNC_SUCCESS)
		atomic_store(&null->failed, true);
}

static int on_message(void *context, char *topic, int topic_size, MQTTAsync_message *message)
{
	struct null *null = context;

	(void)topic_size;
	atomic_fetch_add_explicit(&null->counts->messages, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&null->counts->bytes, (uint_fast64_t)message->payloadlen,
				  memory_order_relaxed);
	stock.freeMessage(&message);
	stock.free(topic);
	return 1;
}

static void on_lost(void *context, char *cause)
{
	struct null *null = context;

	(void)cause;
	atomic_store(&null->failed, true);
}

static bool find(void *library, const char *name, void *ret)
{
	void *function = dlsym(library, name);

	memcpy(ret, &function, sizeof(function));
	return function != NULL;
}

static bool load_stock(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library && find(library, "MQTTAsync_subscribe", &stock.subscribe) &&
	    find(library, "MQTTAsync_freeMessage", &stock.freeMessage) &&
	    find(library, "MQTTAsync_free", &stock.free) &&
	    find(library, "MQTTAsync_createWithOptions", &stock.createWithOptions) &&
	    find(library, "MQTTAsync_setCallbacks", &stock.setCallbacks) &&
	    find(library, "MQTTAsync_connect", &stock.connect))
		return true;
	fprintf(stderr, "iocbench: %s\n", dlerror());
	return false;
}

static int start(struct null *null, const char *url, const char *client_id)
{
	MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer5;
	MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
	int r;

	r = stock.createWithOptions(&null->client, url, client_id, MQTTCLIENT_PERSISTENCE_NONE,
				    NULL, &create);
	if (r == MQTTASYNC_SUCCESS)
		r = stock.setCallbacks(null->client, null, on_lost, on_message, NULL);
	if (r != MQTTASYNC_SUCCESS)
		return r;

	options.context = null;
	options.onSuccess5 = on_connected;
	options.onFailure5 = on_failure;
	return stock.connect(null->client, &options);
}

int null_run(const struct null_target *target, struct null_counts *counts)
{
	static struct null null; /* Paho's threads may look at it until the process ends */
	char url[300], client_id[48];

	null.filter = target->filter;
	null.counts = counts;
	(void)snprintf(url, sizeof(url), "tcp://%s:%s", target->host, target->port);
	(void)snprintf(client_id, sizeof(client_id), "iocbench-null-%d", (int)getpid());
	if (!load_stock() || start(&null, url, client_id) != MQTTASYNC_SUCCESS)
		return EXIT_FAILURE;
	for (int ms = 0; !target->run_ms || ms < target->run_ms; ms += STEP_MS) {
		if (atomic_load(&null.failed))
			return EXIT_FAILURE;
		(void)poll(NULL, 0, STEP_MS);
	}
	return EXIT_SUCCESS;
}
