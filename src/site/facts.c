/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of sites: each fact once when it changes, and again after SITE_SAY_MS while it holds
 * and its words are others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inside.h"

#define DETAIL_MAX 320

static const enum own_part parts[SITE_FACTS] = {
	OWN_SITE_LOST, OWN_SITE_LAGGING, OWN_SITE_OLD, OWN_SITE_GAP, OWN_GIVEN_UP,
};

struct finding {
	enum judgement judgement;
	char detail[DETAIL_MAX];
};

static uint64_t backlog_of(const struct site *site)
{
	uint64_t n = 0;

	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		uint64_t more = site->beat.streams[c].backlog;

		n = n > UINT64_MAX - more ? UINT64_MAX : n + more;
	}
	return n;
}

static int64_t oldest_of(const struct site *site)
{
	int64_t oldest_ms = 0;

	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		const struct heartbeat_stream *stream = &site->beat.streams[c];

		if (stream->backlog > 0 && stream->oldest_ms > 0 &&
		    (oldest_ms == 0 || stream->oldest_ms < oldest_ms))
			oldest_ms = stream->oldest_ms;
	}
	return oldest_ms;
}

static void find_lost(const struct sites *sites, const struct site *site, struct finding *ret)
{
	if (!site->is_lost)
		return;
	ret->judgement = JUDGE_CRITICAL;
	(void)snprintf(ret->detail, DETAIL_MAX, "%" PRId64 " %" PRIu64 " %s", site->heard_ms,
		       backlog_of(site), presence_name(site_presence(sites, site)));
}

static void find_lagging(const struct sites *sites, const struct site *site, struct finding *ret)
{
	(void)sites;
	if (!site->is_lagging)
		return;
	ret->judgement = JUDGE_WARNING;
	(void)snprintf(ret->detail, DETAIL_MAX, "%" PRId64 " %" PRIu64, oldest_of(site),
		       backlog_of(site));
}

static void find_old(const struct sites *sites, const struct site *site, struct finding *ret)
{
	bool is_version;

	if (!site_is_old(sites, site, &is_version))
		return;
	ret->judgement = JUDGE_WARNING;
	if (is_version)
		(void)snprintf(ret->detail, DETAIL_MAX, "version %s %s", site->beat.version,
			       sites->options.version);
	else
		(void)snprintf(ret->detail, DETAIL_MAX, "config");
}

/* All open gaps of one class together; false: there is none. */
static bool sum_gaps(const struct site *site, enum frame_class class, struct site_gap *ret)
{
	bool has = false;

	for (uint32_t i = 0; i < site->n_gaps; i++) {
		const struct site_gap *gap = &site->gaps[i];

		if (gap->class != class || gap->closed_ms != 0)
			continue;
		if (!has)
			*ret = *gap;
		else
			ret->missing += gap->missing;
		has = true;
		if (gap->from < ret->from)
			ret->from = gap->from;
		if (gap->to > ret->to)
			ret->to = gap->to;
		if (gap->from_ms < ret->from_ms)
			ret->from_ms = gap->from_ms;
		if (gap->to_ms > ret->to_ms)
			ret->to_ms = gap->to_ms;
	}
	return has;
}

static void find_gap(const struct sites *sites, const struct site *site, struct finding *ret)
{
	struct site_gap gap;
	int c = 0;

	(void)sites;
	while (c < N_FRAME_CLASSES && !sum_gaps(site, (enum frame_class)c, &gap))
		c++;
	if (c == N_FRAME_CLASSES)
		return;
	ret->judgement = JUDGE_WARNING;
	(void)snprintf(ret->detail, DETAIL_MAX,
		       "%" PRIu64 " %s %" PRIu64 "-%" PRIu64 " %" PRId64 " %" PRId64, gap.missing,
		       frame_class_name(gap.class), gap.from, gap.to - 1, gap.from_ms, gap.to_ms);
}

static void find_loss(const struct sites *sites, const struct site *site, struct finding *ret)
{
	const struct loss *loss;
	int c = 0;

	(void)sites;
	while (c < N_FRAME_CLASSES && site->streams[c].loss.n == 0)
		c++;
	if (c == N_FRAME_CLASSES)
		return;
	loss = &site->streams[c].loss;
	ret->judgement = JUDGE_CRITICAL;
	(void)snprintf(ret->detail, DETAIL_MAX, "%" PRIu64 " %s %" PRId64 " %" PRId64, loss->n,
		       frame_class_name((enum frame_class)c), loss->from_ms, loss->to_ms);
}

typedef void find_fn(const struct sites *sites, const struct site *site, struct finding *ret);

static find_fn *const finds[SITE_FACTS] = {
	find_lost, find_lagging, find_old, find_gap, find_loss,
};

/* FNV-1a. */
static uint64_t digest_of(const char *text)
{
	uint64_t digest = UINT64_C(14695981039346656037);

	for (; *text; text++)
		digest = (digest ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return digest;
}

static bool is_news(const struct fact *fact, const struct finding *finding, int64_t now_ms)
{
	if (fact->judgement != finding->judgement)
		return true;
	return finding->judgement != JUDGE_CLEAR && now_ms - fact->said_ms >= SITE_SAY_MS &&
	       fact->digest != digest_of(finding->detail);
}

static void forget_loss(struct site *site, int64_t now_ms)
{
	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		struct loss *loss = &site->streams[c].loss;

		if (loss->n > 0 && now_ms - loss->at_ms > SITE_CALM_MS)
			*loss = (struct loss){ 0 };
	}
}

static void look_at(struct sites *sites, struct site *site, int64_t now_ms, site_fn *fn,
		    void *context)
{
	const char *subject = strcmp(site->sender, SITE_IOCD) == 0 ? "" : site->sender;

	forget_loss(site, now_ms);
	for (int i = 0; i < SITE_FACTS; i++) {
		struct finding finding = { .judgement = JUDGE_CLEAR };
		struct fact *fact = &site->facts[i];

		if (!site_is_refused(sites, site->unit))
			finds[i](sites, site, &finding);
		if (!is_news(fact, &finding, now_ms))
			continue;
		*fact = (struct fact){
			.judgement = (uint8_t)finding.judgement,
			.digest = digest_of(finding.detail),
			.said_ms = now_ms,
		};
		fn(context, &(struct own_state){
				    .part = parts[i],
				    .unit = site->unit,
				    .subject = { subject, strlen(subject) },
				    .detail = { finding.detail, strlen(finding.detail) },
				    .judgement = finding.judgement,
			    });
	}
}

void sites_look(struct sites *sites, int64_t now_ms, site_fn *fn, void *context)
{
	for (uint32_t i = 0; i < sites->n; i++) {
		site_pass(sites, i, now_ms);
		look_at(sites, sites->list[i], now_ms, fn, context);
	}
}

void sites_review(struct sites *sites)
{
	for (uint32_t i = 0; i < sites->n; i++)
		for (int k = 0; k < SITE_FACTS; k++)
			sites->list[i]->facts[k].judgement = JUDGE_UNKNOWN;
}

int64_t facts_due_ms(const struct site *site)
{
	int64_t due_ms = INT64_MAX;

	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		const struct loss *loss = &site->streams[c].loss;

		if (loss->n > 0 && loss->at_ms + SITE_CALM_MS + 1 < due_ms)
			due_ms = loss->at_ms + SITE_CALM_MS + 1;
	}
	return due_ms;
}
