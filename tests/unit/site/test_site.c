/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of sites; and the ledger against a slow one that knows each number by itself, over
 * random histories of frames that come late, twice, in any order or never, of heartbeats, new
 * outboxes, what is given up and restarts.
 */
#include "fixture.h"

#define A       DISTRICT_A
#define NUMBERS 400u

static void a_unit_that_may_not_forward_is_refused(void **state)
{
	struct world *world = *state;

	world->wanted[A] = SITE_NOT;
	world_renew(world);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .to = 1 }),
			 REASON_not_authorized);
	assert_int_equal(send_beat(world, (struct beat){ .unit = A }), REASON_not_authorized);
	assert_int_equal(sites_count(world->sites), 0);
}

static void a_name_that_no_sender_bears_is_refused(void **state)
{
	static const char *const names[] = { "",  "-a", "A",  "a b",
					     "ô", "a/", "a.", "0123456789abcdef0123456789abcdefx" };
	struct world *world = *state;
	struct beat beat = { .unit = A };

	for (size_t i = 0; i < COUNT(names); i++) {
		beat.sender = names[i];
		assert_int_equal(send_beat(world, beat), REASON_bad_topic);
	}
	beat.sender = "0123456789abcdef0123456789abcde-";
	assert_int_equal(send_beat(world, beat), REASON_NONE);
	assert_int_equal(sites_find(world->sites, A, beat.sender), 0);
}

static void a_frame_without_epoch_or_items_is_bad(void **state)
{
	struct world *world = *state;

	assert_int_equal(send_frame(world, (struct send){ .unit = A, .epoch = "", .to = 1 }),
			 REASON_bad_frame);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .from = 1, .to = 1 }),
			 REASON_bad_frame);
}

static void there_are_so_many_sites_and_no_more(void **state)
{
	struct world *world = *state;
	char name[16];

	for (int i = 0; i < SITES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		assert_int_equal(send_beat(world, (struct beat){ .unit = A, .sender = name }),
				 REASON_NONE);
	}
	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .sender = "x" }),
			 REASON_site_limit);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .sender = "x", .to = 1 }),
			 REASON_site_limit);
	assert_int_equal(sites_count(world->sites), SITES_MAX);
	assert_int_equal(sites_find(world->sites, A, "s511"), 511);
}

static void one_name_in_two_units_is_two_sites(void **state)
{
	struct world *world = *state;

	assert_int_equal(send_frame(world, (struct send){ .unit = A, .to = 5 }), REASON_NONE);
	assert_int_equal(send_frame(world, (struct send){ .unit = DISTRICT_B, .to = 5 }),
			 REASON_NONE);
	assert_int_equal(world->n_new, 5);
	assert_int_equal(sites_count(world->sites), 2);
}

static void every_word_wants_a_receipt_once(void **state)
{
	struct world *world = *state;
	const uint32_t *due;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_beat(world, (struct beat){ .unit = A }), REASON_NONE);
		assert_int_equal(send_frame(world, (struct send){ .unit = DISTRICT_B, .to = 5 }),
				 REASON_NONE);
	}
	assert_int_equal(sites_take_due(world->sites, &due), 2);
	assert_int_equal(due[0], 0);
	assert_int_equal(due[1], 1);
	assert_int_equal(sites_take_due(world->sites, &due), 0);
	assert_int_equal(send_frame(world, (struct send){ .unit = DISTRICT_B, .to = 5 }),
			 REASON_NONE);
	assert_int_equal(sites_take_due(world->sites, &due), 1);
	assert_int_equal(due[0], 1);
}

/* ---- the slow ledger ---- */

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % sides;
}

enum fate { NOT_HERE, HERE, NEVER };

/* A sender, and what a ledger that looks at each number knows of its stream. */
struct model {
	uint32_t epoch;          /* "e<n>" */
	uint32_t heard;          /* the epoch that the ledger has heard of last */
	uint32_t oldest, newest; /* what the sender has: from oldest to before newest */
	bool is_known;
	bool is_beaten, is_lost, is_back;
	enum fate fates[NUMBERS];
	uint32_t first, have, head, said, owed;
	uint64_t taken, repeats, given_up, resets, put_off;
};

static uint32_t count_fates(const struct model *model, uint32_t from, uint32_t to, enum fate fate)
{
	uint32_t n = 0;

	for (uint32_t i = from; i < to; i++)
		n += model->fates[i] == fate;
	return n;
}

static uint32_t count_runs(const struct model *model)
{
	uint32_t n = 0;

	for (uint32_t i = model->first; i < model->have; i++)
		n += model->fates[i] == NOT_HERE &&
		     (i == model->first || model->fates[i - 1] != NOT_HERE);
	return n;
}

static void model_give_up(struct model *model, uint32_t before)
{
	for (uint32_t i = model->first; i < before; i++) {
		if (model->fates[i] != NOT_HERE)
			continue;
		model->fates[i] = NEVER;
		model->given_up++;
	}
	if (before > model->have)
		model->have = before;
	if (model->have > model->head)
		model->head = model->have;
}

static void model_enter(struct model *model, uint32_t first)
{
	if (model->is_known) {
		model_give_up(model, model->head);
		model->resets++;
	}
	memset(model->fates, 0, sizeof(model->fates));
	model->is_known = true;
	model->heard = model->epoch;
	model->is_beaten = false;
	model->first = model->have = model->head = model->said = model->owed = first;
	model->is_back = false;
}

/* What of a frame is new; what lies before the first that was heard of will be asked for. */
static uint32_t count_new(const struct model *model, uint32_t from, uint32_t to)
{
	return count_fates(model, from > model->first ? from : model->first, to, NOT_HERE);
}

/* Takes a frame unless there are more holes than a receipt names; whether it did. */
static bool model_take(struct model *model, uint32_t from, uint32_t to)
{
	uint32_t n = count_new(model, from, to);
	struct model before = *model;

	for (uint32_t i = from > model->first ? from : model->first; i < to; i++)
		if (model->fates[i] == NOT_HERE)
			model->fates[i] = HERE;
	if (to > model->have)
		model->have = to;
	if (count_runs(model) > FRAME_MISSING_MAX) {
		*model = before;
		model->put_off++;
		return false;
	}
	model->taken += n;
	model->repeats += to - from - n;
	if (model->have > model->head)
		model->head = model->have;
	return true;
}

static void model_hear(struct model *model)
{
	if (model->oldest < model->first) {
		if (model->first == model->have)
			model->have = model->oldest;
		model->first = model->oldest;
	}
	model_give_up(model, model->oldest);
	if (model->newest > model->head)
		model->head = model->newest;
	model->owed = model->is_beaten && !model->is_back ? model->said : model->head;
	model->said = model->head;
	model->is_beaten = true;
	model->is_back = false;
}

static bool model_is_complete(const struct model *model)
{
	return !model->is_lost && model->have >= model->owed &&
	       count_fates(model, model->first, model->have, NOT_HERE) == 0;
}

/* ---- both, step by step ---- */

struct run {
	struct world world;  /* runs on */
	struct world reborn; /* is saved and loaded now and then */
	struct model model;
	uint32_t seed;
};

static void name_epoch(char name[16], uint32_t epoch)
{
	(void)snprintf(name, 16, "e%u", epoch);
}

static void step_frame(struct run *run, uint32_t from, uint32_t to)
{
	struct send send = { .unit = A, .class = FRAME_EVENT, .from = from, .to = to };
	struct model *model = &run->model;
	char epoch[16];
	enum reason reason;
	uint64_t n;

	name_epoch(epoch, model->epoch);
	send.epoch = epoch;
	if (!model->is_known || model->heard != model->epoch)
		model_enter(model, from);
	n = count_new(model, from, to);
	model->is_lost = false;
	reason = send_frame(&run->world, send);
	assert_int_equal(send_frame(&run->reborn, send), reason);
	assert_int_equal(reason, model_take(model, from, to) ? REASON_NONE : REASON_site_limit);
	if (!reason)
		assert_int_equal(run->world.n_new, n);
}

static void step_beat(struct run *run)
{
	struct model *model = &run->model;
	struct beat beat = {
		.unit = A, .class = FRAME_EVENT, .first = model->oldest, .head = model->newest
	};
	char epoch[16];

	name_epoch(epoch, model->epoch);
	beat.epoch = epoch;
	if (!model->is_known || model->heard != model->epoch)
		model_enter(model, model->oldest);
	if (model->first > model->oldest && model->first < model->have &&
	    model->fates[model->first] != NOT_HERE && count_runs(model) == FRAME_MISSING_MAX)
		return; /* there is no room to say so now */
	model->is_lost = false;
	model_hear(model);
	assert_int_equal(send_beat(&run->world, beat), REASON_NONE);
	assert_int_equal(send_beat(&run->reborn, beat), REASON_NONE);
}

static void step_restart(struct run *run)
{
	struct saved saved = world_save(&run->reborn);

	assert_null(world_load(&run->reborn, &saved, NULL));
	saved_fini(&saved);
}

static void step(struct run *run)
{
	struct model *model = &run->model;
	uint32_t n, from, what = dice(&run->seed, 64);

	run->world.now = run->reborn.now += 1 + dice(&run->seed, 3000);
	if (model->newest + 8 < NUMBERS)
		model->newest += dice(&run->seed, 8);
	if (what < 1 && model->epoch < 3) { /* a new outbox */
		model->epoch++;
		model->oldest = model->newest = dice(&run->seed, 20);
	} else if (what < 3 && model->oldest + 10 < model->newest) {
		model->oldest += dice(&run->seed, 10); /* some are given up */
	} else if (what < 5 && model->is_known) {
		sites_meet(run->world.sites, A, PRESENCE_LOST, run->world.now);
		sites_meet(run->reborn.sites, A, PRESENCE_LOST, run->world.now);
		model->is_back |= !model->is_lost;
		model->is_lost = true;
	} else if (what < 7) {
		assert_int_equal(look(&run->world).n, look(&run->reborn).n);
	} else if (what < 16) {
		step_beat(run);
	} else if (what < 24) {
		step_restart(run);
	} else if (model->oldest < model->newest) { /* any frame, old or new, late or again */
		from = model->oldest + dice(&run->seed, model->newest - model->oldest);
		n = 1 + dice(&run->seed, 6);
		step_frame(run, from, from + n < model->newest ? from + n : model->newest);
	}
}

static void check_receipt(const struct run *run)
{
	const struct model *model = &run->model;
	struct receipt receipt = receipt_of(&run->world, A);
	const struct receipt_stream *told = &receipt.streams[FRAME_EVENT];
	uint32_t k = 0;

	assert_int_equal(told->is_known,
			 (model->is_beaten || model->first == 0) && model->have > model->first);
	if (!told->is_known)
		return;
	assert_int_equal(told->have.number, model->have);
	assert_int_equal(told->have.position, POSITION(model->have));
	for (uint32_t i = model->first; i < model->have; i++) {
		while (k < told->n_missing && told->missing[k].to.number <= i)
			k++;
		assert_int_equal(k < told->n_missing && told->missing[k].from.number <= i,
				 model->fates[i] == NOT_HERE);
	}
	for (uint32_t i = 0; i < told->n_missing; i++) {
		assert_int_equal(told->missing[i].from.position,
				 POSITION(told->missing[i].from.number));
		assert_int_equal(told->missing[i].to.position,
				 POSITION(told->missing[i].to.number));
	}
}

/* Each number that is missing below `have` stands in one open gap. */
static void check_gaps(const struct run *run)
{
	const struct model *model = &run->model;
	struct gaps gaps = gaps_of(&run->world, A);
	uint8_t covered[NUMBERS] = { 0 };

	for (uint32_t g = 0; g < gaps.n; g++) {
		const struct site_gap *gap = &gaps.list[g];

		assert_int_equal(gap->closed_ms == 0, gap->missing > 0);
		assert_true(gap->missing + gap->given_up <= gap->to - gap->from);
		if (gap->missing == 0)
			continue;
		assert_int_equal(gap->missing, count_fates(model, (uint32_t)gap->from,
							   (uint32_t)gap->to, NOT_HERE));
		for (uint64_t i = gap->from; i < gap->to; i++)
			covered[i]++;
	}
	for (uint32_t i = model->first; i < NUMBERS; i++) {
		assert_true(covered[i] <= 1);
		assert_true(covered[i] == 1 || i >= model->have || model->fates[i] != NOT_HERE);
	}
}

static void check(const struct run *run)
{
	const struct model *model = &run->model;
	struct saved saved, reborn;
	struct site_view view;

	if (sites_count(run->world.sites) == 0)
		return;
	view = view_of(&run->world, A);
	if (model->is_known) {
		const struct site_stream *stream = &view.streams[FRAME_EVENT];

		assert_int_equal(stream->first, model->first);
		assert_int_equal(stream->have, model->have);
		assert_int_equal(stream->head, model->head);
		assert_int_equal(stream->missing,
				 count_fates(model, model->first, model->have, NOT_HERE));
		assert_int_equal(stream->n_ranges, count_runs(model));
		assert_int_equal(stream->taken, model->taken);
		assert_int_equal(stream->repeats, model->repeats);
		assert_int_equal(stream->given_up, model->given_up);
		assert_int_equal(stream->resets, model->resets);
		assert_int_equal(stream->put_off, model->put_off);
		assert_int_equal(sites_is_complete(run->world.sites, A), model_is_complete(model));
		check_receipt(run);
		check_gaps(run);
	}
	saved = world_save(&run->world);
	reborn = world_save(&run->reborn);
	assert_int_equal(saved.n, reborn.n);
	assert_memory_equal(saved.bytes, reborn.bytes, saved.n);
	saved_fini(&saved);
	saved_fini(&reborn);
}

static void whatever_comes_the_ledger_is_what_each_number_says(void **state)
{
	struct model all = { .taken = 0 };

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct run run = { .seed = seed * 2654435761u };

		world_init(&run.world);
		world_init(&run.reborn);
		run.model.oldest = run.model.newest = dice(&run.seed, 2) * 30;
		for (int i = 0; i < 250; i++) {
			step(&run);
			check(&run);
		}
		all.repeats += run.model.repeats;
		all.given_up += run.model.given_up;
		all.resets += run.model.resets;
		all.put_off += run.model.put_off;
		world_fini(&run.world);
		world_fini(&run.reborn);
	}
	assert_true(all.repeats > 0 && all.given_up > 0 && all.resets > 0 && all.put_off > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unit_that_may_not_forward_is_refused),
		TEST(a_name_that_no_sender_bears_is_refused),
		TEST(a_frame_without_epoch_or_items_is_bad),
		TEST(there_are_so_many_sites_and_no_more),
		TEST(one_name_in_two_units_is_two_sites),
		TEST(every_word_wants_a_receipt_once),
		TEST(whatever_comes_the_ledger_is_what_each_number_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
