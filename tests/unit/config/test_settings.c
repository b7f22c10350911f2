/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define SETTINGS(yaml)                                                                             \
	{                                                                                          \
		PART_SETTINGS, "iocd.yml", yaml                                                    \
	}

#define NO_ORIGIN(text)                                                                            \
	"'" text "' is not the address of a page without its path; write it in small letters, "    \
	"like https://ioc.example.vn or http://10.0.0.5:8480"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ SETTINGS("instanc: x\n"), "1:1: error: unknown key 'instanc'; did you mean 'instance'?" },
	{ SETTINGS("mqtt:\n  prot: 1884\n"), "2:3: error: unknown key 'mqtt.prot'; did you mean 'mqtt.port'?" },
	{ SETTINGS("mqt: {port: 1884}\n"), "1:1: error: unknown key 'mqt'; did you mean 'mqtt'?" },
	{ SETTINGS("mqtt: 1884\n"), "1:7: error: 'mqtt' must be a map of keys and values, not a text" },
	{ SETTINGS("mqtt: {port: {a: 1}}\n"), "1:14: error: 'port' must be a text, not a map of keys and values" },
	{ SETTINGS("mqtt: {port: 0}\n"), "1:14: error: '0' is out of range; 'mqtt.port' is from 1 to 65535" },
	{ SETTINGS("mqtt: {port: 65536}\n"), "1:14: error: '65536' is out of range; 'mqtt.port' is from 1 to 65535" },
	{ SETTINGS("mqtt: {port: 99999999999999999999}\n"), "1:14: error: '99999999999999999999' is out of range; 'mqtt.port' is from 1 to 65535" },
	{ SETTINGS("mqtt: {port: 18x}\n"), "1:14: error: '18x' is not a whole number" },
	{ SETTINGS("mqtt: {keepalive: 1s}\n"), "1:19: error: '1s' is out of range; 'mqtt.keepalive' is from 5s to 1h" },
	{ SETTINGS("mqtt: {prefix: a/+/b}\n"), "1:16: error: 'a/+/b' is not a topic prefix; use words separated by '/'" },
	{ SETTINGS("mqtt: {prefix: a/}\n"), "1:16: error: 'a/' is not a topic prefix; use words separated by '/'" },
	{ SETTINGS("mqtt: {cert-file: x}\n"), "1:19: error: 'mqtt.cert-file' needs 'mqtt.key-file'" },
	{ SETTINGS("mqtt: {key-file: x}\n"), "1:18: error: 'mqtt.key-file' needs 'mqtt.cert-file'" },
	{ SETTINGS("redis: {socket: \"\", address: \"\"}\n"), "1:30: error: Redis needs 'redis.socket' or 'redis.address'" },
	{ SETTINGS("http: {socket: \"\"}\n"), "1:16: error: HTTP needs 'http.socket' or 'http.address'" },
	{ SETTINGS("redis: {prefix: \"{x}\"}\n"), "1:17: error: '{x}' is not a key prefix; use letters, digits, '-', '_', '.' and ':'" },
	{ SETTINGS("instance: a b\n"), "1:11: error: 'a b' is not a name; use letters, digits, '-', '_' and '.', at most 64" },
	{ SETTINGS("timezone: Asia/Saigon\n"), "1:11: error: 'Asia/Saigon' is not an offset from UTC; write \"+07:00\"" },
	{ SETTINGS("journal: {sync: nterval}\n"), "1:17: error: 'nterval' is not one of interval|each" },
	{ SETTINGS("limits: {payload: 64KB}\n"), "1:19: error: '64KB' is not a size; write a number of bytes, or with K, M or G: 64K" },
	{ SETTINGS("limits: {age: 1w}\n"), "1:15: error: '1w' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ SETTINGS("history: {file: \"\"}\n"), "1:17: error: 'history.file' is empty" },
	{ SETTINGS("reports: {directory: \"\"}\n"), "1:22: error: 'reports.directory' is empty" },
	{ SETTINGS("history: {hours: 62}\n"), "1:18: error: '62' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ SETTINGS("limits: {records: 999}\n"), "1:19: error: '999' is out of range; 'limits.records' is from 1000 to 50000000" },
	{ SETTINGS("limits: {lateness: 30s}\n"), "1:20: error: '30s' is out of range; 'limits.lateness' is from 1m to 31d" },
	{ SETTINGS("limits: {ahead: 32d}\n"), "1:17: error: '32d' is out of range; 'limits.ahead' is from 0 to 31d" },
	{ SETTINGS("operators: 0\n"), "1:12: error: '0' is out of range; 'operators' is from 1 to 100" },
	{ SETTINGS("delivery: {timeout: 2m}\n"), "1:21: error: '2m' is out of range; 'delivery.timeout' is from 1s to 1m" },
	{ SETTINGS("mqtt: {events: maybe}\n"), "1:16: error: 'maybe' is neither yes nor no" },
	{ SETTINGS("forward: {hst: x}\n"), "1:11: error: unknown key 'forward.hst'; did you mean 'forward.host'?" },
	{ SETTINGS("forward: {sender: Desk}\n"), "1:19: error: 'Desk' is not a sender; use a to z, 0 to 9 and '-', beginning with a letter or digit, at most 32" },
	{ SETTINGS("forward: {sender: -a}\n"), "1:19: error: '-a' is not a sender; use a to z, 0 to 9 and '-', beginning with a letter or digit, at most 32" },
	{ SETTINGS("forward: {sender: a23456789012345678901234567890123}\n"), "1:19: error: 'a23456789012345678901234567890123' is not a sender; use a to z, 0 to 9 and '-', beginning with a letter or digit, at most 32" },
	{ SETTINGS("forward: {alerts: some}\n"), "1:19: error: 'some' is not one of none|warning|critical" },
	{ SETTINGS("forward: {heartbeat: 100ms}\n"), "1:22: error: '100ms' is out of range; 'forward.heartbeat' is from 200ms to 1h" },
	{ SETTINGS("forward: {batch-bytes: 1M}\n"), "1:24: error: '1M' is out of range; 'forward.batch-bytes' is from 1K to 512K" },
	{ SETTINGS("forward: {keep-bytes: 2M}\n"), "1:23: error: '2M' is out of range; 'forward.keep-bytes' is from 4M to 1024G" },
	{ SETTINGS("forward: {cert-file: x}\n"), "1:22: error: 'forward.cert-file' needs 'forward.key-file'" },
	{ SETTINGS("forward: {key-file: x}\n"), "1:21: error: 'forward.key-file' needs 'forward.cert-file'" },
	{ SETTINGS("forward: {host: ioc.example}\n"), "1:17: error: 'ioc.example' is another machine; write 'forward.ca-file: FILE', the certificates that its own is checked against (without TLS only localhost is spoken to)" },
	{ SETTINGS("forward: {host: 127.evil.example}\n"), "1:17: error: '127.evil.example' is another machine; write 'forward.ca-file: FILE', the certificates that its own is checked against (without TLS only localhost is spoken to)" },
	{ SETTINGS("forward: {host: localhost, directory: \"\"}\n"), "1:39: error: 'forward.directory' is empty" },
	{ SETTINGS("forward: {host: localhost, directory: j}\njournal: {directory: j}\n"), "1:39: error: 'forward.directory' is 'journal.directory'; each needs its own" },
	{ SETTINGS("forward: {host: localhost, keep-bytes: 8M}\n"), "1:40: error: 4 files of 'forward.segment' do not fit into 'forward.keep-bytes'" },
	{ SETTINGS("console: {sessions: \"\"}\n"), "1:21: error: 'console.sessions' is empty" },
	{ SETTINGS("console: {second-factor: boss}\n"), "1:26: error: 'boss' is not one of none|admin|operator|viewer" },
	{ SETTINGS("console: {idle: 13h}\n"), "1:17: error: 'console.idle' is longer than 'console.longest'" },
	{ SETTINGS("console: {longest: 20m}\n"), "1:20: error: 'console.idle' is longer than 'console.longest'" },
	{ SETTINGS("console: {origin: \"https://a.b/x\"}\n"), "1:19: error: " NO_ORIGIN("https://a.b/x") },
	{ SETTINGS("console: {origin: \"https://a.b/\"}\n"), "1:19: error: " NO_ORIGIN("https://a.b/") },
	{ SETTINGS("console: {origin: \"https://\"}\n"), "1:19: error: " NO_ORIGIN("https://") },
	{ SETTINGS("console: {origin: \"https://A.b\"}\n"), "1:19: error: " NO_ORIGIN("https://A.b") },
	{ SETTINGS("console: {origin: \"ftp://a.b\"}\n"), "1:19: error: " NO_ORIGIN("ftp://a.b") },
	{ SETTINGS("console: {origin: a.b}\n"), "1:19: error: " NO_ORIGIN("a.b") },
	{ SETTINGS("console: {origin: \"http://a.b:\"}\n"), "1:19: error: " NO_ORIGIN("http://a.b:") },
	{ SETTINGS("console: {origin: \"http://a.b:65536\"}\n"), "1:19: error: " NO_ORIGIN("http://a.b:65536") },
	{ SETTINGS("console: {origin: \"http://a.b:080\"}\n"), "1:19: error: " NO_ORIGIN("http://a.b:080") },
	{ SETTINGS("console: {origin: \"http://[::1\"}\n"), "1:19: error: " NO_ORIGIN("http://[::1") },
	{ SETTINGS("console: {origin: \"http://u@a.b\"}\n"), "1:19: error: " NO_ORIGIN("http://u@a.b") },
	{ SETTINGS("- a\n"), "1:1: error: this item must be a map of keys and values, not a list" },
};
/* clang-format on */

static void each_mistake_in_the_settings_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static void what_is_not_written_has_its_default(void **state)
{
	const struct file file = SETTINGS("limits:\nmqtt:\n  # all defaults\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct settings *settings = config_settings(config);

	(void)state;
	assert_string_equal(settings->instance, "iocd");
	assert_int_equal(settings->offset_minutes, 420);
	assert_int_equal(settings->operators, 1);
	assert_int_equal(settings->delivery.timeout_ms, 10000);
	assert_string_equal(settings->mqtt.host, "localhost");
	assert_int_equal(settings->mqtt.port, 1883);
	assert_string_equal(settings->mqtt.prefix, "ioc/v1");
	assert_string_equal(settings->mqtt.password_file, "");
	assert_int_equal(settings->mqtt.session_expiry_ms, 7 * 86400000LL);
	assert_string_equal(settings->journal.sync, "interval");
	assert_int_equal(settings->journal.segment_bytes, 64 << 20);
	assert_int_equal(settings->limits.payload_bytes, 64 << 10);
	assert_int_equal(settings->limits.batch, 256);
	assert_int_equal(settings->limits.age_ms, 86400000);
	assert_int_equal(settings->limits.lateness_ms, 24 * 3600000);
	assert_int_equal(settings->limits.ahead_ms, 48 * 3600000);
	assert_int_equal(settings->limits.records, 1250000);
	assert_string_equal(settings->history.file, "/var/lib/iocd/history.db");
	assert_true(settings->history.hours_ms == 62 * 86400000LL);
	assert_true(settings->history.days_ms == 366 * 86400000LL);
	assert_string_equal(settings->reports.directory, "/var/lib/iocd/reports");
	assert_string_equal(settings->console.users, "");
	assert_string_equal(settings->console.sessions, "/var/lib/iocd/sessions");
	assert_string_equal(settings->console.origin, "");
	assert_int_equal(settings->console.idle_ms, 30 * 60000);
	assert_int_equal(settings->console.longest_ms, 12 * 3600000);
	assert_string_equal(settings->console.second_factor, "none");
	assert_string_equal(settings->log_level, "info");
	assert_string_equal(settings->site, "");
	assert_true(settings->mqtt.events);
	assert_string_equal(settings->forward.host, "");
	assert_int_equal(settings->forward.port, 8883);
	assert_string_equal(settings->forward.sender, "iocd");
	assert_true(settings->forward.compress);
	assert_int_equal(settings->forward.heartbeat_ms, 15000);
	assert_true(settings->forward.keep_bytes == 8LL << 30);
	assert_int_equal(settings->forward.segment_bytes, 16 << 20);
}

static void what_is_written_goes_above_the_default(void **state)
{
	const struct file file =
		SETTINGS("instance: here\n"
			 "timezone: \"-03:30\"\n"
			 "log-level: debug\n"
			 "mqtt: {port: 1884, host: broker, ca-file: ca.pem}\n"
			 "redis: {socket: \"\", commit-every: 50ms}\n"
			 "history: {file: h.db, hours: 31d}\n"
			 "reports: {directory: out}\n"
			 "console: {users: u.yml, sessions: s, origin: \"https://[::1]:8443\", "
			 "idle: 1h, second-factor: operator}\n"
			 "forward: {host: above, ca-file: ca.pem, compress: no, batch-for: 0, "
			 "keep-bytes: 4M, segment: 1M}\n"
			 "limits: {rate: 0, payload: 512K, depth: 3, records: 5000}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct settings *settings = config_settings(config);

	(void)state;
	assert_string_equal(settings->instance, "here");
	assert_int_equal(settings->offset_minutes, -210);
	assert_string_equal(settings->log_level, "debug");
	assert_int_equal(settings->mqtt.port, 1884);
	assert_string_equal(settings->mqtt.host, "broker");
	assert_string_equal(settings->mqtt.ca_file, "ca.pem");
	assert_string_equal(settings->redis.socket, "");
	assert_int_equal(settings->redis.commit_every_ms, 50);
	assert_int_equal(settings->limits.rate, 0);
	assert_int_equal(settings->limits.payload_bytes, 512 << 10);
	assert_int_equal(settings->limits.depth, 3);
	assert_int_equal(settings->limits.records, 5000);
	assert_string_equal(settings->console.users, "u.yml");
	assert_string_equal(settings->console.origin, "https://[::1]:8443");
	assert_int_equal(settings->console.idle_ms, 3600000);
	assert_string_equal(settings->console.second_factor, "operator");
	assert_string_equal(settings->forward.host, "above");
	assert_false(settings->forward.compress);
	assert_int_equal(settings->forward.batch_ms, 0);
	assert_string_equal(settings->history.file, "h.db");
	assert_true(settings->history.hours_ms == 31 * 86400000LL);
	assert_string_equal(settings->reports.directory, "out");
}

static int load(struct config **ret, const char *const *pairs, size_t n, struct text *report)
{
	const struct config_overrides overrides = { .pairs = pairs, .n_pairs = n };
	const struct file file = SETTINGS("mqtt: {port: 1884}\n");

	return config_build(ret, "pack", pack_sources(&file, 1), &overrides, report);
}

static void the_command_line_goes_above_the_file(void **state)
{
	static const char *const pairs[] = { "mqtt.port=1885", "instance=there",
					     "mqtt.username=a=b", "mqtt.port=1886" };
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	(void)state;
	assert_int_equal(load(&config, pairs, COUNT(pairs), &report), 0);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(config_settings(config)->mqtt.port, 1886);
	assert_string_equal(config_settings(config)->instance, "there");
	assert_string_equal(config_settings(config)->mqtt.username, "a=b");
}

static void mistakes_on_the_command_line_are_told_like_those_in_files(void **state)
{
	static const char *const pairs[] = { "mqtt.prot=1", "mqtt.port=x", "mqtt" };
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(load(&config, pairs, COUNT(pairs), &report), CONFIG_REFUSED);
	assert_string_equal(text_get(&report),
			    "--set:1:1: error: unknown key 'mqtt.prot'; did you mean 'mqtt.port'?\n"
			    "mqtt.prot=1\n"
			    "^\n"
			    "--set:2:11: error: 'x' is not a whole number\n"
			    "mqtt.port=x\n"
			    "          ^\n"
			    "--set:3:1: error: not a setting; write key=value\n"
			    "mqtt\n"
			    "^\n"
			    "3 errors in 1 file; nothing was loaded\n");
}

static void a_memory_for_repeats_shorter_than_the_age_of_events_is_warned_of(void **state)
{
	const struct file file = SETTINGS("limits: {age: 48h}\n");

	(void)state;
	expect_warning(&file, "iocd.yml:1:15: warning: 'limits.age' is longer than "
			      "'limits.dedup-memory'");
}

static void a_broker_elsewhere_without_tls_is_warned_of(void **state)
{
	static const char *const hosts[] = { "mqtt: {host: 127.0.0.1}\n", "mqtt: {host: \"::1\"}\n",
					     "forward: {host: localhost}\n" };
	const struct file file = SETTINGS("mqtt: {host: broker}\n");

	(void)state;
	expect_warning(&file, "iocd.yml:1:14: warning: 'broker' is another machine, and what goes "
			      "there is neither encrypted nor is it certain who answers; ");
	for (size_t i = 0; i < COUNT(hosts); i++) {
		const struct file here = SETTINGS(hosts[i]);

		config_free(expect_good(&here, 1));
	}
}

static void every_key_is_listed_with_its_default_and_meaning(void **state)
{
	const char *text = config_keys_text();

	(void)state;
	assert_non_null(strstr(text, "mqtt.port  \"1883\"  TCP port of the MQTT broker\n"));
	assert_non_null(strstr(text, "limits.rate  \""));
	assert_int_equal(text[strlen(text) - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_written_has_its_default),
		cmocka_unit_test(what_is_written_goes_above_the_default),
		cmocka_unit_test(the_command_line_goes_above_the_file),
		cmocka_unit_test(mistakes_on_the_command_line_are_told_like_those_in_files),
		cmocka_unit_test(each_mistake_in_the_settings_is_told_alone_at_its_place),
		cmocka_unit_test(a_memory_for_repeats_shorter_than_the_age_of_events_is_warned_of),
		cmocka_unit_test(a_broker_elsewhere_without_tls_is_warned_of),
		cmocka_unit_test(every_key_is_listed_with_its_default_and_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
