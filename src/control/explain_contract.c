/* SPDX-License-Identifier: Apache-2.0 */
/* Who should report and does not; and in which hours anything is expected at all. */
#include "explain.h"
#include "iocd/unit.h"
#include "rule_feeds.h"

#define SPANS    64                       /* that are told */
#define REACH_MS (14 * INT64_C(86400000)) /* how far back hours are told at most */

/* ---- hours ---- */

static void put_span(struct text *text, int64_t from_ms, int64_t to_ms, int offset_minutes)
{
	put_object(text, NULL);
	put_time(text, "from", from_ms, offset_minutes);
	put_time(text, "to", to_ms, offset_minutes);
	put_object_end(text);
}

/* Stretches of open time from one instant to another. */
static void put_spans(struct text *text, const struct calendar *calendar, int64_t from_ms,
		      int64_t to_ms, int offset_minutes)
{
	int n = 0;

	put_array(text, "spans");
	while (from_ms < to_ms && n < SPANS) {
		int64_t next_ms = calendar_next_change_ms(calendar, from_ms);

		if (next_ms > to_ms)
			next_ms = to_ms;
		if (calendar_is_open(calendar, from_ms)) {
			put_span(text, from_ms, next_ms, offset_minutes);
			n++;
		}
		from_ms = next_ms;
	}
	put_array_end(text);
}

static void put_hours(struct text *text, const struct views *views, const struct calendar *calendar,
		      int64_t since_ms)
{
	int64_t now_ms = indicators_now_ms(views->source.indicators);
	int offset_minutes = views->source.context.offset_minutes;
	int64_t change_ms;

	if (!calendar) {
		put_null(text, "calendar");
		return;
	}
	change_ms = calendar_next_change_ms(calendar, now_ms);
	put_object(text, "calendar");
	put_string(text, "id", calendar_about(calendar)->id);
	put_languages(text, "title", calendar_about(calendar)->title_vi,
		      calendar_about(calendar)->title_en);
	put_place(text, &calendar_about(calendar)->place);
	put_flag(text, "open", calendar_is_open(calendar, now_ms));
	put_time(text, "until", change_ms == INT64_MAX ? 0 : change_ms, offset_minutes);
	if (since_ms > 0)
		put_spans(text, calendar,
			  since_ms < now_ms - REACH_MS ? now_ms - REACH_MS : since_ms, now_ms,
			  offset_minutes);
	put_object_end(text);
}

void explain_put_calendar(struct text *text, const struct views *views, const struct rule *rule)
{
	put_hours(text, views, rule->calendar, 0);
}

/* ---- a silent sender ---- */

static const struct contract *find_contract(const struct views *views, uint32_t feed)
{
	uint32_t n;
	const struct contract *list = config_contracts(views->source.config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (list[i].feed == feed)
			return &list[i];
	return NULL;
}

void explain_put_contract(struct text *text, const struct views *views, const struct rule *rule,
			  uint32_t unit)
{
	const struct contract *contract =
		rule->kind == RULE_SILENCE ? find_contract(views, rule->feed) : NULL;
	int offset_minutes = views->source.context.offset_minutes;
	struct contract_view view;

	if (!contract || !views->source.contracts) {
		put_null(text, "contract");
		return;
	}
	view = contracts_view(views->source.contracts, rule->feed, unit);
	put_object(text, "contract");
	put_string(text, "feed", rule->silent_feed->id);
	put_place(text, &contract->place);
	put_number(text, "every_s", contract->every_ms ? (double)contract->every_ms / 1000 : 0);
	put_signed(text, "by_minute", contract->every_ms ? -1 : contract->by_minute);
	put_number(text, "grace_s", (double)contract->grace_ms / 1000);
	put_string(text, "state", contract_state_name(view.state));
	put_string(text, "presence", presence_name(view.presence));
	put_time(text, "heard", view.heard_ms, offset_minutes);
	put_time(text, "since", view.since_ms, offset_minutes);
	put_time(text, "due", view.due_ms, offset_minutes);
	put_hours(text, views, contract->calendar, view.heard_ms ? view.heard_ms : view.since_ms);
	put_object_end(text);
}

/* ---- who is missing ---- */

static void put_missing_on(struct text *text, const struct views *views, uint32_t feed,
			   uint32_t unit)
{
	const struct contracts *contracts = views->source.contracts;
	const struct units *units = views->source.context.units;
	struct contract_share share = contracts_share(contracts, feed, unit);
	uint32_t list[EXPLAIN_MISSING];
	uint32_t n = contracts_missing(contracts, feed, unit, list, EXPLAIN_MISSING);

	if (n == 0)
		return;
	put_object(text, NULL);
	put_string(text, "feed", schema_feed(config_schema(views->source.config), feed)->id);
	put_integer(text, "expected", share.expected);
	put_integer(text, "missing", n);
	put_array(text, "units");
	for (uint32_t i = 0; i < n && i < EXPLAIN_MISSING; i++) {
		struct contract_view view = contracts_view(contracts, feed, list[i]);

		put_object(text, NULL);
		views_put_unit(text, units_at(units, list[i]));
		put_time(text, "heard", view.heard_ms, views->source.context.offset_minutes);
		put_string(text, "presence", presence_name(view.presence));
		put_object_end(text);
	}
	put_array_end(text);
	put_object_end(text);
}

void explain_put_missing(struct text *text, const struct views *views, const struct rule *rule,
			 uint32_t unit)
{
	struct rule_feeds feeds = { .n = 0 };

	if (views->source.contracts)
		rule_feeds_find(&feeds, views, rule);
	put_array(text, "missing");
	for (uint32_t i = 0; i < feeds.n; i++)
		put_missing_on(text, views, feeds.list[i], unit);
	put_array_end(text);
}
