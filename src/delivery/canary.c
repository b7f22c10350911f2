/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canaries are numbered without gaps from the first, so those on their way are all behind the last
 * that is round.  Only the last few are remembered with their times: more than CANARY_MISSES of
 * them tell nothing new.
 */
#include "iocd/canary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

struct canary {
	char *topic;                    /* owned */
	uint64_t next;                  /* number of the next */
	uint64_t back;                  /* the last that is round */
	int64_t sent_ms[CANARY_MISSES]; /* by number: when it left, or was to */
	int64_t every_ms;
	int64_t due_ms;
	int64_t round_ms; /* -1: none is round yet */
};

static const char *const lights[] = {
#define X(name, light) [CANARY_##name] = (light),
	CANARY_STATES(X)
#undef X
};

struct canary *canary_new(const struct canary_options *options)
{
	struct canary *canary = xcalloc(1, sizeof(*canary));
	struct text topic = { 0 };

	text_add(&topic, "%s/%s/iocd/canary", options->prefix, options->unit);
	canary->topic = xstrdup(text_get(&topic));
	text_fini(&topic);
	canary->next = options->first;
	canary->back = options->first - 1;
	canary->every_ms = options->every_ms ? options->every_ms : CANARY_EVERY_MS;
	canary->due_ms = INT64_MIN;
	canary->round_ms = -1;
	return canary;
}

struct canary *canary_free(struct canary *canary)
{
	if (!canary)
		return NULL;

	free(canary->topic);
	free(canary);
	return NULL;
}

static int64_t *time_of(struct canary *canary, uint64_t n)
{
	return &canary->sent_ms[n % CANARY_MISSES];
}

/* What does not leave does not come back: nothing more need be done about it. */
static void publish(const struct canary *canary, struct mqtt *mqtt, int64_t real_ms)
{
	struct mqtt_status status;
	char payload[64];
	int n;

	mqtt_get_status(mqtt, &status);
	if (status.state != MQTT_UP)
		return;

	n = snprintf(payload, sizeof(payload), "{\"sent\":%" PRId64 ",\"n\":%" PRIu64 "}", real_ms,
		     canary->next);
	if (mqtt_publish(mqtt, CANARY_TOKEN, canary->topic, payload, (size_t)n, 1, false) != 0)
		return;
}

void canary_tick(struct canary *canary, struct mqtt *mqtt, int64_t now_ms, int64_t real_ms)
{
	if (now_ms < canary->due_ms)
		return;

	publish(canary, mqtt, real_ms);
	*time_of(canary, canary->next) = now_ms;
	canary->next++;
	canary->due_ms = now_ms + canary->every_ms;
}

/* Canaries on their way, those included that never left. */
static uint64_t missing(const struct canary *canary)
{
	return canary->next - 1 - canary->back;
}

void canary_returned(struct canary *canary, uint64_t n, int64_t now_ms)
{
	if (n <= canary->back || n >= canary->next)
		return;

	if (canary->next - n <= CANARY_MISSES)
		canary->round_ms = now_ms - *time_of(canary, n);
	else
		canary->round_ms = (int64_t)(canary->next - n) * canary->every_ms;
	canary->back = n;
}

/* Since when the oldest one is on its way that is still remembered; now_ms if there is none. */
static int64_t oldest_ms(const struct canary *canary, int64_t now_ms)
{
	uint64_t n = missing(canary);

	if (n == 0)
		return now_ms;
	if (n > CANARY_MISSES)
		n = CANARY_MISSES;
	return canary->sent_ms[(canary->next - n) % CANARY_MISSES];
}

static int64_t waiting_ms(const struct canary *canary, int64_t now_ms)
{
	uint64_t n = missing(canary);
	int64_t forgotten = n > CANARY_MISSES ? (int64_t)(n - CANARY_MISSES) : 0;

	return now_ms - oldest_ms(canary, now_ms) + forgotten * canary->every_ms;
}

int64_t canary_late_ms(const struct canary *canary, int64_t now_ms)
{
	int64_t ms = waiting_ms(canary, now_ms);

	return ms > canary->round_ms ? ms : canary->round_ms;
}

enum canary_state canary_state(const struct canary *canary, int64_t now_ms)
{
	if (waiting_ms(canary, now_ms) >= CANARY_MISSES * canary->every_ms)
		return CANARY_CUT;
	return canary_late_ms(canary, now_ms) > CANARY_SLOW_MS ? CANARY_SLOW : CANARY_WELL;
}

int64_t canary_round_ms(const struct canary *canary)
{
	return canary->round_ms;
}

const char *canary_light(enum canary_state state)
{
	return lights[state];
}

static bool starts_with(const char **at, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *at) < n || memcmp(*at, word, n) != 0)
		return false;
	*at += n;
	return true;
}

/* Moves over a number of decimal digits. */
static bool has_number(const char **at, const char *end, int64_t *ret)
{
	const char *start = *at;

	while (*at < end && **at >= '0' && **at <= '9')
		++*at;
	return text_read_integer(start, (size_t)(*at - start), ret) == 0;
}

int canary_read(const char *payload, size_t size, uint64_t *ret)
{
	const char *at = payload, *end = payload + size;
	int64_t sent, n;

	if (!starts_with(&at, end, "{\"sent\":") || !has_number(&at, end, &sent) ||
	    !starts_with(&at, end, ",\"n\":") || !has_number(&at, end, &n) ||
	    !starts_with(&at, end, "}") || at != end)
		return 1;
	*ret = (uint64_t)n;
	return 0;
}
