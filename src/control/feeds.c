/* SPDX-License-Identifier: Apache-2.0 */
/* Who sends, who should and does not, whose clock is off, and who was turned away. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "iocd/contract.h"
#include "iocd/unit.h"
#include "views.h"

static const char *state_of(const struct feed *feed, const struct feed_account *account,
			    int64_t now_ms)
{
	if (account->last_arrival_ms == 0)
		return "never";
	if (feed->silent_after_ms > 0 && now_ms - account->last_arrival_ms > feed->silent_after_ms)
		return "silent";
	return "live";
}

/* What is expected of unit, and how many of those at and below it do it. */
static void put_contract(struct text *text, const struct views *views, uint32_t feed, uint32_t unit)
{
	const struct contracts *contracts = views->source.contracts;
	int offset_minutes = views->source.context.offset_minutes;
	struct contract_share share;
	struct contract_view view;

	if (!contracts)
		return;

	view = contracts_view(contracts, feed, unit);
	share = contracts_share(contracts, feed, unit);
	put_string(text, "contract", contract_state_name(view.state));
	put_string(text, "presence", presence_name(view.presence));
	put_time(text, "since", view.since_ms, offset_minutes);
	put_time(text, "due", view.due_ms, offset_minutes);
	put_integer(text, "expected", share.expected);
	put_integer(text, "kept", share.kept);
}

static void put_oddities(struct text *text, const struct feed_account *account)
{
	int64_t skew_ms;

	put_integer(text, "late", account->late);
	put_integer(text, "historical", account->historical);
	put_integer(text, "corrected", account->corrected);
	if (ledger_skew(account, &skew_ms))
		put_signed(text, "skew_ms", skew_ms);
	else
		put_null(text, "skew_ms");
}

/* The time of the newest event is the watermark of unit: how far its own clock has told its story.
 */
static void put_sender(struct text *text, const struct views *views, const struct feed *feed,
		       uint32_t unit)
{
	const struct feed_account *account = ledger_feed(views->source.ledger, unit, feed->number);
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	views_put_unit(text, units_at(views->source.context.units, unit));
	put_string(text, "state",
		   state_of(feed, account, indicators_now_ms(views->source.indicators)));
	put_integer(text, "accepted", account->accepted);
	put_time(text, "last", account->last_time_ms, offset_minutes);
	put_time(text, "last_arrival", account->last_arrival_ms, offset_minutes);
	put_oddities(text, account);
	put_contract(text, views, feed->number, unit);
	put_object_end(text);
}

static const struct contract *contract_of(const struct views *views, uint32_t feed)
{
	uint32_t n;
	const struct contract *list = config_contracts(views->source.config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (list[i].feed == feed)
			return &list[i];
	return NULL;
}

/* Of the units at and below unit; of all that the caller sees, if it is UNIT_NONE. */
static struct contract_share share_of(const struct views *views, uint32_t feed, uint32_t unit)
{
	const struct units *units = views->source.context.units;
	struct contract_share sum = { 0 }, one;

	if (unit != UNIT_NONE)
		return contracts_share(views->source.contracts, feed, unit);
	for (uint32_t i = 0; i < units_count(units); i++) {
		if (!views_is_root(views, i))
			continue;
		one = contracts_share(views->source.contracts, feed, i);
		sum.expected += one.expected;
		sum.kept += one.kept;
	}
	return sum;
}

static void put_missing_units(struct text *text, const struct views *views, uint32_t feed,
			      uint32_t unit)
{
	const struct units *units = views->source.context.units;

	put_array(text, "missing_units");
	for (uint32_t i = 0; i < units_count(units); i++)
		if (contracts_view(views->source.contracts, feed, i).state == CONTRACT_MISSING &&
		    views_shows(views, i, unit))
			put_string(text, NULL, units_at(units, i)->id);
	put_array_end(text);
}

/* What the feed expects; null: nothing of anybody. */
static void put_expect(struct text *text, const struct views *views, uint32_t feed, uint32_t unit)
{
	const struct contract *contract = contract_of(views, feed);
	struct contract_share share;
	char minute[16];

	if (!contract || !views->source.contracts) {
		put_null(text, "expect");
		return;
	}

	share = share_of(views, feed, unit);
	put_object(text, "expect");
	if (contract->every_ms > 0) {
		put_integer(text, "every_s", (uint64_t)contract->every_ms / 1000);
	} else {
		snprintf(minute, sizeof(minute), "%02d:%02d", contract->by_minute / 60,
			 contract->by_minute % 60);
		put_string(text, "by", minute);
	}
	put_integer(text, "grace_s", (uint64_t)contract->grace_ms / 1000);
	put_string(text, "within",
		   contract->calendar ? calendar_about(contract->calendar)->id : "always");
	put_integer(text, "expected", share.expected);
	put_integer(text, "kept", share.kept);
	put_missing_units(text, views, feed, unit);
	put_place(text, &contract->place);
	put_object_end(text);
}

/* All of a feed's senders together, as far as they are shown. */
static void put_sums(struct text *text, const struct views *views, const struct feed *feed,
		     uint32_t unit)
{
	int64_t now_ms = indicators_now_ms(views->source.indicators), last_ms = 0;
	uint64_t accepted = 0, late = 0;
	uint32_t n_live = 0, n_silent = 0;

	for (uint32_t i = 0; i < units_count(views->source.context.units); i++) {
		const struct feed_account *account =
			ledger_feed(views->source.ledger, i, feed->number);

		if (account->last_arrival_ms == 0 || !views_shows(views, i, unit))
			continue;
		accepted += account->accepted;
		late += account->late;
		last_ms = account->last_arrival_ms > last_ms ? account->last_arrival_ms : last_ms;
		if (strcmp(state_of(feed, account, now_ms), "live") == 0)
			n_live++;
		else
			n_silent++;
	}
	put_object(text, "senders");
	put_integer(text, "live", n_live);
	put_integer(text, "silent", n_silent);
	put_integer(text, "accepted", accepted);
	put_integer(text, "late", late);
	put_time(text, "last_arrival", last_ms, views->source.context.offset_minutes);
	put_object_end(text);
}

static void put_senders(struct text *text, const struct views *views, const struct feed *feed,
			uint32_t unit)
{
	put_array(text, "units");
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_shows(views, i, unit))
			put_sender(text, views, feed, i);
	put_array_end(text);
}

/* One that owes a report, or else has been silent for longer than usual. */
static void put_amiss_sender(struct text *text, const struct views *views, const struct feed *feed,
			     uint32_t unit)
{
	const struct contracts *contracts = views->source.contracts;
	const struct feed_account *account = ledger_feed(views->source.ledger, unit, feed->number);
	struct contract_view view = { .state = CONTRACT_NONE };
	bool is_missing;

	if (contracts)
		view = contracts_view(contracts, feed->number, unit);
	is_missing = view.state == CONTRACT_MISSING;
	if (!is_missing &&
	    strcmp(state_of(feed, account, indicators_now_ms(views->source.indicators)),
		   "silent") != 0)
		return;
	put_object(text, NULL);
	put_string(text, "id", units_at(views->source.context.units, unit)->id);
	put_string(text, "state", is_missing ? "missing" : "silent");
	put_time(text, "since", is_missing ? view.since_ms : account->last_arrival_ms,
		 views->source.context.offset_minutes);
	put_object_end(text);
}

static void put_amiss(struct text *text, const struct views *views, const struct feed *feed,
		      uint32_t unit)
{
	put_array(text, "amiss");
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_shows(views, i, unit))
			put_amiss_sender(text, views, feed, i);
	put_array_end(text);
}

static void put_feed(struct text *text, const struct views *views, const struct feed *feed,
		     uint32_t unit, bool is_brief)
{
	put_object(text, NULL);
	put_string(text, "id", feed->id);
	put_languages(text, "title", feed->title_vi, feed->title_en);
	put_signed(text, "silent_after_s", feed->silent_after_ms / 1000);
	if (views_sees_all(views)) /* it is not known by unit */
		put_integer(text, "missing", dedup_missing(views->source.dedup, feed->number));
	else
		put_null(text, "missing");
	put_expect(text, views, feed->number, unit);
	put_sums(text, views, feed, unit);
	if (is_brief)
		put_amiss(text, views, feed, unit);
	else
		put_senders(text, views, feed, unit);
	put_object_end(text);
}

struct clocks_put {
	struct text *text;
	const struct views *views;
	uint32_t unit; /* those at and below it */
};

static void put_clock(void *context, const struct clock_view *clock)
{
	const struct clocks_put *put = context;
	int offset_minutes = put->views->source.context.offset_minutes;

	if (!views_shows(put->views, clock->unit, put->unit))
		return;

	put_object(put->text, NULL);
	views_put_unit(put->text, units_at(put->views->source.context.units, clock->unit));
	put_string(put->text, "feed",
		   schema_feed(config_schema(put->views->source.config), clock->feed)->id);
	put_string(put->text, "source", clock->source);
	put_number(put->text, "ahead_s",
		   clock->ahead_ms > 0 ? (double)clock->ahead_ms / 1000 : NAN); /* not known yet */
	put_time(put->text, "first", clock->first_ms, offset_minutes);
	put_time(put->text, "last", clock->last_ms, offset_minutes);
	put_integer(put->text, "corrected", clock->corrected);
	put_object_end(put->text);
}

/* The sources whose clock is ahead, the furthest first. */
static void put_clocks(struct text *text, const struct views *views, uint32_t unit)
{
	struct clocks_put put = { .text = text, .views = views, .unit = unit };

	put_array(text, "clocks");
	if (views->source.clocks)
		clocks_each(views->source.clocks, put_clock, &put);
	put_array_end(text);
}

static void put_refusals(struct text *text, const struct views *views, uint32_t unit)
{
	const struct account *account = ledger_unit(views->source.ledger, unit);
	uint64_t n = views_refused(account);

	if (n == 0)
		return;

	put_object(text, NULL);
	if (unit == UNIT_NONE)
		put_null(text, "id");
	else
		views_put_unit(text, units_at(views->source.context.units, unit));
	put_integer(text, "total", n);
	views_put_refused(text, account);
	put_object_end(text);
}

static void put_all_refusals(struct text *text, const struct views *views, uint32_t unit)
{
	put_array(text, "refused");
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_shows(views, i, unit))
			put_refusals(text, views, i);
	if (unit == UNIT_NONE && views_sees_all(views))
		put_refusals(text, views, UNIT_NONE);
	put_array_end(text);
}

static bool read_brief(const struct http_request *request, struct http_response *response,
		       bool *ret)
{
	const char *word = http_query(request, "brief");

	*ret = word && strcmp(word, "1") == 0;
	if (!word || *ret)
		return true;
	views_error(response, 400, "bad_argument", "'brief' is 1, not '%s'", word);
	return false;
}

void view_feeds(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	const struct schema *schema = config_schema(views->source.config);
	struct text *text = &response->body;
	uint32_t unit;
	bool is_brief;

	if (!views_read_unit(views, request, response, &unit) ||
	    !read_brief(request, response, &is_brief))
		return;

	put_object(text, NULL);
	put_array(text, "feeds");
	for (uint32_t i = 0; i < schema_n_feeds(schema); i++)
		put_feed(text, views, schema_feed(schema, i), unit, is_brief);
	put_array_end(text);
	if (!is_brief) {
		put_clocks(text, views, unit);
		put_all_refusals(text, views, unit);
	}
	put_object_end(text);
}
