/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other rules come in the middle of a history under rules of every kind; each time one thing about
 * them is another.  What must hold is recomputed from what the flow shows.
 *
 * Each history is carried twice, with the reload and with nothing in its place: what differs in the
 * tick behind it is what the reload brought about.
 */
#include "../../saved.h"
#include "iocd/indicator_save.h"
#include "reload_books.h"
#include "reload_past.h"

#define STANDS_MAX 64
#define TOLD_MAX   2048

/* ---- a run ---- */

struct run {
	struct flow *flow;              /* owned */
	const struct book *base, *next; /* borrowed */
	int64_t check_ms; /* alerts are checked at the first tick behind that; 0: not */
	int64_t save_ms;  /* the state is saved at the first tick from then on; 0: not */
	bool is_saved;
	struct saved saved;
	uint64_t n_told; /* transitions when it was saved */
};

static void check_alert(void *context, const struct alert *alert);

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct run *run = context;
	struct bytes_writer writer;

	(void)tick;
	if (run->check_ms != 0 && flow_tick_ms(run->flow) > run->check_ms) {
		alertbook_each_raised(flow_book(run->flow), check_alert, run->flow);
		run->check_ms = 0;
	}
	if (run->save_ms == 0 || run->is_saved || flow_tick_ms(run->flow) < run->save_ms)
		return;
	run->is_saved = true;
	run->n_told = alertbook_last(flow_book(run->flow));
	saved_begin(&run->saved, &writer);
	flow_save(run->flow, &writer);
	saved_end(&writer);
}

static int read_book(void *context, const char *source, size_t size, struct rulebook *ret)
{
	const struct run *run = context;

	if (size != strlen("base") ||
	    (memcmp(source, "base", size) && memcmp(source, "next", size)))
		return 1;
	*ret = memcmp(source, "base", size) == 0 ? book_lend(run->base, "base")
						 : book_lend(run->next, "next");
	return 0;
}

/* Makes the flow of run, with the base in its files. */
static void begin(struct run *run)
{
	const struct tracked *tracked = run->base->tracked;
	const struct scene *scene = tracked->scene;
	const struct flow_options options = {
		.units = scene->units,
		.schema = scene->schema,
		.indicators = scene->indicators,
		.n_indicators = scene->n_indicators,
		.book = book_lend(run->base, "base"),
		.read_rules = read_book,
		.rules_context = run,
		.tracks = &tracked->track,
		.n_tracks = 1,
		.records = 64,
		.contracts = &tracked->contract,
		.n_contracts = 1,
		.prefix = "ioc/v1",
		.offset_minutes = OFFSET,
		.limits = { .payload = 65536,
			    .depth = 8,
			    .keys = 64,
			    .batch = 256,
			    .string = 4096,
			    .age_ms = DAY,
			    .future_ms = 2 * MINUTE },
		.lateness_ms = HOUR,
		.memory = { .ms = DAY, .ids = 256, .window = 64 },
		.dedup_sources = 8,
		.sketch_bytes = 1 << 16,
	};

	assert_int_equal(flow_new(&run->flow, &options, on_tick, run), 0);
}

static void end(struct run *run)
{
	flow_free(run->flow);
	saved_fini(&run->saved);
	*run = (struct run){ 0 };
}

/* Puts what part() saves of the run's flow into saved. */
#define SAVE_PART(run_, saved_, part_, get_)                                                       \
	do {                                                                                       \
		struct bytes_writer writer_;                                                       \
                                                                                                   \
		saved_begin((saved_), &writer_);                                                   \
		part_(get_((run_)->flow), &writer_);                                               \
		saved_end(&writer_);                                                               \
	} while (0)
#define ASSERT_SAME_PART(a_, b_, part_, get_)                                                      \
	do {                                                                                       \
		struct saved of_a_ = { 0 }, of_b_ = { 0 };                                         \
                                                                                                   \
		SAVE_PART(a_, &of_a_, part_, get_);                                                \
		SAVE_PART(b_, &of_b_, part_, get_);                                                \
		assert_same(&of_a_, &of_b_, #part_);                                               \
		saved_fini(&of_a_);                                                                \
		saved_fini(&of_b_);                                                                \
	} while (0)

static const char *present; /* what is tried: for messages */
static size_t present_at;

static void assert_same(const struct saved *a, const struct saved *b, const char *what)
{
	size_t at = 0;

	while (at < a->n && at < b->n && a->bytes[at] == b->bytes[at])
		at++;
	if (a->n != b->n || at != a->n)
		fail_msg("%s at %zu: %s differs at byte %zu of %zu and %zu", present, present_at,
			 what, at, a->n, b->n);
}

/* ---- what must hold ---- */

/* An alert that stands, by what the transitions say, and which receivers know. */
struct standing {
	const char *rule;
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX];
	uint32_t told;          /* bits by person of the base */
	enum severity severity; /* the worst that they were told */
};

struct hearing {
	struct standing list[STANDS_MAX];
	size_t n;
};

/* Bits of those receivers by the names of people. */
static uint32_t who(const struct flow *flow, uint32_t unit, uint32_t bits)
{
	static const char *const ids[] = { "duty", "chief", "office", "new" };
	const struct rules_options *about = rules_about(flow_rules(flow));
	uint32_t people = 0;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		for (uint32_t p = 0; p < COUNT(ids); p++)
			if (strcmp(about->receivers[i].id, ids[p]) == 0 &&
			    (bits & 1u << i ||
			     (bits & 1u << RECEIVER_UNIT &&
			      about->unit_receivers[unit] == &about->receivers[i])))
				people |= 1u << p;
	return people;
}

static struct standing *find(struct hearing *hearing, const struct alert *alert)
{
	for (size_t i = 0; i < hearing->n; i++)
		if (hearing->list[i].unit == alert->unit &&
		    strcmp(hearing->list[i].rule, alert->rule->id) == 0 &&
		    strcmp(hearing->list[i].subject, alert->subject) == 0)
			return &hearing->list[i];
	return NULL;
}

static struct standing *add(struct hearing *hearing, const struct alert *alert)
{
	struct standing *standing = &hearing->list[hearing->n++];

	assert_true(hearing->n <= STANDS_MAX);
	*standing = (struct standing){ .rule = alert->rule->id, .unit = alert->unit };
	strcpy(standing->subject, alert->subject);
	return standing;
}

/* No alert is raised that stands; nobody is told that it stands who knows, unless it is worse. */
static void hear(struct hearing *hearing, const struct flow *flow,
		 const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	struct standing *standing = find(hearing, alert);
	uint32_t people = who(flow, alert->unit, transition->tells);
	bool is_raise =
		transition->news == NEWS_RAISED && alert->raised_number == transition->number;

	if (is_raise && standing)
		fail_msg("%s at %zu: %s is raised twice", present, present_at, standing->rule);
	if (transition->news == NEWS_ANNOUNCED && standing && standing->told & people &&
	    standing->severity >= alert->machine.severity)
		fail_msg("%s at %zu: %s is announced to who knows", present, present_at,
			 standing->rule);
	if (transition->news == NEWS_CLEARED) {
		if (!standing)
			fail_msg("%s at %zu: %s is cleared and did not stand", present, present_at,
				 alert->rule->id);
		*standing = hearing->list[--hearing->n];
		return;
	}
	if (is_raise)
		standing = add(hearing, alert);
	if (!standing || !people)
		return;
	standing->told |= people;
	standing->severity = alert->machine.severity;
}

static void check_hearing(const struct run *run)
{
	const struct alertbook *book = flow_book(run->flow);
	struct hearing hearing = { 0 };

	assert_in_range(alertbook_last(book), 30, TOLD_MAX);
	for (uint64_t n = 1; n <= alertbook_last(book); n++) {
		const struct transition *transition = alertbook_transition(book, n);

		assert_non_null(transition);
		assert_int_equal(transition->number, n);
		hear(&hearing, run->flow, transition);
	}
	assert_int_equal(hearing.n, alertbook_count(book, SEVERITY_NONE));
}

/* Whether the other run has the same in the same tick. */
static bool is_in(const struct alertbook *book, const struct transition *wanted)
{
	for (uint64_t n = 1; n <= alertbook_last(book); n++) {
		const struct transition *transition = alertbook_transition(book, n);

		if (transition->time_ms == wanted->time_ms && transition->news == wanted->news &&
		    transition->alert.unit == wanted->alert.unit &&
		    strcmp(transition->alert.rule->id, wanted->alert.rule->id) == 0 &&
		    strcmp(transition->alert.subject, wanted->alert.subject) == 0)
			return true;
	}
	return false;
}

/* What the reload brought about says who did it, and why; but what only became due by it. */
static void check_authors(const struct run *plain, const struct run *run, int64_t reload_ms)
{
	const struct alertbook *book = flow_book(run->flow);

	for (uint64_t n = 1; n <= alertbook_last(book); n++) {
		const struct transition *transition = alertbook_transition(book, n);

		if (transition->time_ms < reload_ms - reload_ms % FLOW_TICK_MS ||
		    transition->time_ms > reload_ms + FLOW_TICK_MS ||
		    transition->news == NEWS_REPEATED || transition->news == NEWS_ESCALATED ||
		    is_in(flow_book(plain->flow), transition))
			continue;
		if (strcmp(transition->by, "an") != 0 || !transition->note[0])
			fail_msg("%s at %zu: %s of %s has '%s', '%s'", present, present_at,
				 alert_news_name(transition->news), transition->alert.rule->id,
				 transition->by, transition->note);
	}
}

struct search {
	const char *subject;
	uint32_t unit;
	bool is_there;
};

static void look_for(void *context, const struct track_record *record)
{
	struct search *search = context;

	search->is_there |= record->unit == search->unit &&
			    record->id.size == strlen(search->subject) &&
			    memcmp(record->id.bytes, search->subject, record->id.size) == 0;
}

static bool has_record(const struct trackers *trackers, enum record_state state,
		       const struct alert *alert)
{
	struct search search = { alert->subject, alert->unit, false };
	const struct trackers_query query = { .track = UINT32_MAX, .state = state, .limit = 64 };

	(void)trackers_each(trackers, &query, look_for, &search);
	return search.is_there;
}

/* What the rules in force think of the alert now. */
static enum judgement judge(const struct flow *flow, const struct alert *alert)
{
	const struct rules *rules = flow_rules(flow);
	const struct rule *rule = alert->rule;
	const struct slice subject = { alert->subject, strlen(alert->subject) };

	if (rule->kind == RULE_EACH)
		return rules_judge_each_one(rules, flow_keyed(flow), rule->number, alert->unit,
					    subject)
			.judgement;
	if (rule->kind == RULE_SEQUENCE)
		return has_record(flow_sequences(flow), RECORD_OVERDUE, alert) ? JUDGE_WARNING
									       : JUDGE_CLEAR;
	if (rule->kind == RULE_DEADLINE && rule->is_each_record)
		return (rule->overdue != SEVERITY_NONE &&
			has_record(flow_trackers(flow), RECORD_OVERDUE, alert)) ||
				       (rule->due_soon != SEVERITY_NONE &&
					has_record(flow_trackers(flow), RECORD_DUE_SOON, alert))
			       ? JUDGE_WARNING
			       : JUDGE_CLEAR;
	if (rule->kind == RULE_EVENT)
		return JUDGE_CLEAR; /* only fading */
	if (rule->kind == RULE_OWN)
		return rule->own == OWN_REDIS ? alert->machine.judgement : JUDGE_CLEAR;
	if (subject.size > 0)
		return JUDGE_CLEAR; /* nobody judges that */
	return rules_judge_one(rules, flow_indicators(flow), rule->number, alert->unit).judgement;
}

/* No ghost: an alert stands by a rule in force that applies, and by what that says now. */
static void check_alert(void *context, const struct alert *alert)
{
	const struct flow *flow = context;
	const struct alert_machine *machine = &alert->machine;
	enum judgement judgement;

	assert_ptr_equal(alert->rule, rules_at(flow_rules(flow), alert->rule->number));
	assert_true(alert->rule->applies[alert->unit]);
	judgement = judge(flow, alert);
	if (judgement == JUDGE_UNKNOWN && alert->rule->kind == RULE_EACH)
		return; /* judged once a minute */
	if (judgement == JUDGE_UNKNOWN ? !machine->uncertain
				       : judgement == JUDGE_CLEAR && !machine->latched &&
						 machine->state != ALERT_FADING)
		fail_msg("%s at %zu: ghost: %s of %s '%s'", present, present_at, alert->rule->id,
			 unit_ids[alert->unit], alert->subject);
}

/* And none is missing, of those that are judged at any time. */
static void check_none_is_missing(const struct flow *flow)
{
	for (uint32_t i = 0; i < rules_count(flow_rules(flow)); i++)
		for (uint32_t unit = 0; unit < N_UNITS; unit++) {
			const struct verdict verdict =
				rules_judge_one(flow_rules(flow), flow_indicators(flow), i, unit);
			const struct alert *alert = alertbook_find(flow_book(flow), i, unit, "");

			if (verdict.judgement >= JUDGE_WARNING &&
			    (!alert || !alert_machine_stands(&alert->machine)))
				fail_msg("%s at %zu: missing: %s", present, present_at,
					 rules_at(flow_rules(flow), i)->id);
		}
}

/* ---- runs ---- */

static void carry_all(struct run *run, struct past *past)
{
	for (size_t i = 0; i < past->n; i++) {
		struct entry *entry = &past->entries[i];

		if (entry->record.position >= flow_position(run->flow))
			past_carry(run->flow, entry);
	}
}

static void save_now(struct run *run, struct saved *saved)
{
	struct bytes_writer writer;

	saved_begin(saved, &writer);
	flow_save(run->flow, &writer);
	saved_end(&writer);
}

/* A flow that takes over what run saved, and carries the rest, ends as run did. */
static void check_restart(const struct run *run, struct past *past)
{
	struct run after = { .base = run->base, .next = run->next };
	struct saved whole = { 0 }, rest = { 0 };
	struct run last = *run;
	struct bytes_reader reader;

	assert_true(run->is_saved);
	begin(&after);
	bytes_reader_init(&reader, run->saved.bytes, run->saved.n);
	(void)flow_load(after.flow, &reader);
	assert_false(reader.is_bad);
	assert_int_equal(alertbook_last(flow_book(after.flow)), run->n_told);
	carry_all(&after, past);
	save_now(&last, &whole);
	save_now(&after, &rest);
	assert_same(&whole, &rest, "the state after a restart");
	saved_fini(&rest);
	saved_fini(&whole);
	end(&after);
}

/* All that is told of alerts; not how well what they are judged by is known, which a value of a
 * field is asked for only once a minute, and in a review. */
static bool is_told(const struct transition *transition)
{
	return transition->news != NEWS_UNCERTAIN && transition->news != NEWS_CERTAIN;
}

/* An alert of one flow follows in the other from the same records. */
static void check_samples(void *context, uint32_t number, uint32_t unit, const char *subject)
{
	const struct run *const *runs = context;
	const struct flow *plain = runs[0]->flow, *other = runs[1]->flow;
	const char *id = rules_at(flow_rules(plain), number)->id;
	uint32_t found = rules_find(flow_rules(other), id, strlen(id));
	const struct alert *a = alertbook_find(flow_book(plain), number, unit, subject);
	const struct alert *b = alertbook_find(flow_book(other), found, unit, subject);

	assert_non_null(b);
	if (a->n_samples != b->n_samples || memcmp(a->samples, b->samples, sizeof(a->samples)) != 0)
		fail_msg("%s at %zu: samples of %s", present, present_at, id);
}

static void check_same_transitions(const struct run *plain, const struct run *run)
{
	const struct alertbook *books[] = { flow_book(plain->flow), flow_book(run->flow) };

	for (int i = 0; i < 2; i++)
		for (uint64_t n = 1; n <= alertbook_last(books[i]); n++) {
			const struct transition *transition = alertbook_transition(books[i], n);

			if (is_told(transition) && !is_in(books[1 - i], transition))
				fail_msg("%s at %zu: %s of %s only %s", present, present_at,
					 alert_news_name(transition->news),
					 transition->alert.rule->id,
					 i ? "with the reload" : "without it");
		}
	alertbook_each_key(books[0], check_samples, (const struct run *[]){ plain, run });
}

static void check_same(const struct change_case *about, struct run *plain, struct run *run)
{
	ASSERT_SAME_PART(plain, run, indicators_save, flow_indicators);
	ASSERT_SAME_PART(plain, run, trackers_save, flow_trackers);
	ASSERT_SAME_PART(plain, run, contracts_save, flow_contracts);
	ASSERT_SAME_PART(plain, run, ledger_save, flow_ledger);
	if (about->same & SAME_VALUES)
		ASSERT_SAME_PART(plain, run, keyed_save, flow_keyed);
	if (about->same & SAME_SEQUENCES)
		ASSERT_SAME_PART(plain, run, trackers_save, flow_sequences);
	if (about->same & SAME_TRANSITIONS)
		check_same_transitions(plain, run);
}

static void try_change(const struct change_case *about, const struct book *base,
		       const struct calendar *closed, uint32_t seed)
{
	static struct past without, with;
	struct book next;
	struct run plain = { .base = base }, run = { .base = base, .next = &next };
	size_t reload_at = 5 + past_draw(&seed, PAST_STEPS - 10);
	int64_t reload_ms;

	present = about->name;
	present_at = reload_at;
	book_make(&next, base->tracked, closed);
	about->change(&next);
	past_make(&without, seed, reload_at, NULL);
	past_make(&with, seed, reload_at, "an\nnext");
	reload_ms = with.entries[reload_at + 1].record.arrival_ms;
	run.check_ms = reload_ms;
	run.save_ms = reload_ms - SECOND + (int64_t)past_draw(&seed, 6) * SECOND / 2;

	begin(&plain);
	begin(&run);
	carry_all(&plain, &without);
	carry_all(&run, &with);
	assert_int_equal(flow_rules_changes(run.flow), 1 + (with.n_rules > 2));
	assert_string_equal(flow_generation(run.flow), with.n_rules > 2 ? "base" : "next");
	assert_int_equal(run.check_ms, 0);
	alertbook_each_raised(flow_book(run.flow), check_alert, run.flow);
	check_none_is_missing(run.flow);
	check_hearing(&run);
	check_authors(&plain, &run, reload_ms);
	check_same(about, &plain, &run);
	check_restart(&run, &with);
	end(&run);
	end(&plain);
}

/* ---- tests ---- */

struct place_of_tests {
	void *tracked;
	struct calendar_week week;
	struct calendar *closed;
	struct book base;
};

static int setup(void **state)
{
	struct place_of_tests *place = xcalloc(1, sizeof(*place));
	struct tracked *tracked;
	struct scene *scene;
	int r = track(&place->tracked);

	tracked = place->tracked;
	scene = tracked->scene;
	tracked->contract.every_ms = 5 * SECOND;
	tracked->track.due_soon_ms = 10 * SECOND;
	scene->indicators[HITS] = scene->indicators[CLOSED];
	scene->indicators[HITS].id = "hits";
	scene->indicators[HITS].type = TYPE_HIT;
	scene->n_indicators = HITS + 1;
	place->week.cut_off = 1440;
	for (int day = 0; day < 7; day++)
		place->week.weekdays[day] =
			(struct calendar_hours){ .spans = { { 60, 120 } }, .n = 1 };
	place->closed = calendar_new(&(struct calendar_options){
		.id = "night", .offset_minutes = OFFSET, .weeks = &place->week, .n_weeks = 1 });
	book_make(&place->base, tracked, place->closed);
	*state = place;
	return r;
}

static int teardown(void **state)
{
	struct place_of_tests *place = *state;
	int r = untrack(&place->tracked);

	calendar_free(place->closed);
	free(place);
	return r;
}

static void whatever_is_another_in_the_rules_nothing_is_lost_or_told_twice(void **state)
{
	const struct place_of_tests *place = *state;
	const struct change_case *cases;
	size_t n;

	cases = book_changes(&n);
	for (size_t i = 0; i < n; i++)
		try_change(&cases[i], &place->base, place->closed, 7919 + (uint32_t)i * 31);
}

/* The very same rules again, as by somebody who reloads for nothing. */
static void rules_that_are_in_force_already_change_no_byte(void **state)
{
	const struct place_of_tests *place = *state;
	static struct past without, with;

	present = "the same";
	for (uint32_t seed = 1; seed <= 4; seed++) {
		struct run plain = { .base = &place->base }, run = { .base = &place->base };
		struct saved a = { 0 }, b = { 0 };

		present_at = 20 * seed;
		past_make(&without, seed, present_at, NULL);
		past_make(&with, seed, present_at, "an\nbase");
		begin(&plain);
		begin(&run);
		carry_all(&plain, &without);
		carry_all(&run, &with);
		save_now(&plain, &a);
		save_now(&run, &b);
		assert_same(&a, &b, "the state");
		assert_int_equal(flow_rules_changes(run.flow), 0);
		saved_fini(&a);
		saved_fini(&b);
		end(&run);
		end(&plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_another_in_the_rules_nothing_is_lost_or_told_twice),
		cmocka_unit_test(rules_that_are_in_force_already_change_no_byte),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
