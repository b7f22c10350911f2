/* SPDX-License-Identifier: Apache-2.0 */
#include "feeder.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

#define PATIENCE_MS     30000 /* until a broker that is away is given up */
#define RETRY_MIN_MS    50
#define RETRY_MAX_MS    1000
#define BATCH_OLDEST_MS 2000 /* a message that is not full waits so long */
#define CLIENT_ID_MAX   48

/* Events of one unit and feed on their way into a message. */
struct parcel {
	struct text payload; /* "[{...},{...}", empty between messages */
	int n_events;
	int64_t since_ms; /* monotonic; when the first was put in */
};

struct feeder {
	const struct world *world;
	struct mqtt_load *load; /* owned */
	struct parcel *parcels; /* owned; n_units rows of n_feeds */
	uint32_t n_feeds;
	int batch;
	int64_t patience_ms; /* with a broker that does not answer */
	int64_t swept_ms;    /* when old parcels were looked for last */
	char client_id[CLIENT_ID_MAX];
};

static int reconnect(struct feeder *feeder)
{
	int64_t start_ms = clock_mono_ms();
	int retry_ms = RETRY_MIN_MS;
	int r;

	fprintf(stderr, "iocsim: the connection is lost; connecting again\n");
	while ((r = mqtt_load_reconnect(feeder->load)) &&
	       clock_mono_ms() - start_ms < feeder->patience_ms) {
		(void)poll(NULL, 0, retry_ms);
		retry_ms = retry_ms < RETRY_MAX_MS / 2 ? retry_ms * 2 : RETRY_MAX_MS;
	}
	return err_pass(r);
}

static int turn(struct feeder *feeder, int wait_ms)
{
	if (mqtt_load_turn(feeder->load, wait_ms) == 0)
		return 0;
	return reconnect(feeder);
}

static int publish(struct feeder *feeder, struct slice topic, struct slice payload, bool retain)
{
	const struct wire_publish message = {
		.topic = topic, .payload = payload, .qos = 1, .retain = retain
	};
	int64_t since_ms = 0; /* of the last acknowledgement, as far as we saw */
	int r;

	while ((r = mqtt_load_publish(feeder->load, &message)) == MQTT_LOAD_FULL) {
		uint64_t before = feeder_counts(feeder)->ok;

		r = turn(feeder, 100);
		if (r)
			return err_pass(r);
		if (since_ms == 0 || feeder_counts(feeder)->ok != before)
			since_ms = clock_mono_ms();
		else if (clock_mono_ms() - since_ms > feeder->patience_ms)
			return err_raise(-ETIMEDOUT);
	}
	return err_pass(r);
}

static int send_parcel(struct feeder *feeder, uint32_t unit, uint32_t feed, const char *event)
{
	const struct world *world = feeder->world;
	struct parcel *parcel = &feeder->parcels[(size_t)unit * feeder->n_feeds + feed];
	CLEANUP_TEXT struct text topic = { 0 };
	int r;

	if (parcel->n_events == 0)
		return 0;
	if (feeder->batch > 1)
		text_add_bytes(&parcel->payload, "]", 1);
	text_add(&topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 units_at(world->units, unit)->id, schema_feed(world->schema, feed)->id, event);
	r = publish(feeder, (struct slice){ topic.bytes, topic.size },
		    (struct slice){ parcel->payload.bytes, parcel->payload.size }, false);
	text_clear(&parcel->payload);
	parcel->n_events = 0;
	return err_pass(r);
}

/* Sends every parcel that was begun before since_ms. */
static int send_older(struct feeder *feeder, int64_t since_ms)
{
	uint32_t n_units = units_count(feeder->world->units);

	for (uint32_t unit = 0; unit < n_units; unit++)
		for (uint32_t feed = 0; feed < feeder->n_feeds; feed++) {
			size_t at = (size_t)unit * feeder->n_feeds + feed;
			int r;

			if (feeder->parcels[at].since_ms > since_ms)
				continue;
			r = send_parcel(feeder, unit, feed, "batch");
			if (r)
				return err_pass(r);
		}
	return 0;
}

int feeder_new(struct feeder **ret, const struct feeder_options *options)
{
	CLEANUP(feeder_free) struct feeder *feeder = xcalloc(1, sizeof(*feeder));
	const struct settings *settings = options->world->settings;
	struct mqtt_line_options line = {
		.host = settings->mqtt.host,
		.port = settings->mqtt.port,
		.username = options->username,
		.password = options->password,
		.patience_ms = 10000,
	};
	int r;

	feeder->world = options->world;
	feeder->batch = options->batch;
	feeder->patience_ms = options->persist ? INT64_MAX : PATIENCE_MS;
	feeder->n_feeds = schema_n_feeds(options->world->schema);
	feeder->parcels = xcalloc((size_t)units_count(options->world->units) * feeder->n_feeds,
				  sizeof(*feeder->parcels));
	(void)snprintf(feeder->client_id, sizeof(feeder->client_id), "iocsim-%d-%" PRId64,
		       (int)getpid(), options->world->run);
	line.client_id = feeder->client_id;
	r = mqtt_load_new(&feeder->load, &line);
	if (r)
		return err_pass(r);
	mqtt_load_tell(feeder->load, options->taken, options->context);

	*ret = feeder;
	feeder = NULL;
	return 0;
}

struct feeder *feeder_free(struct feeder *feeder)
{
	size_t n;

	if (!feeder)
		return NULL;

	n = (size_t)units_count(feeder->world->units) * feeder->n_feeds;
	for (size_t i = 0; i < n; i++)
		text_fini(&feeder->parcels[i].payload);
	mqtt_load_free(feeder->load);
	free(feeder->parcels);
	free(feeder);
	return NULL;
}

int feeder_give(struct feeder *feeder, const struct fact *fact, const struct text *json,
		bool prompt)
{
	const struct world *world = feeder->world;
	const struct event_type *type = schema_type(world->schema, fact->type);
	struct parcel *parcel = &feeder->parcels[(size_t)fact->unit * feeder->n_feeds + type->feed];
	int64_t max = world->settings->limits.payload_bytes;
	int r;

	if (parcel->payload.size + json->size + 2 > (size_t)max) {
		r = send_parcel(feeder, fact->unit, type->feed, "batch");
		if (r)
			return err_pass(r);
	}
	if (parcel->n_events++ == 0)
		parcel->since_ms = clock_mono_ms();
	if (feeder->batch > 1)
		text_add_bytes(&parcel->payload, parcel->payload.size ? "," : "[", 1);
	text_add_bytes(&parcel->payload, json->bytes, json->size);

	if (parcel->n_events < feeder->batch && !prompt)
		return 0;
	return err_pass(send_parcel(feeder, fact->unit, type->feed,
				    feeder->batch > 1 ? "batch" : type->name));
}

int feeder_send(struct feeder *feeder, const struct text *topic, const struct text *payload)
{
	return err_pass(publish(feeder, (struct slice){ topic->bytes, topic->size },
				(struct slice){ payload->bytes, payload->size }, false));
}

int feeder_say(struct feeder *feeder, const struct text *topic, const struct text *payload)
{
	return err_pass(publish(feeder, (struct slice){ topic->bytes, topic->size },
				(struct slice){ payload->bytes, payload->size }, true));
}

int feeder_turn(struct feeder *feeder, int wait_ms)
{
	int64_t now_ms = clock_mono_ms();
	int r = 0;

	if (now_ms - feeder->swept_ms > BATCH_OLDEST_MS / 4) {
		feeder->swept_ms = now_ms;
		r = send_older(feeder, now_ms - BATCH_OLDEST_MS);
	}
	return r ? err_pass(r) : err_pass(turn(feeder, wait_ms));
}

int feeder_finish(struct feeder *feeder)
{
	int64_t since_ms = clock_mono_ms();
	int r;

	r = send_older(feeder, INT64_MAX);
	while (!r && !mqtt_load_is_idle(feeder->load)) {
		uint64_t before = feeder_counts(feeder)->ok;

		r = turn(feeder, 100);
		if (feeder_counts(feeder)->ok != before)
			since_ms = clock_mono_ms();
		else if (!r && clock_mono_ms() - since_ms > feeder->patience_ms)
			return err_raise(-ETIMEDOUT);
	}
	return err_pass(r);
}

const struct mqtt_load_counts *feeder_counts(const struct feeder *feeder)
{
	return mqtt_load_counts(feeder->load);
}
