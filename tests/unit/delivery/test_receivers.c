/* SPDX-License-Identifier: Apache-2.0 */
/* Against a scripted book, web, timer and clock: what happens when is what the test says. */
#include "receivers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "signature.h"

#define JOURNAL "0123456789abcdef0123456789abcdef"
#define BOOK    20000
#define START   INT64_C(1795309200000)
#define UNIT    (1u << RECEIVER_UNIT)

/* ---- the scripted world ---- */

static struct transition *book; /* by number - 1 */
static uint64_t n_book;
static uint64_t n_forgotten;
static int64_t now_ms;
static int64_t timer_ms; /* when it fires; -1: it is stopped */
static loop_fn *timer_fn;
static void *timer_context;

struct posted {
	char *url;
	char *key;
	char *signature; /* NULL: none */
	struct text body;
	web_done_fn *fn;
	void *context;
	bool is_over;
};

static struct posted posted[500];
static size_t n_posted;

int64_t clock_real_ms(void)
{
	return START + now_ms;
}

int64_t clock_mono_ms(void)
{
	return now_ms;
}

int64_t clock_mono_ns(void)
{
	return now_ms * 1000000;
}

uint64_t alertbook_last(const struct alertbook *ignored)
{
	(void)ignored;
	return n_book;
}

uint64_t alertbook_forgotten(const struct alertbook *ignored)
{
	(void)ignored;
	return n_forgotten;
}

const struct transition *alertbook_transition(const struct alertbook *ignored, uint64_t number)
{
	(void)ignored;
	return number > n_forgotten && number <= n_book ? &book[number - 1] : NULL;
}

struct timer *timer_new(struct loop *loop, loop_fn *fn, void *context)
{
	(void)loop;
	timer_ms = -1;
	timer_fn = fn;
	timer_context = context;
	return (struct timer *)(void *)&timer_ms;
}

void timer_start(struct timer *timer, int64_t delay_ms, int64_t repeat_ms)
{
	assert_ptr_equal(timer, &timer_ms);
	assert_int_equal(repeat_ms, 0);
	timer_ms = now_ms + delay_ms;
}

void timer_stop(struct timer *timer)
{
	assert_ptr_equal(timer, &timer_ms);
	timer_ms = -1;
}

void timer_close(struct timer *timer)
{
	(void)timer;
	timer_ms = -1;
}

static char *header_of(const struct web_request *request, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < request->n_headers; i++)
		if (strncmp(request->headers[i], name, n) == 0)
			return xstrdup(request->headers[i] + n);
	return NULL;
}

uint64_t web_post(struct web *web, const struct web_request *request, web_done_fn *fn,
		  void *context)
{
	struct posted *one = &posted[n_posted++];
	char *type = header_of(request, "Content-Type: ");

	assert_ptr_equal(web, posted);
	assert_true(n_posted <= COUNT(posted));
	assert_int_equal(request->timeout_ms, 10000);
	assert_string_equal(type, "application/json");
	free(type);
	*one = (struct posted){ .url = xstrdup(request->url),
				.key = header_of(request, "Idempotency-Key: "),
				.signature = header_of(request, "X-Iocd-Signature: "),
				.fn = fn,
				.context = context };
	text_add_bytes(&one->body, request->body, request->body_size);
	return n_posted;
}

void web_cancel(struct web *web, uint64_t token)
{
	assert_ptr_equal(web, posted);
	assert_in_range(token, 1, n_posted);
	assert_false(posted[token - 1].is_over);
	posted[token - 1].is_over = true;
}

/* ---- scene ---- */

struct scene {
	struct units *units;
	struct rule rule;
	struct event_type type;
	struct receiver list[3];
	const struct receiver *own[3]; /* of units "p", "d1" and "d2" */
	struct rules_options about;
	struct receivers *receivers;
	char path[64];
	char secret[80];
};

static void make_units(struct scene *scene)
{
	static const char *const ids[] = { "p", "d1", "d2" };
	uint32_t number;

	scene->units = units_new();
	for (uint32_t i = 0; i < 3; i++) {
		const struct unit unit = { .id = ids[i],
					   .level = "level",
					   .name_vi = ids[i],
					   .name_en = ids[i],
					   .parent = i ? 0 : UNIT_NONE };

		assert_int_equal(units_add(scene->units, &unit, &number), 0);
	}
}

static int make(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	make_units(scene);
	scene->type.name = "flood";
	scene->rule = (struct rule){ .id = "flood",
				     .title_vi = "Lũ",
				     .title_en = "Flood",
				     .kind = RULE_EVENT,
				     .event_type = &scene->type };
	scene->list[0] = (struct receiver){ .id = "duty", .url = "http://duty/" };
	scene->list[1] =
		(struct receiver){ .id = "chief", .url = "http://chief/", .is_vietnamese = true };
	scene->list[2] = (struct receiver){ .id = "licensing", .url = "http://licensing/" };
	scene->own[1] = &scene->list[2];
	scene->about = (struct rules_options){ .n_units = 3,
					       .receivers = scene->list,
					       .n_receivers = 3,
					       .unit_receivers = scene->own };
	snprintf(scene->path, sizeof(scene->path), "/tmp/iocd-receivers-XXXXXX");
	close(mkstemp(scene->path));
	unlink(scene->path);
	snprintf(scene->secret, sizeof(scene->secret), "%s.secret", scene->path);
	book = xcalloc(BOOK, sizeof(*book));
	n_book = n_forgotten = 0;
	n_posted = 0;
	now_ms = 1000000;
	*state = scene;
	return 0;
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	receivers_free(scene->receivers);
	for (size_t i = 0; i < n_posted; i++) {
		free(posted[i].url);
		free(posted[i].key);
		free(posted[i].signature);
		text_fini(&posted[i].body);
	}
	free(book);
	units_free(scene->units);
	(void)unlink(scene->path);
	(void)unlink(scene->secret);
	free(scene);
	return 0;
}

static void start(struct scene *scene)
{
	const struct delivery_options options = { .receivers_file = scene->path,
						  .journal_id = JOURNAL,
						  .instance = "iocd",
						  .timeout_ms = 10000,
						  .web = (struct web *)(void *)posted };
	const struct delivery_source source = { .context = { .units = scene->units } };

	scene->receivers = receivers_new(&options, &source);
	receivers_replace(scene->receivers, &scene->about);
	receivers_start(scene->receivers);
}

/* The process dies: what it knew is lost, but for the file. */
static void die(struct scene *scene, struct receivers **ret_dead)
{
	*ret_dead = scene->receivers;
	scene->receivers = NULL;
}

static void happens_in(struct scene *scene, uint32_t unit, uint32_t tells)
{
	struct transition *transition = &book[n_book++];

	assert_true(n_book <= BOOK);
	*transition = (struct transition){ .number = n_book,
					   .time_ms = START + (int64_t)n_book,
					   .news = NEWS_RAISED,
					   .tells = tells,
					   .alert = { .rule = &scene->rule, .unit = unit } };
	transition->alert.machine.severity = SEVERITY_WARNING;
	transition->alert.machine.state = ALERT_RAISED;
}

static void happens(struct scene *scene, uint32_t tells)
{
	happens_in(scene, 2, tells);
	receivers_post(scene->receivers);
}

static void fire(void)
{
	if (timer_ms < 0)
		return;
	if (now_ms < timer_ms)
		now_ms = timer_ms;
	timer_ms = -1;
	timer_fn(timer_context);
}

/* Answers post i, and lets the turn end. */
static void answer(size_t i, int status)
{
	assert_true(i < n_posted && !posted[i].is_over);
	posted[i].is_over = true;
	posted[i].fn(posted[i].context, i + 1, status, status ? "" : "nobody there");
	if (timer_ms == now_ms)
		fire();
}

/* Number of the transition in post i; 0 for the number of those missed. */
static uint64_t number_in(size_t i)
{
	const char *at = strstr(text_get(&posted[i].body), "\"transition\":{\"number\":");

	assert_true(i < n_posted);
	return at ? strtoull(at + 23, NULL, 10) : 0;
}

static void check_post(size_t i, const char *url, uint64_t number)
{
	assert_true(i < n_posted);
	assert_string_equal(posted[i].url, url);
	assert_int_equal(number_in(i), number);
}

static struct delivery_receiver status_of(const struct scene *scene, size_t i)
{
	struct delivery_receiver status;

	receivers_get(scene->receivers, i, &status);
	return status;
}

/* ---- tests ---- */

static void each_hears_what_is_addressed_to_it_one_at_a_time(void **state)
{
	struct scene *scene = *state;

	start(scene);
	assert_int_equal(n_posted, 0);
	happens(scene, 1);
	happens(scene, 2);
	happens(scene, 1 | 2);
	happens(scene, 0);
	happens(scene, 1);
	assert_int_equal(n_posted, 2);
	check_post(0, "http://duty/", 1);
	check_post(1, "http://chief/", 2);
	answer(0, 200);
	check_post(2, "http://duty/", 3);
	answer(2, 204);
	check_post(3, "http://duty/", 5);
	answer(3, 200);
	answer(1, 200);
	check_post(4, "http://chief/", 3);
	answer(4, 200);
	assert_int_equal(n_posted, 5);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(status_of(scene, i).told, 5);
		assert_int_equal(status_of(scene, i).waiting, 0);
	}
	assert_int_equal(status_of(scene, 0).posted, 3);
}

static void a_units_own_receiver_hears_of_it_once(void **state)
{
	struct scene *scene = *state;

	start(scene);
	happens_in(scene, 0, UNIT);     /* has none */
	happens_in(scene, 1, UNIT);     /* licensing */
	happens_in(scene, 1, UNIT | 4); /* the same, by name too */
	happens_in(scene, 2, UNIT);     /* has none */
	receivers_post(scene->receivers);
	assert_int_equal(n_posted, 1);
	check_post(0, "http://licensing/", 2);
	answer(0, 200);
	check_post(1, "http://licensing/", 3);
	answer(1, 200);
	assert_int_equal(n_posted, 2);
	happens_in(scene, 1, UNIT | 1); /* and somebody else */
	receivers_post(scene->receivers);
	check_post(2, "http://duty/", 5);
	check_post(3, "http://licensing/", 5);
}

static void a_dead_receiver_is_tried_again_and_delays_nobody(void **state)
{
	struct scene *scene = *state;
	struct delivery_receiver status;
	int64_t tried_ms;

	start(scene);
	for (int i = 0; i < 3; i++)
		happens(scene, 1 | 2);
	answer(0, 0);
	tried_ms = now_ms;
	for (size_t i = 1; i <= 3; i++) {
		check_post(i, "http://chief/", i);
		answer(i, 200);
	}
	assert_int_equal(n_posted, 4); /* it rests */
	receivers_post(scene->receivers);
	assert_int_equal(n_posted, 4);
	status = status_of(scene, 0);
	assert_int_equal(status.told, 0);
	assert_int_equal(status.waiting, 3);
	assert_int_equal(status.waiting_since_ms, START + 1);
	assert_int_equal(status.failing_since_ms, START + tried_ms);
	assert_string_equal(status.error, "nobody there");

	fire();
	assert_in_range(now_ms - tried_ms, 750, 1250);
	check_post(4, "http://duty/", 1);
	assert_string_equal(posted[4].key, posted[0].key);
	answer(4, 200);
	check_post(5, "http://duty/", 2); /* at once */
	status = status_of(scene, 0);
	assert_int_equal(status.failing_since_ms, 0);
	assert_string_equal(status.error, "");
}

static void tries_become_rarer_up_to_a_minute(void **state)
{
	struct scene *scene = *state;
	int64_t failing_since_ms = START + now_ms;

	start(scene);
	happens(scene, 1);
	for (size_t i = 0; i < 12; i++) {
		int64_t before_ms = now_ms;
		int64_t expected_ms = i < 6 ? 1000 << i : 60000;

		answer(i, 503);
		assert_int_equal(n_posted, i + 1);
		fire();
		assert_int_equal(n_posted, i + 2);
		assert_in_range(now_ms - before_ms, expected_ms * 3 / 4, expected_ms * 5 / 4);
	}
	assert_int_equal(status_of(scene, 0).failing_since_ms, failing_since_ms);
	assert_string_equal(status_of(scene, 0).error, "HTTP status 503");

	answer(12, 200);
	happens(scene, 1);
	answer(13, 0);
	failing_since_ms = now_ms;
	fire();
	assert_in_range(now_ms - failing_since_ms, 750, 1250); /* from the beginning again */
}

static void what_is_refused_is_counted_and_not_repeated(void **state)
{
	static const int refusals[] = { 400, 302, 401, 404, 410 };
	static const int faults[] = { 408, 425, 429, 500, 503 };
	struct scene *scene = *state;

	start(scene);
	for (size_t i = 0; i < COUNT(refusals); i++) {
		happens(scene, 1);
		check_post(i, "http://duty/", i + 1);
		answer(i, refusals[i]);
		assert_int_equal(status_of(scene, 0).refused, i + 1);
		assert_int_equal(status_of(scene, 0).told, i + 1);
	}
	assert_string_equal(status_of(scene, 0).error, "refused with HTTP status 410");
	assert_true(status_of(scene, 0).failing_since_ms > 0);
	happens(scene, 1);
	for (size_t i = 0; i < COUNT(faults); i++) {
		answer(n_posted - 1, faults[i]);
		fire();
		assert_int_equal(number_in(n_posted - 1), 6);
	}
	assert_int_equal(status_of(scene, 0).refused, 5);
	answer(n_posted - 1, 200);
	assert_int_equal(status_of(scene, 0).told, 6);
	assert_int_equal(status_of(scene, 0).failing_since_ms, 0);
}

static void a_post_has_a_key_and_the_receivers_language(void **state)
{
	struct scene *scene = *state;
	const char *body;

	start(scene);
	happens(scene, 1 | 2);
	assert_string_equal(posted[0].key, "iocd-" JOURNAL "-1-duty");
	assert_string_equal(posted[1].key, "iocd-" JOURNAL "-1-chief");
	assert_null(posted[0].signature);
	body = text_get(&posted[0].body);
	assert_non_null(strstr(body, "\"receiver\":\"duty\",\"instance\":\"iocd\",\"language\":"
				     "\"en\",\"headline\":\"[WARNING] d2: Flood\","));
	body = text_get(&posted[1].body);
	assert_non_null(strstr(body, "\"language\":\"vi\",\"headline\":\"[CẢNH BÁO] d2: Lũ\","));
}

static void write_secret(const struct scene *scene, const char *text)
{
	FILE *file = fopen(scene->secret, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(scene->secret, 0600), 0);
}

static void a_receiver_with_a_secret_gets_nothing_unsigned(void **state)
{
	struct scene *scene = *state;
	struct text expected = { 0 };

	scene->list[0].secret_file = scene->secret;
	start(scene);
	happens(scene, 1);
	assert_int_equal(n_posted, 0);
	assert_non_null(strstr(status_of(scene, 0).error, scene->secret));
	write_secret(scene, "\n");
	fire();
	assert_int_equal(n_posted, 0);
	assert_non_null(strstr(status_of(scene, 0).error, "it is empty"));
	write_secret(scene, "open sesame\r\n");
	assert_int_equal(chmod(scene->secret, 0604), 0); /* a secret that others can read is none */
	fire();
	assert_int_equal(n_posted, 0);
	assert_non_null(strstr(status_of(scene, 0).error, "mode 0604"));
	assert_int_equal(chmod(scene->secret, 0600), 0);
	fire();
	assert_int_equal(n_posted, 1);
	signature_add(&expected, "open sesame", 11, &posted[0].body);
	assert_string_equal(posted[0].signature, text_get(&expected));

	write_secret(scene, "another"); /* changed while it runs */
	answer(0, 0);
	fire();
	text_clear(&expected);
	signature_add(&expected, "another", 7, &posted[1].body);
	assert_string_equal(posted[1].signature, text_get(&expected));
	text_fini(&expected);
}

static void a_restart_goes_on_where_the_answers_ended(void **state)
{
	struct scene *scene = *state;
	struct receivers *dead;

	start(scene);
	for (int i = 0; i < 4; i++)
		happens(scene, 1 | 2);
	answer(0, 200); /* duty: 1; 2 is under way */
	answer(1, 200); /* chief: 1 */
	answer(3, 400); /* chief: 2 was refused */
	assert_int_equal(number_in(2), 2);
	assert_int_equal(number_in(4), 3);
	die(scene, &dead);

	happens_in(scene, 2, 1);
	start(scene);
	assert_int_equal(n_posted, 7);
	check_post(5, "http://duty/", 2);
	assert_string_equal(posted[5].key, posted[2].key);
	check_post(6, "http://chief/", 3);
	for (int i = 0; i < 3; i++)
		answer(n_posted - (i ? 1 : 2), 200); /* duty: 2, 3, 4 */
	check_post(9, "http://duty/", 5);
	receivers_free(dead);
}

static void without_a_place_in_the_file_a_receiver_hears_what_comes(void **state)
{
	struct scene *scene = *state;

	happens_in(scene, 2, 1 | 2 | 4);
	happens_in(scene, 2, 1 | 2 | 4);
	start(scene);
	assert_int_equal(n_posted, 0);
	happens(scene, 1);
	check_post(0, "http://duty/", 3);
	assert_int_equal(n_posted, 1);
}

static void a_file_ahead_of_the_book_does_not_silence_it(void **state)
{
	struct scene *scene = *state;

	start(scene);
	for (int i = 0; i < 5; i++)
		happens(scene, 0);
	scene->receivers = receivers_free(scene->receivers);
	n_book = 2; /* other rules: fewer transitions of the same journal */
	start(scene);
	assert_int_equal(status_of(scene, 0).told, 2);
	happens(scene, 1);
	check_post(0, "http://duty/", 3);
}

/* The book keeps what is behind that number. */
static void forget_to(uint64_t number)
{
	n_forgotten = number;
}

static void what_is_forgotten_before_its_turn_is_counted_and_told(void **state)
{
	struct scene *scene = *state;
	struct receivers *dead;

	start(scene);
	for (int i = 0; i < 5; i++) {
		happens(scene, 1);
		happens(scene, 2);
	}
	answer(0, 0);
	forget_to(7); /* of duty's 1, 3, 5, 7 */
	happens(scene, 0);
	assert_int_equal(status_of(scene, 0).skipped, 4);
	assert_int_equal(status_of(scene, 0).waiting, 1);
	die(scene, &dead);
	start(scene); /* which it remembers */
	receivers_free(dead);
	assert_int_equal(number_in(n_posted - 2), 0);
	assert_string_equal(posted[n_posted - 2].key, "iocd-" JOURNAL "-missed-8-duty");
	assert_non_null(strstr(text_get(&posted[n_posted - 2].body), "\"missed\":4,"));
	assert_non_null(
		strstr(text_get(&posted[n_posted - 2].body), "\"headline\":\"4 messages about"));
	answer(n_posted - 2, 200);
	check_post(n_posted - 1, "http://duty/", 9);
	answer(n_posted - 1, 200);
	assert_int_equal(status_of(scene, 0).told, n_book);
}

static void what_is_under_way_when_it_is_forgotten_may_still_arrive(void **state)
{
	struct scene *scene = *state;

	start(scene);
	happens(scene, 1 | 2);
	happens(scene, 1);
	forget_to(2);
	happens(scene, 0);
	assert_int_equal(status_of(scene, 0).skipped, 1); /* only the second */
	assert_int_equal(status_of(scene, 1).skipped, 0);
	answer(0, 200);
	assert_non_null(strstr(text_get(&posted[2].body), "\"missed\":1,"));
	assert_int_equal(status_of(scene, 0).skipped, 1);
	assert_int_equal(status_of(scene, 0).told, 3);
	answer(1, 0);
	assert_int_equal(status_of(scene, 1).skipped, 1);
	fire();
	check_post(3, "http://chief/", 0);
	answer(3, 400); /* and is not asked again */
	assert_int_equal(n_posted, 4);
}

static void what_is_missed_while_that_is_told_is_told_next(void **state)
{
	struct scene *scene = *state;

	start(scene);
	happens(scene, 1);
	answer(0, 0);
	happens(scene, 1);
	forget_to(1);
	fire();
	check_post(1, "http://duty/", 0);
	forget_to(2);
	happens(scene, 0);
	answer(1, 200);
	check_post(2, "http://duty/", 0);
	assert_non_null(strstr(text_get(&posted[2].body), "\"missed\":1,"));
	answer(2, 200);
	assert_int_equal(n_posted, 3);
}

static void what_went_by_unseen_counts_for_everyone(void **state)
{
	struct scene *scene = *state;

	start(scene);
	for (int i = 0; i < 10; i++)
		happens_in(scene, 2, 1);
	forget_to(7);
	happens(scene, 2);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(status_of(scene, i).skipped, 7);
	assert_int_equal(status_of(scene, 0).waiting, 3);
	assert_int_equal(status_of(scene, 1).waiting, 1);
}

static void a_flood_passes_by_whom_it_does_not_concern(void **state)
{
	struct scene *scene = *state;
	struct receivers *dead;

	start(scene);
	for (int i = 0; i < 12000; i++) {
		happens_in(scene, 2, 1);
		if (n_book > ALERTBOOK_LOG)
			forget_to(n_book - ALERTBOOK_LOG);
		if (i % 100 == 0)
			receivers_post(scene->receivers);
	}
	happens(scene, 2);
	check_post(1, "http://chief/", 12001);
	assert_int_equal(status_of(scene, 1).skipped, 0);
	assert_int_equal(status_of(scene, 0).skipped, n_forgotten - 1);
	assert_int_equal(status_of(scene, 0).waiting, 12000 - n_forgotten);
	die(scene, &dead);
	start(scene);
	check_post(3, "http://chief/", 12001);
	assert_int_equal(status_of(scene, 1).skipped, 0);
	receivers_free(dead);
}

static void a_reload_keeps_the_place_of_whoever_stays(void **state)
{
	struct scene *scene = *state;
	struct receiver fresh[3];

	start(scene);
	happens(scene, 1 | 2 | 4);
	happens(scene, 1 | 2 | 4);
	happens(scene, 2);
	answer(0, 200); /* duty: 2 is under way as post 3 */
	answer(1, 0);   /* chief waits */

	/* chief first, licensing at another address, duty gone, a new one */
	fresh[0] = scene->list[1];
	fresh[1] = (struct receiver){ .id = "new", .url = "http://new/" };
	fresh[2] = scene->list[2];
	fresh[2].url = "http://moved/";
	scene->about.receivers = fresh;
	scene->own[1] = &fresh[1];
	for (uint64_t i = 0; i < n_book; i++) /* as the book does */
		book[i].tells = i < 2 ? 1 | 4 : 1;
	happens_in(scene, 2, 2); /* the reload has raised it */
	receivers_replace(scene->receivers, &scene->about);
	assert_int_equal(receivers_count(scene->receivers), 3);
	assert_true(posted[3].is_over && posted[2].is_over);
	assert_int_equal(n_posted, 6);
	check_post(4, "http://new/", 4);
	check_post(5, "http://moved/", 1);
	assert_string_equal(status_of(scene, 0).id, "chief");
	assert_int_equal(status_of(scene, 0).waiting, 3);
	assert_string_equal(status_of(scene, 1).id, "new");
	assert_int_equal(status_of(scene, 1).waiting, 1);

	answer(4, 200);
	happens_in(scene, 1, UNIT);
	receivers_post(scene->receivers);
	check_post(6, "http://new/", 5);
	fire();
	check_post(7, "http://chief/", 1);

	/* who is gone and comes back begins anew */
	scene->about.receivers = scene->list;
	scene->own[1] = NULL;
	receivers_replace(scene->receivers, &scene->about);
	assert_string_equal(status_of(scene, 0).id, "duty");
	assert_int_equal(status_of(scene, 0).told, n_book);
}

static void a_receiver_that_went_by_a_reload_has_no_place_when_it_comes_back(void **state)
{
	struct scene *scene = *state;
	struct receivers *dead;

	start(scene);
	happens(scene, 1);
	scene->about.n_receivers = 0;
	receivers_replace(scene->receivers, &scene->about);
	die(scene, &dead);
	happens_in(scene, 2, 1);
	scene->about.n_receivers = 3;
	start(scene);
	assert_int_equal(n_posted, 1);
	receivers_free(dead);
}

static void a_receiver_that_went_while_we_were_down_is_forgotten(void **state)
{
	struct scene *scene = *state;

	start(scene);
	happens(scene, 1);
	scene->receivers = receivers_free(scene->receivers);
	assert_true(posted[0].is_over); /* given up */
	scene->about.n_receivers = 0;
	start(scene);
	scene->receivers = receivers_free(scene->receivers);
	scene->about.n_receivers = 3;
	happens_in(scene, 2, 1);
	start(scene);
	assert_int_equal(n_posted, 1);
}

static void without_a_web_nobody_is_told(void **state)
{
	struct scene *scene = *state;
	const struct delivery_options options = { .prefix = "x" };
	const struct delivery_source source = { .context = { .units = scene->units } };

	scene->receivers = receivers_new(&options, &source);
	receivers_replace(scene->receivers, &scene->about);
	receivers_start(scene->receivers);
	happens(scene, 1);
	assert_int_equal(receivers_count(scene->receivers), 0);
	assert_int_equal(n_posted, 0);
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(each_hears_what_is_addressed_to_it_one_at_a_time),
		SCENE_TEST(a_units_own_receiver_hears_of_it_once),
		SCENE_TEST(a_post_has_a_key_and_the_receivers_language),
		SCENE_TEST(a_receiver_with_a_secret_gets_nothing_unsigned),
		SCENE_TEST(a_dead_receiver_is_tried_again_and_delays_nobody),
		SCENE_TEST(tries_become_rarer_up_to_a_minute),
		SCENE_TEST(what_is_refused_is_counted_and_not_repeated),
		SCENE_TEST(a_restart_goes_on_where_the_answers_ended),
		SCENE_TEST(without_a_place_in_the_file_a_receiver_hears_what_comes),
		SCENE_TEST(a_file_ahead_of_the_book_does_not_silence_it),
		SCENE_TEST(what_is_forgotten_before_its_turn_is_counted_and_told),
		SCENE_TEST(what_is_under_way_when_it_is_forgotten_may_still_arrive),
		SCENE_TEST(what_is_missed_while_that_is_told_is_told_next),
		SCENE_TEST(what_went_by_unseen_counts_for_everyone),
		SCENE_TEST(a_flood_passes_by_whom_it_does_not_concern),
		SCENE_TEST(a_reload_keeps_the_place_of_whoever_stays),
		SCENE_TEST(a_receiver_that_went_by_a_reload_has_no_place_when_it_comes_back),
		SCENE_TEST(a_receiver_that_went_while_we_were_down_is_forgotten),
		SCENE_TEST(without_a_web_nobody_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
