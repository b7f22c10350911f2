/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reform: a level of units is dropped and the units below it are merged into larger ones, in the
 * middle of an afternoon.
 *
 * Three folds live through it.  One keeps the old units; one begins with them, is saved and goes on
 * under the new ones; one is told everything under the new ones from the beginning.  Whoever was
 * not touched must read the same in all three, and whoever was must read the same in the last two;
 * no open record may be lost, and each must be charged to who counts for its unit now.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fact.h"
#include "fold.h"
#include "iocd/base/err.h"
#include "iocd/rank.h"
#include "province.h"

#define HOUR       INT64_C(3600000)
#define BEGIN_MS   INT64_C(1751245200000) /* 2025-06-30 08:00 in +07:00: the last day, a Monday */
#define SAVED_MS   (BEGIN_MS + 15 * HOUR / 2)
#define NIGHT_MS   (BEGIN_MS + 9 * HOUR)
#define DAY_MS     (BEGIN_MS + 24 * HOUR)
#define OLD_MS     (BEGIN_MS + 26 * HOUR) /* until then all send under their former ids */
#define END_MS     (BEGIN_MS + 27 * HOUR)
#define N_OLD      9000
#define N_NEW      900
#define N_REPEATED 300
#define N_SHOWN    20 /* differences that are told */

/* What arrives. */
struct message {
	int64_t arrival_ms;
	char *topic, *payload; /* owned */
};

struct reform {
	struct config *before, *after;
	struct message *messages; /* in the order of their arrival */
	size_t n_messages, capacity;
	struct fold kept, carried, anew;
	size_t n_kept, n_carried, n_anew; /* messages that each has got */
	unsigned n_wrong;
};

static void fail(const char *format, ...) __attribute__((noreturn)) PRINTF(1, 2);

static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static void wrong(struct reform *reform, const char *format, ...) PRINTF(2, 3);

static void wrong(struct reform *reform, const char *format, ...)
{
	va_list args;

	if (reform->n_wrong++ >= N_SHOWN)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static uint32_t find_unit(const struct config *config, const char *id)
{
	uint32_t unit = units_find(config_units(config), id, strlen(id));

	if (unit == UNIT_NONE)
		fail("there is no unit '%s'", id);
	return unit;
}

/* Who counts now for a unit of before. */
static uint32_t now(const struct reform *reform, uint32_t unit)
{
	return find_unit(reform->after, units_at(config_units(reform->before), unit)->id);
}

static const char *id_after(const struct reform *reform, uint32_t unit)
{
	return units_at(config_units(reform->after), unit)->id;
}

/* ---- what arrives ---- */

static void post(struct reform *reform, int64_t arrival_ms, const char *topic, const char *payload)
{
	if (reform->n_messages == reform->capacity) {
		reform->capacity = reform->capacity ? 2 * reform->capacity : 1024;
		reform->messages =
			xrealloc(reform->messages, reform->capacity, sizeof(*reform->messages));
	}
	reform->messages[reform->n_messages++] = (struct message){
		.arrival_ms = arrival_ms,
		.topic = xstrdup(topic),
		.payload = xstrdup(payload),
	};
}

static void post_fact(struct reform *reform, const struct world *world, const struct fact *fact,
		      int64_t arrival_ms)
{
	const struct event_type *type = schema_type(world->schema, fact->type);
	CLEANUP_TEXT struct text json = { 0 };
	CLEANUP_TEXT struct text topic = { 0 };

	fact_json(&json, world, fact, &no_twist);
	text_add(&topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 units_at(world->units, fact->unit)->id, schema_feed(world->schema, type->feed)->id,
		 type->name);
	post(reform, arrival_ms, text_get(&topic), text_get(&json));
}

static struct world world_of(const struct config *config, int64_t begin_ms)
{
	struct world world = {
		.settings = config_settings(config),
		.units = config_units(config),
		.schema = config_schema(config),
		.seed = 7,
		.run = begin_ms,
	};

	world.indicators = config_indicators(config, &world.n_indicators);
	world.tracks = config_tracks(config, &world.n_tracks);
	world.contracts = config_contracts(config, &world.n_contracts);
	return world;
}

static struct province *make_province(const struct world *world)
{
	static const struct incident_wish late = { .kind = INCIDENT_OVERDUE,
						   .start_ms = HOUR,
						   .length_ms = 8 * HOUR };
	const struct province_options options = {
		.world = world, .rhythm = true, .wishes = &late, .n_wishes = 1
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct province *province;

	if (province_new(&province, &options, &report))
		fail("%s", text_get(&report));
	return province;
}

/* A twentieth comes late. */
static void live(struct reform *reform, const struct world *world, struct province *province,
		 int64_t run_ms, int64_t from_ms, int64_t to_ms, unsigned n)
{
	struct random_stream random;

	random_seed(&random, (uint64_t)from_ms);
	for (unsigned i = 0; i < n; i++) {
		int64_t now_ms = from_ms + (to_ms - from_ms) * i / n;
		struct fact fact;

		province_next(province, now_ms, now_ms - run_ms, &fact);
		if (!fact.in_order && random_below(&random, 20) == 0)
			fact.time_ms -= (int64_t)random_below(&random, 2 * HOUR);
		post_fact(reform, world, &fact, now_ms);
	}
}

/* The same host is attacked in both, so that two alerts will be one. */
static void attack(struct reform *reform, const struct world *world, const char *unit,
		   uint64_t serial)
{
	uint32_t feed = schema_find_feed(world->schema, "security", strlen("security"));
	struct random_stream random;
	struct fact fact;

	random_seed(&random, serial);
	fact_init(&fact, find_unit(reform->before, unit),
		  schema_find_type(world->schema, feed, "incident", strlen("incident")),
		  SAVED_MS - 5000);
	fact.serial = UINT64_MAX - serial;
	fact_text(&fact, world, "severity", "critical");
	fact_text(&fact, world, "host", "mail");
	fact_complete(&fact, world, &random);
	post_fact(reform, world, &fact, SAVED_MS - 4000 + (int64_t)serial);
}

/* A broker that was not told that they arrived sends the last ones again. */
static void repeat(struct reform *reform, size_t n)
{
	for (size_t i = reform->n_messages - n, end = reform->n_messages; i < end; i++) {
		const struct message message = reform->messages[i];

		post(reform, SAVED_MS + 500, message.topic, message.payload);
	}
}

static void check_repeats(struct reform *reform, const struct fold *fold)
{
	uint64_t n = ledger_all(flow_ledger(fold->flow))->refused[REASON_duplicate];

	if (n != N_REPEATED)
		wrong(reform, "%" PRIu64 " of %d repeats were found", n, N_REPEATED);
}

static void make_messages(struct reform *reform, const char *const twins[2])
{
	struct world before = world_of(reform->before, BEGIN_MS);
	struct world after = world_of(reform->after, OLD_MS);
	CLEANUP(province_free) struct province *old = make_province(&before);
	CLEANUP(province_free) struct province *new = make_province(&after);

	live(reform, &before, old, BEGIN_MS, BEGIN_MS, SAVED_MS - 5000, N_OLD * 6 / 10);
	attack(reform, &before, twins[0], 1);
	attack(reform, &before, twins[1], 2);
	repeat(reform, N_REPEATED);
	live(reform, &before, old, BEGIN_MS, SAVED_MS + 1000, NIGHT_MS, N_OLD * 2 / 10);
	live(reform, &before, old, BEGIN_MS, DAY_MS, OLD_MS, N_OLD * 2 / 10);
	live(reform, &after, new, OLD_MS, OLD_MS + 1000, END_MS, N_NEW);
}

/* Carries what arrives until to_ms, and lets time pass until then. */
static void carry(const struct reform *reform, struct fold *fold, size_t *n, int64_t to_ms)
{
	struct record record = { .kind = RECORD_MESSAGE };

	for (; *n < reform->n_messages && reform->messages[*n].arrival_ms < to_ms; ++*n) {
		const struct message *message = &reform->messages[*n];

		record.position = *n * 10;
		record.next = record.position + 10;
		record.arrival_ms = message->arrival_ms;
		record.topic = message->topic;
		record.topic_size = strlen(message->topic);
		record.payload = message->payload;
		record.payload_size = strlen(message->payload);
		flow_carry(fold->flow, &record);
	}
	record = (struct record){ .kind = RECORD_TIME, .topic = "", .payload = "" };
	record.position = *n * 10 - 5;
	record.next = *n * 10;
	record.arrival_ms = to_ms;
	flow_carry(fold->flow, &record);
}

/* ---- figures ---- */

/* Where to read, and who reads it. */
struct side {
	const char *who;
	const struct fold *fold;
	uint32_t unit;
};

static bool is_close(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static void compare_window(struct reform *reform, const struct side *a, const struct side *b,
			   uint32_t i, const struct window *window)
{
	const struct indicators *of_a = flow_indicators(a->fold->flow);
	const struct indicators *of_b = flow_indicators(b->fold->flow);
	struct reading left = indicators_read(of_a, i, a->unit, window);
	struct reading right = indicators_read(of_b, i, b->unit, window);

	if (left.quality == QUALITY_UNKNOWN && right.quality == QUALITY_UNKNOWN)
		return;
	if (is_close(left.value, right.value) && left.samples == right.samples &&
	    left.last_ms == right.last_ms &&
	    (left.quality == right.quality || left.expected != right.expected))
		return;
	wrong(reform,
	      "%s@%s of %s: %s reads %g (%" PRIu64 ", %s, %" PRId64 "), %s %g (%" PRIu64
	      ", %s, %" PRId64 ")",
	      indicators_at(of_b, i)->id, window->text, id_after(reform, b->unit), a->who,
	      left.value, left.samples, quality_name(left.quality), left.last_ms, b->who,
	      right.value, right.samples, quality_name(right.quality), right.last_ms);
}

/* Whether what it counts is said by naming a level. */
static bool is_of_a_level(const struct indicators *indicators, uint32_t i)
{
	const struct indicator *about = indicators_at(indicators, i);

	if (about->kind == INDICATOR_UNITS)
		return true;
	return (about->kind == INDICATOR_CHANGE || about->kind == INDICATOR_PROGRESS) &&
	       is_of_a_level(indicators, about->parts[0]);
}

/* Returns in how many windows there was something. */
static unsigned compare_unit(struct reform *reform, const struct side *a, const struct side *b,
			     bool same_levels)
{
	const struct indicators *indicators = flow_indicators(b->fold->flow);
	unsigned n = 0;

	for (uint32_t i = 0; i < indicators_count(indicators); i++) {
		const struct indicator *about = indicators_at(indicators, i);

		if (!same_levels && is_of_a_level(indicators, i))
			continue;
		for (uint32_t w = 0; w < about->n_windows; w++) {
			compare_window(reform, a, b, i, &about->windows[w]);
			n += indicators_read(indicators, i, b->unit, &about->windows[w]).samples >
			     0;
		}
	}
	return n;
}

/* The province and all that were not touched. */
static void compare_untouched(struct reform *reform)
{
	const struct units *units = config_units(reform->before);
	unsigned n_units = 0, n_windows = 0;

	for (uint32_t unit = 0; unit < units_count(units); unit++) {
		const char *level = units_at(units, unit)->level;

		if (strcmp(level, "province") == 0 || strcmp(level, "department") == 0) {
			struct side kept = { "the old tree", &reform->kept, unit };
			struct side carried = { "the new one", &reform->carried,
						now(reform, unit) };

			n_windows += compare_unit(reform, &kept, &carried, false);
			n_units++;
		}
	}
	if (n_units != 20 || n_windows < 1500)
		wrong(reform, "only %u units and %u windows were compared", n_units, n_windows);
}

static void compare_all(struct reform *reform)
{
	uint32_t n_units = units_count(config_units(reform->after));
	unsigned n_windows = 0;

	for (uint32_t unit = 0; unit < n_units; unit++) {
		struct side anew = { "a replay", &reform->anew, unit };
		struct side carried = { "a state", &reform->carried, unit };

		n_windows += compare_unit(reform, &anew, &carried, true);
	}
	if (n_windows < 3000)
		wrong(reform, "only %u windows were compared", n_windows);
}

/* ---- records ---- */

struct seen {
	char id[RECORD_ID_MAX + 1];
	uint32_t track, unit;
	bool is_paused, is_due_soon, is_overdue;
	int64_t opened_ms, due_ms;
};

struct list {
	struct seen *seen; /* owned */
	size_t n;
};

static void note_record(void *context, const struct track_record *record)
{
	struct list *list = context;
	struct seen *seen;

	list->seen = xrealloc(list->seen, list->n + 1, sizeof(*list->seen));
	seen = &list->seen[list->n++];
	*seen = (struct seen){
		.track = record->track,
		.unit = record->unit,
		.is_paused = record->is_paused,
		.is_due_soon = record->is_due_soon,
		.is_overdue = record->is_overdue,
		.opened_ms = record->opened_ms,
		.due_ms = record->due_ms,
	};
	memcpy(seen->id, record->id.bytes, record->id.size);
}

static int by_id(const void *a, const void *b)
{
	const struct seen *left = a, *right = b;
	int order = strcmp(left->id, right->id);

	return order ? order : (left->track > right->track) - (left->track < right->track);
}

/* All open records, unit by unit, because one listing is bounded. */
static struct list list_records(const struct fold *fold)
{
	uint32_t n_units = units_count(config_units(fold->config));
	bool *wanted = xcalloc(n_units, sizeof(*wanted));
	struct list list = { .n = 0 };

	for (uint32_t unit = 0; unit < n_units; unit++) {
		struct trackers_query query = { .track = UINT32_MAX,
						.wanted = wanted,
						.limit = RECORDS_SHOWN };

		wanted[unit] = true;
		if (trackers_each(flow_trackers(fold->flow), &query, note_record, &list) >
		    RECORDS_SHOWN)
			fail("too many records of one unit");
		wanted[unit] = false;
	}
	qsort(list.seen, list.n, sizeof(*list.seen), by_id);
	free(wanted);
	return list;
}

static bool is_alike(const struct seen *a, const struct seen *b)
{
	return strcmp(a->id, b->id) == 0 && a->track == b->track && a->is_paused == b->is_paused &&
	       a->is_due_soon == b->is_due_soon && a->is_overdue == b->is_overdue &&
	       a->opened_ms == b->opened_ms && a->due_ms == b->due_ms;
}

/* moved: units of one are of the tree before. */
static void compare_records(struct reform *reform, const struct fold *one, const struct fold *other,
			    bool moved)
{
	struct list a = list_records(one), b = list_records(other);
	unsigned n_paused = 0, n_overdue = 0;

	if (a.n != b.n)
		wrong(reform, "%zu records were open, %zu are", a.n, b.n);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		uint32_t unit = moved ? now(reform, a.seen[i].unit) : a.seen[i].unit;

		if (!is_alike(&a.seen[i], &b.seen[i]) || unit != b.seen[i].unit)
			wrong(reform, "record '%s' of %s is another: '%s' of %s", a.seen[i].id,
			      id_after(reform, unit), b.seen[i].id,
			      id_after(reform, b.seen[i].unit));
		n_paused += b.seen[i].is_paused;
		n_overdue += b.seen[i].is_overdue;
	}
	if (a.n < 200 || n_paused < 5 || n_overdue < 5)
		wrong(reform, "only %zu records, %u paused and %u overdue", a.n, n_paused,
		      n_overdue);
	free(a.seen);
	free(b.seen);
}

/* What is open of a track is what its gauge of the whole province says. */
static void count_records(struct reform *reform, const struct fold *fold)
{
	const struct indicators *indicators = flow_indicators(fold->flow);
	struct list list = list_records(fold);
	const struct track *track;

	for (uint32_t t = 0; (track = trackers_track(flow_trackers(fold->flow), t)) != NULL; t++) {
		struct window window = indicators_at(indicators, track->open_gauge)->windows[0];
		double open = 0;

		for (size_t i = 0; i < list.n; i++)
			open += list.seen[i].track == t;
		if (!is_close(open,
			      indicators_read(indicators, track->open_gauge, 0, &window).value) &&
		    open > 0)
			wrong(reform, "%g records of %s are open, but its gauge says %g", open,
			      track->id,
			      indicators_read(indicators, track->open_gauge, 0, &window).value);
	}
	free(list.seen);
}

/* ---- alerts ---- */

static void check_alert(void *context, const struct alert *alert)
{
	struct reform *reform = context;
	const struct rules *rules = flow_rules(reform->carried.flow);
	uint32_t unit = now(reform, alert->unit);

	for (uint32_t r = 0; r < rules_count(rules); r++) {
		const struct rule *rule = rules_at(rules, r);

		if (strcmp(rule->id, alert->rule->id) == 0 && rule->applies[unit] &&
		    !alertbook_find(flow_book(reform->carried.flow), r, unit, alert->subject))
			wrong(reform, "the alert %s of %s is lost", rule->id,
			      id_after(reform, unit));
	}
}

static const struct alert *find_alert(const struct fold *fold, const char *rule, const char *unit,
				      const char *subject)
{
	const struct rules *rules = flow_rules(fold->flow);

	for (uint32_t r = 0; r < rules_count(rules); r++)
		if (strcmp(rules_at(rules, r)->id, rule) == 0)
			return alertbook_find(flow_book(fold->flow), r,
					      find_unit(fold->config, unit), subject);
	return NULL;
}

/* Of the two alerts of twins one stands, under who counts for them; the other was cleared. */
static void check_twins(struct reform *reform, const char *const twins[2])
{
	const struct alertbook *book = flow_book(reform->carried.flow);
	uint32_t unit = find_unit(reform->after, twins[0]);
	const struct alert *one = find_alert(&reform->kept, "security-critical", twins[0], "mail");
	const struct alert *two = find_alert(&reform->kept, "security-critical", twins[1], "mail");
	unsigned n_cleared = 0;

	if (!one || !two)
		fail("the twins have no alerts");
	if (!find_alert(&reform->carried, "security-critical", twins[0], "mail"))
		wrong(reform, "neither of two alerts stands");
	for (uint64_t i = alertbook_last(flow_book(reform->kept.flow)) + 1;
	     i <= alertbook_last(book); i++) {
		const struct transition *told = alertbook_transition(book, i);

		n_cleared += told && told->news == NEWS_CLEARED && told->alert.unit == unit &&
			     strcmp(told->alert.rule->id, "security-critical") == 0;
	}
	if (n_cleared != 1)
		wrong(reform, "%u of two alerts were cleared", n_cleared);
}

/* ---- who must report ---- */

static void compare_contracts(struct reform *reform)
{
	const struct contracts *carried = flow_contracts(reform->carried.flow);
	const struct contracts *anew = flow_contracts(reform->anew.flow);
	const struct schema *schema = config_schema(reform->after);
	unsigned n = 0;

	for (uint32_t feed = 0; feed < schema_n_feeds(schema); feed++)
		for (uint32_t unit = 0; unit < units_count(config_units(reform->after)); unit++) {
			struct contract_view a = contracts_view(anew, feed, unit);
			struct contract_view b = contracts_view(carried, feed, unit);

			n += a.state != CONTRACT_NONE;
			if (a.state != b.state || a.heard_ms != b.heard_ms || a.due_ms != b.due_ms)
				wrong(reform,
				      "%s of %s: a replay says %s (%" PRId64 ", %" PRId64
				      "), a state %s (%" PRId64 ", %" PRId64 ")",
				      schema_feed(schema, feed)->id, id_after(reform, unit),
				      contract_state_name(a.state), a.heard_ms, a.due_ms,
				      contract_state_name(b.state), b.heard_ms, b.due_ms);
		}
	if (n < 60)
		wrong(reform, "only %u must report", n);
}

/* ---- ranking ---- */

static void check_ranking(struct reform *reform)
{
	const struct indicators *indicators = flow_indicators(reform->carried.flow);
	const struct indicators *again = flow_indicators(reform->anew.flow);
	struct rank_row rows[128], others[128];
	uint32_t i = indicators_find(indicators, "one-stop.on-time", strlen("one-stop.on-time"));
	uint32_t n = indicators_rank(indicators, i, UNIT_NONE, rows, COUNT(rows));

	if (n != indicators_rank(again, i, UNIT_NONE, others, COUNT(others)) || n != 44)
		fail("%u wards are ranked", n);
	for (uint32_t k = 0; k < n; k++)
		if (rows[k].unit != others[k].unit || rows[k].place != others[k].place)
			wrong(reform, "rank %u: %s at %u, or %s at %u", k,
			      id_after(reform, rows[k].unit), rows[k].place,
			      id_after(reform, others[k].unit), others[k].place);
}

/* ---- all of it ---- */

static void check(struct reform *reform, const char *when)
{
	if (reform->n_wrong == 0)
		return;
	fail("%s: %u things are wrong", when, reform->n_wrong);
}

static void load(struct config **ret, const char *directory)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(ret, directory, NULL, &report))
		fail("%s", text_get(&report));
}

static void begin(struct reform *reform, const char *before, const char *after)
{
	load(&reform->before, before);
	load(&reform->after, after);
	if (fold_init(&reform->kept, reform->before, NULL) ||
	    fold_init(&reform->carried, reform->after, NULL) ||
	    fold_init(&reform->anew, reform->after, NULL))
		fail("cannot make a flow: %s", err_trace());
	fold_keep(&reform->kept, SAVED_MS);
}

static void end(struct reform *reform)
{
	for (size_t i = 0; i < reform->n_messages; i++) {
		free(reform->messages[i].topic);
		free(reform->messages[i].payload);
	}
	free(reform->messages);
	fold_fini(&reform->kept);
	fold_fini(&reform->carried);
	fold_fini(&reform->anew);
	config_free(reform->before);
	config_free(reform->after);
}

static void move_over(struct reform *reform)
{
	const char *why;

	carry(reform, &reform->kept, &reform->n_kept, SAVED_MS);
	carry(reform, &reform->anew, &reform->n_anew, SAVED_MS);
	why = fold_load(&reform->carried, &reform->kept.kept[0]);
	if (why)
		fail("the state cannot be read: %s", why);
	reform->n_carried = reform->n_kept;
}

int main(int argc, char **argv)
{
	static struct reform reform;
	static const char *const twins[2] = { "di-an.an-binh", "di-an.binh-an" };

	if (argc != 3) {
		fprintf(stderr, "usage: reform BEFORE AFTER\n");
		return 2;
	}
	begin(&reform, argv[1], argv[2]);
	make_messages(&reform, twins);

	move_over(&reform);
	compare_untouched(&reform);
	compare_all(&reform);
	compare_records(&reform, &reform.kept, &reform.carried, true);
	compare_records(&reform, &reform.anew, &reform.carried, false);
	count_records(&reform, &reform.carried);
	check_twins(&reform, twins);
	alertbook_each_raised(flow_book(reform.kept.flow), check_alert, &reform);
	check(&reform, "when it was loaded");

	carry(&reform, &reform.kept, &reform.n_kept, OLD_MS);
	carry(&reform, &reform.carried, &reform.n_carried, OLD_MS);
	carry(&reform, &reform.anew, &reform.n_anew, OLD_MS);
	compare_untouched(&reform);
	compare_all(&reform);
	compare_records(&reform, &reform.kept, &reform.carried, true);
	check_repeats(&reform, &reform.kept);
	check_repeats(&reform, &reform.carried);
	check_repeats(&reform, &reform.anew);
	compare_contracts(&reform);
	check(&reform, "a day later, under former ids");

	carry(&reform, &reform.carried, &reform.n_carried, END_MS);
	carry(&reform, &reform.anew, &reform.n_anew, END_MS);
	compare_all(&reform);
	compare_records(&reform, &reform.anew, &reform.carried, false);
	compare_contracts(&reform);
	check_ranking(&reform);
	check(&reform, "under new ids");

	printf("%zu messages, %" PRIu64 " accepted\n", reform.n_messages,
	       ledger_all(flow_ledger(reform.carried.flow))->accepted);
	end(&reform);
	return EXIT_SUCCESS;
}
