/* SPDX-License-Identifier: Apache-2.0 */
#include "reload_books.h"

/* ---- the rules ---- */

static struct threshold limit(enum comparison comparison, double value)
{
	return (struct threshold){ .comparison = comparison, .value = value, .text = "" };
}

static void make_figures(struct book *book)
{
	struct indicator *figures = book->tracked->scene->indicators;
	struct rule *rules = book->rules;

	rules[LATE].id = "late";
	rules[LATE].indicator = LATE_RATE;
	rules[LATE].min_samples = 3;
	rules[LATE].hold_ms = SECOND;
	rules[LATE].fade_ms = SECOND;
	rules[HIGH].id = "high";
	rules[HIGH].indicator = LEVEL;
	rules[HIGH].chatter_times = 4;
	rules[HIGH].chatter_within_ms = 8 * SECOND;
	rules[HIGH].steps[0] =
		(struct escalation){ .after_ms = 2 * SECOND, .receivers = 1u << CHIEF };
	rules[HIGH].n_steps = 1;
	rules[HOST].id = "host";
	rules[HOST].kind = RULE_EACH;
	rules[HOST].indicator = HITS;
	rules[HOST].each = "host";
	rules[HOST].cap = 3;
	rules[HOST].window = (struct window){ WINDOW_MINUTES, 2, "2m" };
	for (int i = 0; i < N_OURS; i++)
		if (rules[i].kind == RULE_THRESHOLD || rules[i].kind == RULE_EACH)
			rules[i].figure = &figures[rules[i].indicator];
	for (int unit = 0; unit < N_UNITS; unit++) {
		book->limits[LATE][unit].warning = limit(COMPARE_GT, 0.4);
		book->limits[HIGH][unit] = (struct limits){ .warning = limit(COMPARE_GT, 5),
							    .critical = limit(COMPARE_GT, 9),
							    .clear = limit(COMPARE_LT, 4) };
		book->limits[HOST][unit] = (struct limits){ .warning = limit(COMPARE_GT, 1),
							    .critical = limit(COMPARE_GT, 3) };
	}
}

static void make_events(struct book *book)
{
	const struct tracked *tracked = book->tracked;
	const struct schema *schema = tracked->scene->schema;
	struct rule *rules = book->rules;

	rules[BREAK_IN].id = "break-in";
	rules[BREAK_IN].kind = RULE_EVENT;
	rules[BREAK_IN].type = TYPE_HIT;
	rules[BREAK_IN].event_type = schema_type(schema, TYPE_HIT);
	rules[BREAK_IN].severity = SEVERITY_CRITICAL;
	rules[BREAK_IN].subject_field = 0;
	rules[BREAK_IN].fade_ms = 4 * SECOND;
	rules[BREAK_IN].tell = 1u << RECEIVER_UNIT;
	rules[MUTE].id = "mute";
	rules[MUTE].kind = RULE_SILENCE;
	rules[MUTE].silent_feed = schema_feed(schema, 0);
	rules[MUTE].inhibits = (struct inhibition){ .rules = book->inhibited };
	book->inhibited[HIGH] = true;
	rules[SLOW].id = "slow";
	rules[SLOW].kind = RULE_SEQUENCE;
	rules[SLOW].record = &book->sequence;
	rules[DUE].id = "due";
	rules[EACH_DUE].id = "each-due";
	rules[EACH_DUE].is_each_record = true;
	for (int i = DUE; i <= EACH_DUE; i++) {
		rules[i].kind = RULE_DEADLINE;
		rules[i].record = &tracked->track;
		rules[i].due_soon = SEVERITY_WARNING;
		rules[i].overdue = SEVERITY_CRITICAL;
	}
	rules[REDIS].id = "redis";
	rules[REDIS].kind = RULE_OWN;
	rules[REDIS].own = OWN_REDIS;
	rules[REDIS].severity = SEVERITY_CRITICAL;
	rules[REDIS].hold_ms = 300;
}

static void make_sequence(struct book *book)
{
	book->sequence = (struct track){
		.id = "slow",
		.steps = { step_of(TYPE_OPENED, TRACK_OPEN, TYPE_NONE),
			   step_of(TYPE_DONE, TRACK_CLOSE, TYPE_NONE) },
		.n_steps = 2,
		.n_key = 1,
		.calendar = book->tracked->calendar,
		.allow_ms = 3 * SECOND,
		.closed_type = TYPE_NONE,
		.due_soon_type = TYPE_NONE,
		.overdue_type = TYPE_NONE,
		.open_gauge = INDICATOR_NONE,
		.due_soon_gauge = INDICATOR_NONE,
		.overdue_gauge = INDICATOR_NONE,
		.paused_gauge = INDICATOR_NONE,
	};
}

static void make_people(struct book *book)
{
	static const char *const ids[] = { "duty", "chief", "office", "new" };

	for (uint32_t i = 0; i < N_PEOPLE_MAX; i++)
		book->people[i] = (struct receiver){ .id = ids[i],
						     .title_vi = "",
						     .title_en = "",
						     .is_at_once = i == DUTY || i == N_PEOPLE,
						     .least = SEVERITY_WARNING };
	book->n_people = N_PEOPLE;
	book->own[UNIT_D1] = &book->people[OFFICE];
	for (int i = 0; i < 2; i++)
		book->works[i] = (struct maintenance){ .id = i ? "more-works" : "works",
						       .title_vi = "",
						       .title_en = "",
						       .until_ms = START + (i ? 400 : 10) * SECOND,
						       .by = "binh" };
	book->works[0].units = book->applies[MUTE]; /* the districts */
	book->n_works = 1;
}

void book_make(struct book *book, const struct tracked *tracked, const struct calendar *closed)
{
	*book = (struct book){ .tracked = tracked, .closed = closed, .n_rules = N_OURS };
	for (uint32_t i = 0; i < N_OURS_MAX; i++) {
		book->rules[i] = (struct rule){ .title_vi = "",
						.title_en = "",
						.number = i,
						.window = minutes_15,
						.limits = book->limits[i],
						.applies = book->applies[i],
						.severity = SEVERITY_WARNING,
						.subject_field = TYPE_NONE };
		for (int unit = 0; unit < N_UNITS; unit++)
			book->applies[i][unit] = (i != HIGH && i != MUTE) || unit != UNIT_P;
	}
	make_events(book);
	make_figures(book);
	make_sequence(book);
	make_people(book);
}

struct rulebook book_lend(const struct book *book, const char *name)
{
	return (struct rulebook){ .rules = book->rules,
				  .n_rules = book->n_rules,
				  .sequences = &book->sequence,
				  .n_sequences = 1,
				  .receivers = book->people,
				  .n_receivers = book->n_people,
				  .unit_receivers = book->own,
				  .maintenances = book->works,
				  .n_maintenances = book->n_works,
				  .generation = name,
				  .source = name,
				  .source_size = strlen(name) };
}

/* ---- what may be another ---- */

static void change_nothing(struct book *book)
{
	(void)book;
}

static void change_title(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].title_en = "another";
}

static void change_limit(struct book *book, size_t offset, double value)
{
	for (int unit = 0; unit < N_UNITS; unit++) {
		char *limits = (char *)&book->limits[HIGH][unit];

		((struct threshold *)(limits + offset))->value = value;
	}
}

static void lower_warning(struct book *book)
{
	change_limit(book, offsetof(struct limits, warning), 1);
	change_limit(book, offsetof(struct limits, clear), 1);
}

static void raise_warning(struct book *book)
{
	change_limit(book, offsetof(struct limits, warning), 8);
}

static void lower_critical(struct book *book)
{
	change_limit(book, offsetof(struct limits, critical), 6);
}

static void raise_critical(struct book *book)
{
	change_limit(book, offsetof(struct limits, critical), 100);
}

static void raise_clear(struct book *book)
{
	change_limit(book, offsetof(struct limits, clear), 6);
}

static void have_no_warning_for_values(struct book *book)
{
	for (int unit = 0; unit < N_UNITS; unit++)
		book->limits[HOST][unit].warning.comparison = COMPARE_NONE;
}

static void change_window(struct book *book)
{
	book->rules[LATE].window = book->rules[HIGH].window = today;
	book->rules[HOST].window = (struct window){ WINDOW_MINUTES, 1, "1m" };
}

static void want_more_samples(struct book *book)
{
	book->rules[LATE].min_samples = 1000;
}

static void hold_longer(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].hold_ms += 3 * SECOND;
}

static void hold_no_more(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].hold_ms = 0;
}

static void fade_longer(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].fade_ms += 2 * SECOND;
}

static void fade_at_once(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].fade_ms = 0;
}

static void latch(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].is_latched = true;
}

static void mind_no_chatter(struct book *book)
{
	book->rules[HIGH].chatter_times = 0;
}

static void mind_any_chatter(struct book *book)
{
	for (int i = 0; i < N_OURS; i++) {
		book->rules[i].chatter_times = 1;
		book->rules[i].chatter_within_ms = 5 * SECOND;
	}
}

static void repeat(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].repeat_ms = 2 * SECOND;
}

static void have_other_hours(struct book *book)
{
	book->rules[LATE].calendar = book->rules[HIGH].calendar = book->rules[HOST].calendar =
		book->rules[DUE].calendar = book->closed;
}

static void apply_to_fewer(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->applies[i][UNIT_D1] = false;
}

static void apply_to_more(struct book *book)
{
	book->applies[HIGH][UNIT_P] = true;
}

static void tell_apart_by_another_field(struct book *book)
{
	book->rules[HOST].each = "way";
	book->rules[BREAK_IN].subject_field = 1;
}

static void tell_fewer_apart(struct book *book)
{
	book->rules[HOST].cap = 1;
}

static void change_severity(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].severity = book->rules[i].severity == SEVERITY_WARNING
						  ? SEVERITY_CRITICAL
						  : SEVERITY_WARNING;
}

static void have_nothing_due_soon(struct book *book)
{
	book->rules[DUE].due_soon = book->rules[EACH_DUE].due_soon = SEVERITY_NONE;
}

static void have_nothing_overdue(struct book *book)
{
	book->rules[DUE].overdue = book->rules[EACH_DUE].overdue = SEVERITY_NONE;
}

static void swap_each_record(struct book *book)
{
	book->rules[DUE].is_each_record = true;
	book->rules[EACH_DUE].is_each_record = false;
}

static void allow_longer(struct book *book)
{
	book->sequence.allow_ms = 30 * SECOND;
}

static void inhibit_more(struct book *book)
{
	book->inhibited[LATE] = book->inhibited[HOST] = book->inhibited[BREAK_IN] = true;
	book->rules[MUTE].inhibits.is_below = true;
	book->rules[DUE].inhibits = (struct inhibition){ .rules = book->inhibited };
}

static void inhibit_nothing(struct book *book)
{
	book->rules[MUTE].inhibits.rules = NULL;
}

static void have_no_steps(struct book *book)
{
	book->rules[HIGH].n_steps = 0;
}

static void have_more_steps(struct book *book)
{
	for (int i = 0; i < N_OURS; i++) {
		book->rules[i].steps[0] =
			(struct escalation){ .after_ms = SECOND, .receivers = 1u << OFFICE };
		book->rules[i].n_steps = 1;
	}
}

static void tell_more(struct book *book)
{
	for (int i = 0; i < N_OURS; i++)
		book->rules[i].tell |= 1u << CHIEF;
}

static void add_receiver(struct book *book)
{
	book->n_people++;
}

static void remove_receiver(struct book *book)
{
	book->n_people = OFFICE;
	book->own[UNIT_D1] = NULL;
}

static void renumber_receivers(struct book *book)
{
	struct receiver duty = book->people[DUTY];

	book->people[DUTY] = book->people[CHIEF];
	book->people[CHIEF] = duty;
	book->rules[HIGH].steps[0].receivers = 1u << DUTY; /* the chief's number now */
}

static void add_maintenance(struct book *book)
{
	book->n_works++;
}

static void remove_maintenance(struct book *book)
{
	book->n_works = 0;
}

static void put_rule_at(struct book *book, uint32_t to, const struct rule *rule)
{
	book->rules[to] = *rule;
	book->rules[to].number = to;
}

static void remove_rules(struct book *book)
{
	static const uint32_t kept[] = { LATE, HOST, DUE };
	struct rule rules[N_OURS_MAX];

	memcpy(rules, book->rules, sizeof(rules));
	for (uint32_t i = 0; i < COUNT(kept); i++)
		put_rule_at(book, i, &rules[kept[i]]);
	book->n_rules = COUNT(kept);
}

static void add_rule(struct book *book)
{
	put_rule_at(book, N_OURS, &book->rules[HIGH]);
	book->rules[N_OURS].id = "added";
	book->n_rules++;
}

static void change_kind(struct book *book)
{
	book->rules[HIGH].id = "host";
	book->rules[HOST].id = "high";
	book->rules[SLOW].id = "redis";
	book->rules[REDIS].id = "slow";
	book->sequence.id = "redis";
}

static void turn_around(struct book *book)
{
	struct rule rules[N_OURS_MAX];

	memcpy(rules, book->rules, sizeof(rules));
	for (uint32_t i = 0; i < N_OURS; i++)
		put_rule_at(book, i, &rules[N_OURS - 1 - i]);
	book->inhibited[HIGH] = false;
	book->inhibited[N_OURS - 1 - HIGH] = true;
}

static void look_at_another_figure(struct book *book)
{
	book->rules[HIGH].indicator = CLOSED;
	book->rules[HIGH].figure = &book->tracked->scene->indicators[CLOSED];
}

static void look_at_another_part(struct book *book)
{
	book->rules[REDIS].own = OWN_BROKER; /* of which nothing was said */
}

static void look_at_other_events(struct book *book)
{
	book->rules[BREAK_IN].where = (struct where){
		.conditions = { { .field = 0, .test = WHERE_TEXT, .text = { "h1", 2 } } },
		.n_conditions = 1,
	};
}

/* clang-format off */
static const struct change_case cases[] = {
	{ "nothing", change_nothing, SAME_BOTH | SAME_TRANSITIONS },
	{ "title", change_title, SAME_BOTH | SAME_TRANSITIONS },
	{ "warning lower", lower_warning, SAME_BOTH },
	{ "warning higher", raise_warning, SAME_BOTH },
	{ "critical lower", lower_critical, SAME_BOTH },
	{ "critical higher", raise_critical, SAME_BOTH },
	{ "clear higher", raise_clear, SAME_BOTH },
	{ "no warning for values", have_no_warning_for_values, SAME_BOTH },
	{ "window", change_window, SAME_SEQUENCES },
	{ "min_samples", want_more_samples, SAME_BOTH },
	{ "hold longer", hold_longer, SAME_BOTH },
	{ "no hold", hold_no_more, SAME_BOTH },
	{ "fade longer", fade_longer, SAME_BOTH },
	{ "no fade", fade_at_once, SAME_BOTH },
	{ "latch", latch, SAME_BOTH },
	{ "no chatter", mind_no_chatter, SAME_BOTH },
	{ "chatter", mind_any_chatter, SAME_BOTH },
	{ "repeat", repeat, SAME_BOTH },
	{ "calendar", have_other_hours, SAME_BOTH },
	{ "fewer units", apply_to_fewer, SAME_SEQUENCES },
	{ "more units", apply_to_more, SAME_BOTH },
	{ "field", tell_apart_by_another_field, SAME_SEQUENCES },
	{ "cap", tell_fewer_apart, SAME_SEQUENCES },
	{ "severity", change_severity, SAME_BOTH },
	{ "due soon", have_nothing_due_soon, SAME_BOTH },
	{ "overdue", have_nothing_overdue, SAME_BOTH },
	{ "each record", swap_each_record, SAME_BOTH },
	{ "within", allow_longer, SAME_VALUES },
	{ "inhibits more", inhibit_more, SAME_BOTH },
	{ "inhibits nothing", inhibit_nothing, SAME_BOTH },
	{ "no steps", have_no_steps, SAME_BOTH },
	{ "steps", have_more_steps, SAME_BOTH },
	{ "tell", tell_more, SAME_BOTH },
	{ "receiver added", add_receiver, SAME_BOTH },
	{ "receiver removed", remove_receiver, SAME_BOTH },
	{ "receivers renumbered", renumber_receivers, SAME_BOTH | SAME_TRANSITIONS },
	{ "maintenance added", add_maintenance, SAME_BOTH },
	{ "maintenance removed", remove_maintenance, SAME_BOTH },
	{ "rules removed", remove_rules, SAME_VALUES },
	{ "rule added", add_rule, SAME_BOTH },
	{ "kind", change_kind, 0 },
	{ "order", turn_around, SAME_BOTH | SAME_TRANSITIONS },
	{ "figure", look_at_another_figure, SAME_BOTH },
	{ "part", look_at_another_part, SAME_BOTH },
	{ "where", look_at_other_events, SAME_BOTH },
};
/* clang-format on */

const struct change_case *book_changes(size_t *ret_n)
{
	*ret_n = COUNT(cases);
	return cases;
}
