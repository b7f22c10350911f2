/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/alert_record.h"
#include "iocd/base/err.h"
#include "senders_inside.h"

#define MINUTE_MS     60000
#define LOOK_EVERY_MS 10000 /* at clocks, and at numbers that go on */

struct senders *senders_new(uint32_t n_units, const struct schema *schema)
{
	struct senders *senders = xcalloc(1, sizeof(*senders));

	senders->n_units = n_units;
	senders->n_feeds = schema_n_feeds(schema);
	senders->schema = schema;
	senders->units = xcalloc((size_t)n_units + 1, sizeof(*senders->units));
	for (uint32_t i = 0; i < n_units; i++) {
		struct sender *sender = &senders->units[i];

		sender->source = sender->rate = sender->clock = sender->lack = JUDGE_CLEAR;
	}
	return senders;
}

struct senders *senders_free(struct senders *senders)
{
	if (!senders)
		return NULL;

	free(senders->units);
	free(senders);
	return NULL;
}

void sender_advance(struct sender *sender, int64_t minute)
{
	if (minute - sender->minute >= SOURCE_SPAN_MIN)
		memset(sender->refused, 0, sizeof(sender->refused));
	else
		for (int64_t m = sender->minute + 1; m <= minute; m++)
			sender->refused[m % SOURCE_SPAN_MIN] = 0;
	if (minute > sender->minute)
		sender->minute = minute;
}

void senders_refuse(struct senders *senders, uint32_t unit, enum reason reason, int64_t now_ms)
{
	struct sender *sender;

	/* What comes again is the network's doing, and no rubbish. */
	if (reason == REASON_duplicate || now_ms < 0 || senders->n_units == 0)
		return;
	/* Somebody must hear of it: the first has all below it, whoever that may be. */
	sender = &senders->units[unit < senders->n_units ? unit : 0];
	senders->is_stirred = true;
	if (reason == REASON_rate_limited) {
		sender->excess_minute = now_ms / MINUTE_MS;
		sender->excess += sender->excess < UINT32_MAX;
		sender->moved |= SENDER_RATE;
		return;
	}

	sender_advance(sender, now_ms / MINUTE_MS);
	if (sender->refused[sender->minute % SOURCE_SPAN_MIN] < SENDER_COUNT_MAX)
		sender->refused[sender->minute % SOURCE_SPAN_MIN]++;
	sender->reason = (uint8_t)reason;
	sender->moved |= SENDER_SOURCE;
}

/* Copies what of source fits, whole characters only. */
static void copy_source(char ret[SENDER_SOURCE_MAX], const struct slice *source)
{
	size_t n = source->size < SENDER_SOURCE_MAX ? source->size : SENDER_SOURCE_MAX - 1;

	while (n > 0 && n < source->size && ((unsigned char)source->bytes[n] & 0xc0) == 0x80)
		n--;
	memcpy(ret, source->bytes, n);
	ret[n] = '\0';
}

void senders_note_gap(struct senders *senders, const struct event *event, uint64_t before,
		      uint64_t after)
{
	struct sender *sender = &senders->units[event->unit];
	struct gap *gap = &sender->gap;
	uint64_t jump = after - before;

	senders->is_stirred = true;
	sender->moved |= SENDER_GAP;
	if (after < before) { /* one of them has come */
		gap->missing -= gap->missing > 0;
		return;
	}
	gap->missing = gap->missing > UINT64_MAX - jump ? UINT64_MAX : gap->missing + jump;
	gap->from = event->sequence - jump;
	gap->to = event->sequence - 1;
	gap->grown_ms = event->arrival_ms;
	gap->feed = event->feed;
	copy_source(gap->source, &event->source);
}

struct glance {
	struct senders *senders;
	senders_fn *fn;
	void *context;
	int64_t now_ms, minute;
	bool is_full; /* at all units; and numbers that went on are said */
};

static void say(const struct glance *glance, enum own_part part, uint32_t unit, const char *detail,
		enum judgement judgement)
{
	glance->fn(glance->context, &(struct own_state){
					    .part = part,
					    .unit = unit,
					    .subject = { "", 0 },
					    .detail = { detail, strlen(detail) },
					    .judgement = judgement,
				    });
}

/* Whether there is something to say: another judgement than was said last, or, now and then, the
 * same with another number.  Notes that it is said now. */
static bool is_news(const struct glance *glance, uint32_t unit, unsigned bit, uint8_t *said,
		    enum judgement judgement)
{
	struct sender *sender = &glance->senders->units[unit];
	bool is_moved = glance->is_full && (sender->moved & bit) && judgement != JUDGE_CLEAR;

	if (*said == judgement && !is_moved)
		return false;
	*said = (uint8_t)judgement;
	sender->moved &= (uint8_t)~bit;
	return true;
}

static void look_at_source(const struct glance *glance, uint32_t unit)
{
	struct sender *sender = &glance->senders->units[unit];
	enum judgement judgement;
	char detail[64];
	uint32_t n = 0;

	sender_advance(sender, glance->minute);
	for (int i = 0; i < SOURCE_SPAN_MIN; i++)
		n += sender->refused[i];
	if (n > 0 && n < SOURCE_WARNING)
		return; /* it ends when nothing was refused for the whole span */

	judgement = n >= SOURCE_CRITICAL ? JUDGE_CRITICAL : n > 0 ? JUDGE_WARNING : JUDGE_CLEAR;
	if (!is_news(glance, unit, SENDER_SOURCE, &sender->source, judgement))
		return;
	(void)snprintf(detail, sizeof(detail), "%" PRIu32 " %s", n,
		       reason_name((enum reason)sender->reason));
	say(glance, OWN_SOURCE, unit, detail, judgement);
}

static void look_at_rate(const struct glance *glance, uint32_t unit)
{
	struct sender *sender = &glance->senders->units[unit];
	bool is_excess = sender->excess_minute > 0 &&
			 glance->minute - sender->excess_minute <= RATE_CALM_MIN;
	enum judgement judgement = is_excess ? JUDGE_WARNING : JUDGE_CLEAR;
	char detail[16];

	(void)snprintf(detail, sizeof(detail), "%" PRIu32, sender->excess);
	if (!is_excess)
		sender->excess = 0;
	if (is_news(glance, unit, SENDER_RATE, &sender->rate, judgement))
		say(glance, OWN_RATE, unit, detail, judgement);
}

static void look_at_gap(const struct glance *glance, uint32_t unit)
{
	struct senders *senders = glance->senders;
	struct sender *sender = &senders->units[unit];
	struct gap *gap = &sender->gap;
	enum judgement judgement;
	char detail[ALERT_DETAIL_MAX];

	if (gap->missing == 0 || glance->now_ms - gap->grown_ms > GAP_CALM_MS) {
		gap->grown_ms = 0;
		gap->missing = 0;
	}
	judgement = gap->grown_ms > 0 ? JUDGE_WARNING : JUDGE_CLEAR;
	if (!is_news(glance, unit, SENDER_GAP, &sender->lack, judgement))
		return;
	(void)snprintf(detail, sizeof(detail), "%" PRIu64 " %s %" PRIu64 "-%" PRIu64 " %s",
		       gap->missing, schema_feed(senders->schema, gap->feed)->id, gap->from,
		       gap->to, gap->source);
	say(glance, OWN_GAP, unit, judgement == JUDGE_CLEAR ? "" : detail, judgement);
}

/* Lends the feed on which the unit's clock is off the furthest. */
static const struct feed *worst_clock(const struct senders *senders, const struct ledger *ledger,
				      uint32_t unit, int64_t *ret_ms)
{
	const struct feed *worst = NULL;

	*ret_ms = 0;
	for (uint32_t f = 0; f < senders->n_feeds; f++) {
		int64_t skew_ms;

		if (!ledger_skew(ledger_feed(ledger, unit, f), &skew_ms) || skew_ms > SKEW_LATE_MS)
			continue;
		if (llabs(skew_ms) > llabs(*ret_ms)) {
			*ret_ms = skew_ms;
			worst = schema_feed(senders->schema, f);
		}
	}
	return worst;
}

static void look_at_clock(const struct glance *glance, const struct ledger *ledger, uint32_t unit)
{
	struct senders *senders = glance->senders;
	int64_t skew_ms;
	const struct feed *feed = worst_clock(senders, ledger, unit, &skew_ms);
	int64_t off_ms = llabs(skew_ms), seconds = (off_ms + 500) / 1000;
	enum judgement judgement = off_ms >= SKEW_CRITICAL_MS  ? JUDGE_CRITICAL
				   : off_ms >= SKEW_WARNING_MS ? JUDGE_WARNING
							       : JUDGE_CLEAR;
	char detail[96];

	if (!is_news(glance, unit, 0, &senders->units[unit].clock, judgement))
		return;
	(void)snprintf(detail, sizeof(detail), "%s %+" PRId64, feed ? feed->id : "",
		       skew_ms < 0 ? seconds : -seconds);
	say(glance, OWN_CLOCK, unit, judgement == JUDGE_CLEAR ? "" : detail, judgement);
}

static void look_at_numbers(const struct glance *glance, uint32_t unit)
{
	look_at_source(glance, unit);
	look_at_rate(glance, unit);
	look_at_gap(glance, unit);
}

void senders_look(struct senders *senders, const struct ledger *ledger, int64_t now_ms,
		  senders_fn *fn, void *context)
{
	const struct glance glance = {
		.senders = senders,
		.fn = fn,
		.context = context,
		.now_ms = now_ms,
		.minute = now_ms / MINUTE_MS,
		.is_full = now_ms - senders->looked_ms >= LOOK_EVERY_MS,
	};

	if (senders->is_stirred || glance.is_full || glance.minute != senders->looked_min)
		for (uint32_t u = 0; u < senders->n_units; u++)
			look_at_numbers(&glance, u);
	senders->is_stirred = false;
	senders->looked_min = glance.minute;

	if (!glance.is_full)
		return;
	senders->looked_ms = now_ms;
	for (uint32_t u = 0; u < senders->n_units; u++)
		look_at_clock(&glance, ledger, u);
}

void senders_review(struct senders *senders)
{
	for (uint32_t i = 0; i < senders->n_units; i++) {
		struct sender *sender = &senders->units[i];

		sender->source = sender->rate = sender->clock = sender->lack = JUDGE_UNKNOWN;
	}
	senders->is_stirred = true;
	senders->looked_ms = 0;
}
