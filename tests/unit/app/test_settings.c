/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_FILE "log"

/* Every test has a directory of its own with the files of a small pack, and works in it. */
static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int enter_directory(void **state)
{
	char *path = strdup("/tmp/iocd-settings-XXXXXX");

	*state = path;
	if (!mkdtemp(path) || chdir(path) || mkdir("feeds.d", 0700) || mkdir("secrets", 0700))
		return -1;
	write_file("iocd.yml", "instance: here\n", 0600);
	write_file("units.yml",
		   "units:\n  home: {level: province}\n  east: {level: x, parent: home}\n", 0600);
	write_file("feeds.d/desk.yml",
		   "desk: {events: {seen: {n: number}}}\nlink: {events: {seen: {n: number}}}\n",
		   0600);
	write_file("secrets/up", "s3cret\n", 0400);
	write_file("secrets/up.key", "a key\n", 0400);
	return setenv("CREDENTIALS_DIRECTORY", "secrets", 1);
}

static int leave_directory(void **state)
{
	char command[80];
	int r;

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	r = chdir("/") || system(command);
	free(*state);
	return r;
}

static struct config *load(const char *const *pairs, size_t n)
{
	const struct config_overrides overrides = { .pairs = pairs, .n_pairs = n };
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	if (config_load(&config, ".", &overrides, &report))
		fail_msg("%s", text_get(&report));
	return config;
}

static void the_way_up_is_what_the_settings_say(void **state)
{
	static const char *const pairs[] = {
		"site=east",
		"forward.host=localhost",
		"forward.port=1999",
		"forward.prefix=up/v1",
		"forward.username=east-center",
		"forward.password-file=credential:up",
		"forward.ca-file=ca.pem",
		"forward.cert-file=up.pem",
		"forward.key-file=credential:up.key",
		"forward.sender=desk",
		"forward.events=link",
		"forward.alerts=critical",
		"forward.heartbeat=2s",
		"forward.compress=no",
		"forward.keep-for=3d",
	};
	CLEANUP(config_free) struct config *config = load(pairs, COUNT(pairs));
	struct forward_options options;
	struct mqtt_options mqtt;
	char *secrets = NULL;

	(void)state;
	assert_int_equal(forward_options_from(&options, &mqtt, config, &secrets), 0);
	assert_ptr_equal(options.mqtt, &mqtt);
	assert_string_equal(mqtt.host, "localhost");
	assert_int_equal(mqtt.port, 1999);
	assert_string_equal(mqtt.client_id, "east-center");
	assert_string_equal(mqtt.username, "east-center");
	assert_string_equal(mqtt.password, "s3cret");
	assert_string_equal(mqtt.ca_file, "ca.pem");
	assert_string_equal(mqtt.cert_file, "up.pem");
	assert_string_equal(mqtt.key_file, "secrets/up.key");
	assert_int_equal(mqtt.keepalive_s, 30);
	assert_int_equal(mqtt.n_filters, 0);
	assert_null(mqtt.will_topic);
	assert_string_equal(options.unit, "east");
	assert_string_equal(options.sender, "desk");
	assert_string_equal(options.prefix, "up/v1");
	assert_string_equal(options.instance, "here");
	assert_string_equal(options.hash, config_contract_hash(config));
	assert_int_equal(options.n_feeds, 2);
	assert_false(options.events[0]);
	assert_true(options.events[1]);
	assert_true(options.rollups);
	assert_false(options.compress);
	assert_int_equal(options.alerts, SEVERITY_CRITICAL);
	assert_int_equal(options.heartbeat_ms, 2000);
	assert_int_equal(options.batch_ms, 1000);
	assert_int_equal(options.batch_bytes, 64 << 10);
	assert_true(options.keep_bytes == UINT64_C(8) << 30);
	assert_int_equal(options.keep_ms, 3 * 86400000);
	assert_int_equal(options.segment_bytes, 16 << 20);
	free(secrets);
}

static void what_does_not_go_up_is_not_asked_for(void **state)
{
	static const char *const pairs[] = { "forward.host=localhost", "forward.rollups=none",
					     "forward.alerts=none" };
	CLEANUP(config_free) struct config *config = load(pairs, COUNT(pairs));
	struct forward_options options;
	struct mqtt_options mqtt;
	char *secrets = NULL;

	(void)state;
	assert_int_equal(forward_options_from(&options, &mqtt, config, &secrets), 0);
	assert_false(options.rollups);
	assert_int_equal(options.alerts, SEVERITY_NONE);
	assert_string_equal(mqtt.client_id, "here-up"); /* "here" may listen at the same broker */
	assert_null(mqtt.username);
	assert_null(mqtt.password);
	assert_null(mqtt.key_file);
	free(secrets);
}

/* What a function wrote to stderr. */
static int log_of(int (*run)(const struct config *), const struct config *config, struct text *log)
{
	char bytes[4096];
	int kept = dup(STDERR_FILENO);
	FILE *file = fopen(LOG_FILE, "w+");
	size_t n;
	int r;

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	r = run(config);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	rewind(file);
	n = fread(bytes, 1, sizeof(bytes) - 1, file);
	bytes[n] = '\0';
	text_add(log, "%s", bytes);
	assert_int_equal(fclose(file), 0);
	return r;
}

static int make_mqtt(const struct config *config)
{
	struct mqtt_options options;
	char *secrets;
	int r = mqtt_options_from(&options, config_settings(config), &secrets);

	if (!r)
		free(secrets);
	return r;
}

static int make_store(const struct config *config)
{
	struct store_options options;
	char *password;
	int r = store_options_from(&options, config_settings(config), &password);

	if (!r)
		free(password);
	return r;
}

static void a_secret_that_others_can_read_stops_the_start_and_is_not_told(void **state)
{
	static const struct {
		const char *pairs[2];
		int (*run)(const struct config *config);
	} cases[] = {
		{ { "mqtt.password-file=open", "instance=x" }, make_mqtt },
		{ { "mqtt.key-file=open", "mqtt.cert-file=x" }, make_mqtt },
		{ { "redis.password-file=open", "instance=x" }, make_store },
	};

	(void)state;
	write_file("open", "s3cret\n", 0644);
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(config_free) struct config *config = load(cases[i].pairs, 2);
		CLEANUP_TEXT struct text log = { 0 };

		assert_int_equal(log_of(cases[i].run, config, &log), -EACCES);
		assert_non_null(strstr(text_get(&log), "open has mode 0644"));
		assert_non_null(strstr(text_get(&log), "chmod 6"));
		assert_null(strstr(text_get(&log), "s3cret"));
	}
	write_file("open", "s3cret\n", 0600);
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(config_free) struct config *config = load(cases[i].pairs, 2);
		CLEANUP_TEXT struct text log = { 0 };

		assert_int_equal(log_of(cases[i].run, config, &log), 0);
		assert_string_equal(text_get(&log), "");
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_directory, leave_directory)
	const struct CMUnitTest tests[] = {
		TEST(the_way_up_is_what_the_settings_say),
		TEST(what_does_not_go_up_is_not_asked_for),
		TEST(a_secret_that_others_can_read_stops_the_start_and_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
