/* SPDX-License-Identifier: Apache-2.0 */
/* Between a real mosquitto and a real journal, whose appending the tests can make fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <ftw.h>

#include "broker.h"
#include "client.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/intake.h"

#define EVENT_TOPIC "ioc/v1/d1/desk/evt/closed"
#define N_KEPT      16

/* ---- the journal, which may fail ---- */

static atomic_int n_failures;   /* appends that will fail */
static atomic_bool is_finished; /* the journal says that it has failed for ever */

int __real_journal_append(struct journal *journal, const struct record *record, int64_t now_ms);
int __wrap_journal_append(struct journal *journal, const struct record *record, int64_t now_ms);
int __real_journal_fault(const struct journal *journal);
int __wrap_journal_fault(const struct journal *journal);

int __wrap_journal_append(struct journal *journal, const struct record *record, int64_t now_ms)
{
	if (n_failures > 0) {
		n_failures--;
		return err_raise(-ENOSPC);
	}
	return __real_journal_append(journal, record, now_ms);
}

int __wrap_journal_fault(const struct journal *journal)
{
	return is_finished ? -EIO : __real_journal_fault(journal);
}

/* ---- the scene ---- */

struct scene {
	char directory[64];
	struct broker broker;
	struct loop *loop;
	struct journal *journal;
	struct journal_cursor *cursor;
	struct intake *intake;
	struct client publisher;
	uint64_t n_received; /* of the counters, when the scene was opened */
	uint64_t n_bytes;
	unsigned n_expected; /* messages that a wait is for */
	int n_changes;
	int n_done;
	uint64_t last_token;
};

/* An intake that is closed stays, by its contract; here the tests know it. */
static struct intake *kept[N_KEPT];
static int n_kept;

static int make(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	broker_init(&scene->broker);
	*state = scene;
	n_failures = 0;
	is_finished = false;
	return 0;
}

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	intake_close(scene->intake, 0);
	client_fini(&scene->publisher);
	loop_free(scene->loop);
	journal_cursor_free(scene->cursor);
	journal_free(scene->journal);
	broker_fini(&scene->broker);
	if (*scene->directory)
		assert_int_equal(nftw(scene->directory, remove_path, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(scene);
	return 0;
}

static void on_change(void *context)
{
	((struct scene *)context)->n_changes++;
}

static void on_done(void *context, uint64_t token, int reason)
{
	struct scene *scene = context;

	assert_true(reason < 0x80);
	scene->last_token = token;
	scene->n_done++;
}

static struct intake *make_intake(const struct scene *scene, struct journal *journal,
				  const struct mqtt_hooks *hooks)
{
	static const struct mqtt_filter filters[] = {
		{ .filter = "ioc/v1/+/+/evt/+" },
		{ .filter = "ioc/v1/+/+/state", .retained = true },
	};
	const struct mqtt_options options = {
		.host = "127.0.0.1",
		.port = scene->broker.port,
		.client_id = "intake",
		.filters = filters,
		.n_filters = COUNT(filters),
		.keepalive_s = 5,
		.session_expiry_s = 3600,
	};
	struct intake *intake;

	assert_int_equal(intake_new(&intake, scene->loop, &options, journal, hooks), 0);
	assert_true(n_kept < N_KEPT);
	kept[n_kept++] = intake;
	return intake;
}

static void open_journal(struct scene *scene)
{
	struct journal_recovery recovery;
	const struct journal_options options = {
		.directory = scene->directory,
		.segment_bytes = 4 << 20,
		.mode = JOURNAL_EACH, /* what is appended can be read at once */
	};

	strcpy(scene->directory, "/tmp/iocd-intake-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	assert_int_equal(journal_open(&scene->journal, &options, &recovery), 0);
	assert_int_equal(journal_start(scene->journal, NULL, NULL), 0);
	scene->cursor = journal_cursor_new(scene->journal, recovery.first);
}

static bool both_are_up(void *context)
{
	struct scene *scene = context;
	struct mqtt_status status;

	mqtt_get_status(intake_mqtt(scene->intake), &status);
	return status.state == MQTT_UP && client_is_up(&scene->publisher);
}

/* Intake and publisher at a broker that runs; hooks may be NULL. */
static void open_scene(struct scene *scene, const struct mqtt_hooks *hooks)
{
	static const struct mqtt_hooks none;

	assert_int_equal(loop_new(&scene->loop), 0);
	open_journal(scene);
	scene->n_received = counter_get(COUNTER_messages_received);
	scene->n_bytes = counter_get(COUNTER_messages_bytes);
	scene->intake = make_intake(scene, scene->journal, hooks ? hooks : &none);
	client_init(&scene->publisher, scene->loop, scene->broker.port, "publisher", NULL);
	intake_start(scene->intake);
	mqtt_start(scene->publisher.mqtt);
	assert_true(wait_until(scene->loop, both_are_up, scene));
}

static void publish(struct scene *scene, const char *topic, const void *payload, size_t size)
{
	assert_int_equal(mqtt_publish(scene->publisher.mqtt, 0, topic, payload, size, 1, false), 0);
}

static bool all_received(void *context)
{
	struct scene *scene = context;

	return counter_get(COUNTER_messages_received) - scene->n_received >= scene->n_expected;
}

static void await_messages(struct scene *scene, unsigned n)
{
	scene->n_expected = n;
	assert_true(wait_until(scene->loop, all_received, scene));
	assert_int_equal(counter_get(COUNTER_messages_received) - scene->n_received, n);
}

static struct record next_record(struct scene *scene)
{
	struct record record;

	assert_int_equal(journal_next(scene->cursor, &record), 0);
	return record;
}

static void assert_record(const struct record *record, const char *topic, const char *payload)
{
	assert_int_equal(record->kind, RECORD_MESSAGE);
	assert_int_equal(record->topic_size, strlen(topic));
	assert_memory_equal(record->topic, topic, strlen(topic));
	assert_int_equal(record->payload_size, strlen(payload));
	assert_memory_equal(record->payload, payload, strlen(payload));
}

static void assert_no_more(struct scene *scene)
{
	struct record record;

	assert_int_equal(journal_next(scene->cursor, &record), JOURNAL_END);
}

/* ---- the tests ---- */

static void a_message_lands_in_the_journal_as_it_came_and_is_counted(void **state)
{
	static const char payload[] = "a\0b\xff{}"; /* nothing looks into it */
	struct scene *scene = *state;
	int64_t before_ms = clock_real_ms();
	struct record record;

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	publish(scene, EVENT_TOPIC, payload, sizeof(payload));
	await_messages(scene, 1);

	record = next_record(scene);
	assert_int_equal(record.kind, RECORD_MESSAGE);
	assert_int_equal(record.flags, 0);
	assert_int_equal(record.topic_size, strlen(EVENT_TOPIC));
	assert_memory_equal(record.topic, EVENT_TOPIC, strlen(EVENT_TOPIC));
	assert_int_equal(record.payload_size, sizeof(payload));
	assert_memory_equal(record.payload, payload, sizeof(payload));
	assert_in_range(record.arrival_ms, before_ms, clock_real_ms());
	assert_int_equal(counter_get(COUNTER_messages_bytes) - scene->n_bytes, sizeof(payload));
	assert_no_more(scene);
}

static void messages_land_in_the_order_in_which_they_came(void **state)
{
	struct scene *scene = *state;
	char payload[16];

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	for (int i = 0; i < 200; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		publish(scene, EVENT_TOPIC, payload, strlen(payload));
	}
	await_messages(scene, 200);
	for (int i = 0; i < 200; i++) {
		struct record record = next_record(scene);

		snprintf(payload, sizeof(payload), "%d", i);
		assert_record(&record, EVENT_TOPIC, payload);
	}
	assert_no_more(scene);
}

static void only_what_the_filters_let_in_comes(void **state)
{
	static const char *const others[] = {
		"ioc/v1/d1/desk/states",          "ioc/v1/d1/desk/evt",
		"ioc/v1/d1/desk/evt/closed/more", "ioc/v1/alert/d1/rule",
		"ioc/v1/d1/evt/closed",           "ioc/v2/d1/desk/evt/closed",
		"x/ioc/v1/d1/desk/evt/closed",
	};
	struct scene *scene = *state;
	struct record record;

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	for (size_t i = 0; i < COUNT(others); i++)
		publish(scene, others[i], "no", 2);
	publish(scene, "ioc/v1/d2/hydro/evt/level", "", 0);
	publish(scene, EVENT_TOPIC, "yes", 3);
	await_messages(scene, 2);

	record = next_record(scene);
	assert_record(&record, "ioc/v1/d2/hydro/evt/level", "");
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "yes");
	assert_no_more(scene);
}

static bool is_up_again(void *context)
{
	struct scene *scene = context;
	struct mqtt_status status;

	mqtt_get_status(intake_mqtt(scene->intake), &status);
	return status.state == MQTT_UP && status.connects == 2;
}

static void what_is_retained_comes_again_where_its_filter_wants_it(void **state)
{
	static const char birth[] = "{\"state\":\"online\",\"session\":1}";
	struct mqtt *publisher;
	struct scene *scene = *state;
	struct record record;

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	publisher = scene->publisher.mqtt;
	assert_int_equal(mqtt_publish(publisher, 0, EVENT_TOPIC, "no", 2, 1, true), 0);
	assert_int_equal(
		mqtt_publish(publisher, 0, "ioc/v1/d1/desk/state", birth, strlen(birth), 1, true),
		0);
	await_messages(scene, 2);
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "no");
	record = next_record(scene);
	assert_record(&record, "ioc/v1/d1/desk/state", birth);
	assert_int_equal(record.flags, 0);

	intake_pause(scene->intake, "a test");
	intake_resume(scene->intake);
	assert_true(wait_until(scene->loop, is_up_again, scene));
	await_messages(scene, 3);
	record = next_record(scene);
	assert_record(&record, "ioc/v1/d1/desk/state", birth);
	assert_int_equal(record.flags, RECORD_RETAINED);
	assert_no_more(scene);
}

static void a_message_larger_than_a_record_is_cut_to_one(void **state)
{
	const size_t size = JOURNAL_RECORD_MAX + 100;
	struct scene *scene = *state;
	char *payload = xcalloc(size, 1);
	struct record record;

	memset(payload, 'p', size);
	broker_start(&scene->broker);
	open_scene(scene, NULL);
	publish(scene, EVENT_TOPIC, payload, size);
	await_messages(scene, 1);

	record = next_record(scene);
	assert_int_equal(record.topic_size + record.payload_size, JOURNAL_RECORD_MAX);
	assert_memory_equal(record.topic, EVENT_TOPIC, strlen(EVENT_TOPIC));
	assert_memory_equal(record.payload, payload, record.payload_size);
	assert_int_equal(counter_get(COUNTER_messages_bytes) - scene->n_bytes, size);
	free(payload);
}

static bool was_answered(void *context)
{
	return ((struct scene *)context)->n_done > 0;
}

static void its_owner_hears_of_changes_and_publishes_on_the_same_connection(void **state)
{
	struct scene *scene = *state;
	const struct mqtt_hooks hooks = {
		.context = scene,
		.change = on_change,
		.done = on_done,
	};

	broker_start(&scene->broker);
	open_scene(scene, &hooks);
	assert_true(scene->n_changes > 0);

	assert_int_equal(mqtt_publish(intake_mqtt(scene->intake), 4711, "ioc/v1/alert/d1/rule",
				      "{}", 2, 1, false),
			 0);
	assert_true(wait_until(scene->loop, was_answered, scene));
	assert_int_equal(scene->last_token, 4711);
	assert_int_equal(scene->n_done, 1);
}

static void what_the_journal_does_not_take_at_once_is_tried_again(void **state)
{
	struct scene *scene = *state;
	struct record record;

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	n_failures = 2;
	publish(scene, EVENT_TOPIC, "a", 1);
	publish(scene, EVENT_TOPIC, "b", 1);
	await_messages(scene, 2);

	assert_int_equal(n_failures, 0);
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "a");
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "b");
	assert_no_more(scene);
}

/* ---- a process whose journal has failed ---- */

struct doomed {
	struct intake *intake;
	int up; /* told when it is subscribed */
};

static void on_doomed_change(void *context)
{
	struct doomed *doomed = context;
	struct mqtt_status status;

	mqtt_get_status(intake_mqtt(doomed->intake), &status);
	if (status.state == MQTT_UP && write(doomed->up, "", 1) != 1)
		_exit(3);
}

/* Subscribes, and cannot keep what comes. */
static int run_doomed(int port, int up)
{
	struct scene scene = { .broker.port = port };
	struct doomed doomed = { .up = up };
	const struct mqtt_hooks hooks = { .context = &doomed, .change = on_doomed_change };

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to outlive a test that crashes */
	n_failures = INT32_MAX;
	is_finished = true;
	if (loop_new(&scene.loop))
		return 2;
	doomed.intake = make_intake(&scene, NULL, &hooks);
	intake_start(doomed.intake);
	loop_run(scene.loop);
	return EXIT_SUCCESS;
}

/* A program of its own: the threads that are here already would not be in a fork alone. */
static pid_t start_doomed(const struct scene *scene, int up)
{
	char port[16], file[16];
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;

	snprintf(port, sizeof(port), "%d", scene->broker.port);
	snprintf(file, sizeof(file), "%d", up);
	execl("/proc/self/exe", "doomed", port, file, (char *)NULL);
	_exit(127);
}

static bool is_published(void *context)
{
	return ((struct scene *)context)->publisher.n_done > 0;
}

static bool is_paused(void *context)
{
	struct mqtt_status status;

	mqtt_get_status(intake_mqtt(((struct scene *)context)->intake), &status);
	return status.state == MQTT_PAUSED;
}

static void while_paused_it_takes_nothing_and_afterwards_everything(void **state)
{
	struct scene *scene = *state;
	struct record record;

	broker_start(&scene->broker);
	open_scene(scene, NULL);
	intake_pause(scene->intake, "the disk is full");
	intake_pause(scene->intake, "the disk is full");
	assert_true(wait_until(scene->loop, is_paused, scene));
	publish(scene, EVENT_TOPIC, "kept", 4);
	assert_true(wait_until(scene->loop, is_published, scene));
	assert_no_more(scene);

	intake_resume(scene->intake);
	await_messages(scene, 1);
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "kept");
}

static void a_message_that_could_not_be_kept_ends_the_process_and_comes_again(void **state)
{
	struct scene *scene = *state;
	struct record record;
	int up[2], status;
	char byte;
	pid_t pid;

	broker_start(&scene->broker);
	assert_int_equal(pipe(up), 0);
	pid = start_doomed(scene, up[1]);
	close(up[1]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	close(up[0]);

	assert_int_equal(loop_new(&scene->loop), 0);
	client_init(&scene->publisher, scene->loop, scene->broker.port, "publisher", NULL);
	mqtt_start(scene->publisher.mqtt);
	publish(scene, EVENT_TOPIC, "precious", 8);
	assert_true(wait_until(scene->loop, is_published, scene));
	client_fini(&scene->publisher);
	loop_free(scene->loop);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);

	open_scene(scene, NULL);
	await_messages(scene, 1);
	record = next_record(scene);
	assert_record(&record, EVENT_TOPIC, "precious");
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(a_message_lands_in_the_journal_as_it_came_and_is_counted),
		T(messages_land_in_the_order_in_which_they_came),
		T(only_what_the_filters_let_in_comes),
		T(what_is_retained_comes_again_where_its_filter_wants_it),
		T(a_message_larger_than_a_record_is_cut_to_one),
		T(its_owner_hears_of_changes_and_publishes_on_the_same_connection),
		T(what_the_journal_does_not_take_at_once_is_tried_again),
		T(while_paused_it_takes_nothing_and_afterwards_everything),
		T(a_message_that_could_not_be_kept_ends_the_process_and_comes_again),
	};

	if (argc == 3)
		return run_doomed(atoi(argv[1]), atoi(argv[2]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
