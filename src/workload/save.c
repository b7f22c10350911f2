/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <string.h>

#define WORKLOAD_VERSION 1

#define RULE_BYTES (11 * sizeof(uint32_t))
#define TIME_MAX   INT64_C(253402300800000) /* the end of the year 9999, ms */
#define MINUTE_MAX (TIME_MAX / 60000)

static void put_week(struct bytes_writer *writer, const struct week *week)
{
	bytes_put_u32(writer, (uint32_t)week->number);
	bytes_put_u32(writer, week->alarms);
	for (int i = 0; i <= SEVERITY_CRITICAL; i++)
		bytes_put_u32(writer, week->severities[i]);
	bytes_put_u32(writer, week->floods);
	bytes_put_u32(writer, week->acknowledged);
	for (int i = 0; i < DELAYS; i++)
		bytes_put_u32(writer, week->delays[i]);
}

static void put_rule(struct bytes_writer *writer, const struct rule_load *rule)
{
	bytes_put_text(writer, rule->id);
	for (int i = 0; i < 2; i++) {
		bytes_put_u32(writer, (uint32_t)rule->weeks[i].number);
		bytes_put_u32(writer, rule->weeks[i].alarms);
		bytes_put_u32(writer, rule->weeks[i].critical);
		bytes_put_u32(writer, rule->weeks[i].chatters);
		bytes_put_u32(writer, rule->weeks[i].unseen);
	}
}

void workload_save(const struct workload *workload, struct bytes_writer *writer)
{
	bytes_put_part(writer, "workload", WORKLOAD_VERSION);
	bytes_put_u64(writer, workload->seen);
	bytes_put_i64(writer, workload->now_ms);
	bytes_put_i64(writer, workload->minute);
	for (int i = 0; i < HOUR_MIN; i++)
		bytes_put_u32(writer, workload->minutes[i]);
	bytes_put_u32(writer, (uint32_t)workload->day);
	bytes_put_u32(writer, workload->today);
	bytes_put_i64(writer, workload->flood_since_ms);
	bytes_put_u32(writer, workload->flood_alarms);
	for (int i = 0; i < 2; i++)
		put_week(writer, &workload->weeks[i]);
	bytes_put_u32(writer, workload->n_rules);
	for (uint32_t i = 0; i < workload->n_rules; i++)
		put_rule(writer, workload->rules[i]);
}

static int64_t get_time(struct bytes_reader *reader, int64_t max)
{
	int64_t number = bytes_get_i64(reader);

	if (number >= 0 && number <= max)
		return number;
	bytes_reject(reader, "a time that cannot be");
	return 0;
}

static void get_week(struct bytes_reader *reader, struct week *week)
{
	week->number = (int32_t)bytes_get_u32(reader);
	week->alarms = bytes_get_u32(reader);
	for (int i = 0; i <= SEVERITY_CRITICAL; i++)
		week->severities[i] = bytes_get_u32(reader);
	week->floods = bytes_get_u32(reader);
	week->acknowledged = bytes_get_u32(reader);
	for (int i = 0; i < DELAYS; i++)
		week->delays[i] = bytes_get_u32(reader);
}

static void get_rule_week(struct bytes_reader *reader, struct rule_week *week)
{
	week->number = (int32_t)bytes_get_u32(reader);
	week->alarms = bytes_get_u32(reader);
	week->critical = bytes_get_u32(reader);
	week->chatters = bytes_get_u32(reader);
	week->unseen = bytes_get_u32(reader);
}

static void get_rule(struct workload *workload, struct bytes_reader *reader)
{
	size_t n;
	const char *id = bytes_get_text(reader, &n);
	uint32_t known = workload->n_rules;
	struct rule_load *rule;

	if (n == 0 || n >= sizeof(rule->id) || memchr(id, '\0', n)) {
		bytes_reject(reader, "a rule without a name");
		return;
	}
	rule = workload_rule(workload, id, n);
	if (workload->n_rules == known || strlen(rule->id) != n || memcmp(rule->id, id, n) != 0) {
		bytes_reject(reader, "a rule that was there before");
		return;
	}
	for (int i = 0; i < 2; i++)
		get_rule_week(reader, &rule->weeks[i]);
}

void workload_load(struct workload *workload, struct bytes_reader *reader)
{
	uint32_t n;

	bytes_get_part(reader, "workload", WORKLOAD_VERSION);
	workload->seen = bytes_get_u64(reader);
	workload->now_ms = get_time(reader, TIME_MAX);
	workload->minute = get_time(reader, MINUTE_MAX);
	for (int i = 0; i < HOUR_MIN; i++)
		workload->minutes[i] = bytes_get_u32(reader);
	workload->day = (int32_t)bytes_get_u32(reader);
	workload->today = bytes_get_u32(reader);
	workload->flood_since_ms = get_time(reader, TIME_MAX);
	workload->flood_alarms = bytes_get_u32(reader);
	for (int i = 0; i < 2; i++)
		get_week(reader, &workload->weeks[i]);
	n = bytes_get_count(reader, RULE_BYTES);
	if (n > WORKLOAD_RULES)
		bytes_reject(reader, "more rules than are told apart");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_rule(workload, reader);
}
