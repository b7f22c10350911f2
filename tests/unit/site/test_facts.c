/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of sites, and when. */
#include "fixture.h"

#define A DISTRICT_A

static void beat_of(struct world *world, struct beat beat)
{
	beat.unit = A;
	beat.class = FRAME_EVENT;
	assert_int_equal(send_beat(world, beat), REASON_NONE);
}

static void send_events(struct world *world, uint64_t from, uint64_t to)
{
	assert_int_equal(
		send_frame(
			world,
			(struct send){ .unit = A, .class = FRAME_EVENT, .from = from, .to = to }),
		REASON_NONE);
}

static void assert_said(const struct said *said, enum own_part part, enum judgement judgement,
			const char *detail)
{
	const char *told = NULL;

	assert_int_equal(judged(said, part, A, &told), judgement);
	assert_string_equal(told, detail);
}

static void of_who_is_well_nothing_is_said(void **state)
{
	struct world *world = *state;

	assert_int_equal(look(world).n, 0);
	beat_of(world, (struct beat){ 0 });
	send_events(world, 0, 5);
	assert_int_equal(look(world).n, 0);
}

static void a_lost_site_is_said_once_and_once_when_it_is_back(void **state)
{
	struct world *world = *state;
	char detail[96];
	struct said said;

	beat_of(world, (struct beat){ .backlog = 12 });
	world->now += 10 * MINUTE;
	said = look(world);
	assert_int_equal(said.n, 1);
	(void)snprintf(detail, sizeof(detail), "%lld 12 unknown", (long long)MORNING);
	assert_said(&said, OWN_SITE_LOST, JUDGE_CRITICAL, detail);
	assert_string_equal(said.list[0].subject, "");
	assert_int_equal(look(world).n, 0);
	world->now += MINUTE;
	assert_int_equal(look(world).n, 0);
	beat_of(world, (struct beat){ 0 });
	said = look(world);
	assert_int_equal(said.n, 1);
	assert_said(&said, OWN_SITE_LOST, JUDGE_CLEAR, "");
}

static void a_sender_of_another_name_is_the_subject(void **state)
{
	struct world *world = *state;
	struct said said;

	beat_of(world, (struct beat){ .sender = "gateway" });
	world->now += 10 * MINUTE;
	said = look(world);
	assert_int_equal(said.n, 1);
	assert_string_equal(said.list[0].subject, "gateway");
}

static void a_lagging_site_is_said_with_its_oldest_item(void **state)
{
	struct world *world = *state;
	int64_t oldest = MORNING - 6 * MINUTE;
	char detail[96];
	struct said said;

	beat_of(world, (struct beat){ .head = 9, .backlog = 9, .oldest = oldest });
	said = look(world);
	(void)snprintf(detail, sizeof(detail), "%lld 9", (long long)oldest);
	assert_said(&said, OWN_SITE_LAGGING, JUDGE_WARNING, detail);
	beat_of(world, (struct beat){ .head = 9 });
	said = look(world);
	assert_said(&said, OWN_SITE_LAGGING, JUDGE_CLEAR, "");
}

static void an_old_site_is_said_with_both_versions(void **state)
{
	struct world *world = *state;
	struct said said;

	beat_of(world, (struct beat){ .version = "0.2.0" });
	said = look(world);
	assert_said(&said, OWN_SITE_OLD, JUDGE_WARNING, "version 0.2.0 0.10.0");
	beat_of(world, (struct beat){ .hash = "beef" });
	world->now += 10000;
	said = look(world);
	assert_said(&said, OWN_SITE_OLD, JUDGE_WARNING, "config");
	beat_of(world, (struct beat){ 0 });
	said = look(world);
	assert_said(&said, OWN_SITE_OLD, JUDGE_CLEAR, "");
}

static void a_gap_is_said_with_its_items_and_instants(void **state)
{
	struct world *world = *state;
	char detail[96];
	struct said said;

	send_events(world, 0, 10);
	send_events(world, 40, 50);
	said = look(world);
	assert_int_equal(said.n, 1);
	(void)snprintf(detail, sizeof(detail), "30 event 10-39 %lld %lld", (long long)RECORDED(9),
		       (long long)RECORDED(40));
	assert_said(&said, OWN_SITE_GAP, JUDGE_WARNING, detail);

	send_events(world, 10, 20); /* its numbers go on */
	assert_int_equal(look(world).n, 0);
	world->now += 9999;
	assert_int_equal(look(world).n, 0);
	world->now++;
	said = look(world);
	assert_int_equal(said.n, 1);
	(void)snprintf(detail, sizeof(detail), "20 event 10-39 %lld %lld", (long long)RECORDED(9),
		       (long long)RECORDED(40));
	assert_said(&said, OWN_SITE_GAP, JUDGE_WARNING, detail);
	world->now += 20000;
	assert_int_equal(look(world).n, 0);

	send_events(world, 20, 40);
	said = look(world);
	assert_int_equal(said.n, 1);
	assert_said(&said, OWN_SITE_GAP, JUDGE_CLEAR, "");
}

static void several_gaps_of_a_stream_are_said_together(void **state)
{
	struct world *world = *state;
	char detail[96];
	struct said said;

	send_events(world, 0, 10);
	send_events(world, 20, 30);
	send_events(world, 35, 40);
	said = look(world);
	(void)snprintf(detail, sizeof(detail), "15 event 10-34 %lld %lld", (long long)RECORDED(9),
		       (long long)RECORDED(35));
	assert_said(&said, OWN_SITE_GAP, JUDGE_WARNING, detail);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .from = 0, .to = 1 }),
			 REASON_NONE);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .from = 3, .to = 4 }),
			 REASON_NONE);
	world->now += 10000;
	said = look(world); /* alerts come before all else */
	(void)snprintf(detail, sizeof(detail), "2 alert 1-2 %lld %lld", (long long)RECORDED(0),
		       (long long)RECORDED(3));
	assert_said(&said, OWN_SITE_GAP, JUDGE_WARNING, detail);
}

static void what_is_given_up_is_said_until_it_is_no_news_any_more(void **state)
{
	struct world *world = *state;
	char detail[96];
	struct said said;

	beat_of(world, (struct beat){ 0 });
	beat_of(world, (struct beat){ .first = 100,
				      .head = 120,
				      .given_up = 100,
				      .given_up_from = RECORDED(0),
				      .given_up_to = RECORDED(99) });
	said = look(world);
	assert_int_equal(said.n, 1);
	(void)snprintf(detail, sizeof(detail), "100 event %lld %lld", (long long)RECORDED(0),
		       (long long)RECORDED(99));
	assert_said(&said, OWN_GIVEN_UP, JUDGE_CRITICAL, detail);

	for (int i = 0; i < 60; i++) { /* it lives on */
		world->now += MINUTE;
		beat_of(world, (struct beat){ .first = 100, .head = 100, .given_up = 100 });
	}
	sites_excuse(world->sites, world->now + 1);
	assert_int_equal(look(world).n, 0);
	assert_int_equal(sites_due_ms(world->sites), world->now + 1);
	world->now++;
	said = look(world);
	assert_int_equal(said.n, 1);
	assert_said(&said, OWN_GIVEN_UP, JUDGE_CLEAR, "");
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].given_up, 100);
}

static void a_review_says_all_anew(void **state)
{
	struct world *world = *state;
	struct said said;

	send_events(world, 0, 10);
	send_events(world, 40, 50);
	look(world);
	assert_int_equal(look(world).n, 0);
	sites_review(world->sites);
	said = look(world);
	assert_int_equal(said.n, 5);
	assert_int_equal(judged(&said, OWN_SITE_GAP, A, NULL), JUDGE_WARNING);
	assert_int_equal(judged(&said, OWN_SITE_LOST, A, NULL), JUDGE_CLEAR);
	assert_int_equal(judged(&said, OWN_SITE_LAGGING, A, NULL), JUDGE_CLEAR);
	assert_int_equal(judged(&said, OWN_SITE_OLD, A, NULL), JUDGE_CLEAR);
	assert_int_equal(judged(&said, OWN_GIVEN_UP, A, NULL), JUDGE_CLEAR);
	assert_int_equal(look(world).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_who_is_well_nothing_is_said),
		TEST(a_lost_site_is_said_once_and_once_when_it_is_back),
		TEST(a_sender_of_another_name_is_the_subject),
		TEST(a_lagging_site_is_said_with_its_oldest_item),
		TEST(an_old_site_is_said_with_both_versions),
		TEST(a_gap_is_said_with_its_items_and_instants),
		TEST(several_gaps_of_a_stream_are_said_together),
		TEST(what_is_given_up_is_said_until_it_is_no_news_any_more),
		TEST(a_review_says_all_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
