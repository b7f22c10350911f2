/* SPDX-License-Identifier: Apache-2.0 */
/* The records of the journal, with a bar; and the span that counts. */
#include <stdio.h>
#include <string.h>

#include "backtest.h"
#include "iocd/base/civil.h"
#include "progress.h"

/* A bar over several passes. */
struct telling {
	struct progress progress;
	uint64_t pass, passes;
};

static bool tell(void *context, uint64_t done, uint64_t total)
{
	struct telling *telling = context;

	progress_show(&telling->progress, telling->pass * total + done, telling->passes * total);
	return true;
}

static int finish(struct backtesting *testing, struct telling *telling, int r)
{
	progress_end(&telling->progress);
	testing->seconds += progress_seconds(&telling->progress);
	return r ? journal_complain(testing->call, testing->place.directory, r) : STATUS_GOOD;
}

int backtest_read(struct backtesting *testing, int pass, int passes, enum backtest_side side,
		  backtest_record_fn *fn, void *context)
{
	struct telling telling = { .pass = (uint64_t)pass, .passes = (uint64_t)passes };
	const struct backtest_reading reading = {
		.survey = testing->survey,
		.fn = fn,
		.context = context,
		.tell = tell,
		.teller = &telling,
	};

	progress_begin(&telling.progress, testing->call->vietnamese);
	return finish(testing, &telling, backtest_read_side(&reading, side, &testing->damaged));
}

int backtest_read_both(struct backtesting *testing, backtest_record_fn *fn, void *context)
{
	struct telling telling = { .passes = 1 };
	const struct backtest_reading reading = {
		.survey = testing->survey,
		.fn = fn,
		.context = context,
		.tell = tell,
		.teller = &telling,
	};

	progress_begin(&telling.progress, testing->call->vietnamese);
	return finish(testing, &telling, backtest_read_sides(&reading, &testing->damaged));
}

/* ---- the span ---- */

static void note_arrival(void *context, enum backtest_side side, const struct record *record)
{
	(void)side;
	*(int64_t *)context = record->arrival_ms;
}

int64_t backtest_last_ms(const struct backtesting *testing)
{
	const struct journal_file *files;
	size_t n = journal_survey_files(testing->survey, &files);
	int64_t last_ms = 0;

	while (n-- > 0 && last_ms == 0) {
		const struct backtest_reading reading = {
			.survey = testing->survey,
			.from = files[n].first,
			.fn = note_arrival,
			.context = &last_ms,
		};
		uint64_t damaged;
		int r = backtest_read_side(&reading, SIDE_BEFORE, &damaged);

		if (r < 0)
			return last_ms;
	}
	return last_ms;
}

static bool read_moment(const char *text, int64_t end_ms, int offset_minutes, int64_t *ret_ms)
{
	char day[CIVIL_TEXT_MAX];
	int64_t ms;

	if (civil_parse(text, strlen(text), ret_ms) == 0)
		return true;
	if (text_read_duration(text, strlen(text), &ms) == 0) {
		*ret_ms = end_ms - ms;
		return true;
	}
	(void)snprintf(day, sizeof(day), "%.10sT00:00:00Z", text);
	if (strlen(text) != 10 || civil_parse(day, strlen(day), &ms))
		return false;
	*ret_ms = ms - (int64_t)offset_minutes * 60000;
	return true;
}

int backtest_span(const struct call *call, int64_t end_ms, int offset_minutes,
		  int64_t *ret_since_ms, int64_t *ret_until_ms)
{
	const char *texts[] = { call->given[OPTION_SINCE], call->given[OPTION_UNTIL] };
	int64_t *moments[] = { ret_since_ms, ret_until_ms };

	*ret_since_ms = 0;
	*ret_until_ms = INT64_MAX;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!texts[i] || read_moment(texts[i], end_ms, offset_minutes, moments[i]))
			continue;
		fprintf(stderr,
			SAY(call,
			    "iocctl: '%s' không phải thời điểm; viết 7d, 2026-10-01 hoặc giờ RFC "
			    "3339\n",
			    "iocctl: '%s' is no time; write 7d, 2026-10-01 or a time as in RFC "
			    "3339\n"),
			texts[i]);
		return STATUS_USAGE;
	}
	return STATUS_GOOD;
}
