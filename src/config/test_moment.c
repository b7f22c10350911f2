/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "date.h"
#include "iocd/base/civil.h"
#include "rule_tests.h"

#define SECOND_MS 1000
#define MINUTE_MS 60000

/* "08:00" or "08:00:30". */
static bool parse_clock(const char *text, int64_t *ret_ms)
{
	size_t size = strlen(text);
	uint32_t minute;
	int64_t second = 0;

	if ((size != 5 && size != 8) || !date_parse_minute(text, 5, &minute))
		return false;
	if (size == 8 && (text[5] != ':' || text[6] < '0' || text[6] > '5' ||
			  text_read_integer(text + 6, 2, &second)))
		return false;
	*ret_ms = (int64_t)minute * MINUTE_MS + second * SECOND_MS;
	return true;
}

static bool refuse(struct tester *tester, const struct node *node)
{
	report_error(tester->load->report, node->place,
		     "'%s' is not a time; write 08:00, 08:00:30, 2026-03-02 08:00 or +10m",
		     node->text);
	return false;
}

/* "+10m" or "-10m". */
static bool read_distance(struct tester *tester, const struct node *node, int64_t base_ms,
			  int64_t *ret_ms)
{
	int64_t ms;

	if (text_read_duration(node->text + 1, strlen(node->text + 1), &ms))
		return refuse(tester, node);
	if (ms > RULE_TEST_SPAN_MS * 24) {
		report_error(tester->load->report, node->place, "'%s' is too far away", node->text);
		return false;
	}
	*ret_ms = node->text[0] == '-' ? base_ms - ms : base_ms + ms;
	return true;
}

bool moment_read(struct tester *tester, const struct node *node, int64_t base_ms, int64_t *ret_ms)
{
	const char *text;
	bool has_date;
	int32_t day = tester->day;
	int64_t ms;

	if (!read_text(tester->load, node, &text))
		return false;
	if (text[0] == '+' || text[0] == '-')
		return read_distance(tester, node, base_ms, ret_ms);
	if (civil_parse(text, strlen(text), ret_ms) == 0)
		return true;

	has_date = strlen(text) > 11 && text[10] == ' ' && date_parse(text, 10, &day);
	if (!parse_clock(has_date ? text + 11 : text, &ms))
		return refuse(tester, node);
	if (!has_date && !tester->has_day) {
		report_error(tester->load->report, node->place,
			     "of which day? give the test a 'date'");
		return false;
	}
	*ret_ms = date_begin_ms(tester->load, day) + ms;
	return true;
}

bool moment_read_step(struct tester *tester, const struct node *node, struct place place,
		      int64_t *ret_ms)
{
	int64_t at_ms = tester->now_ms;
	bool is_distance = node && node->kind == NODE_TEXT && node->text[0] == '+';

	if (!tester->has_now && (!node || is_distance)) {
		report_error(tester->load->report, node ? node->place : place,
			     "the first step says when it is: at: 08:00");
		return false;
	}
	if (node && !moment_read(tester, node, tester->now_ms, &at_ms))
		return false;
	if (tester->has_now && at_ms < tester->now_ms) {
		report_error(tester->load->report, node ? node->place : place,
			     "time goes back; the step before ends later");
		return false;
	}
	tester->has_now = tester->has_day = true;
	tester->now_ms = at_ms;
	tester->day = civil_day(at_ms, tester->load->config->settings.offset_minutes);
	*ret_ms = at_ms;
	return true;
}
