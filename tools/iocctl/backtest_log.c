/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl backtest --log: every transition that one side told, as the daemon would have. */
#include <stdio.h>
#include <string.h>

#include "backtest.h"
#include "iocd/alert_json.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "show.h"

struct logging {
	const struct backtesting *testing;
	struct backtest *backtest; /* owned */
	struct alert_context context;
	int64_t since_ms, until_ms;
};

static void add_line(struct text *text, const struct logging *logging,
		     const struct transition *told)
{
	const struct call *call = logging->testing->call;
	char time[CIVIL_TEXT_MAX];

	if (call->json) {
		transition_json(text, &logging->context, told);
	} else {
		(void)civil_format(time, told->time_ms, logging->context.offset_minutes);
		text_add(text, "%.10s %.8s  ", time, time + 11);
		alert_headline(text, &logging->context, told, call->vietnamese);
	}
	text_add(text, "\n");
}

static void on_told(void *context, enum backtest_side side, const struct transition *told)
{
	const struct logging *logging = context;
	CLEANUP_TEXT struct text text = { 0 };

	(void)side;
	if (told->time_ms < logging->since_ms || told->time_ms >= logging->until_ms)
		return;
	add_line(&text, logging, told);
	show_print(&text);
}

static void on_record(void *context, enum backtest_side side, const struct record *record)
{
	backtest_carry(context, side, record);
}

static int find_side(const struct call *call, enum backtest_side *ret)
{
	static const char *const names[N_SIDES] = { "before", "after" };
	const char *given = call->given[OPTION_LOG];

	for (int i = 0; i < N_SIDES; i++)
		if (strcmp(given, names[i]) == 0) {
			*ret = (enum backtest_side)i;
			return STATUS_GOOD;
		}
	fprintf(stderr,
		SAY(call, "iocctl: --log là before hoặc after, không phải '%s'\n",
		    "iocctl: --log is before or after, not '%s'\n"),
		given);
	return STATUS_USAGE;
}

static int prepare(struct logging *logging, const struct backtesting *testing,
		   enum backtest_side side)
{
	const struct config *before = testing->before ? testing->before : testing->after;
	const struct backtest_options options = { .configs = { before, testing->after } };
	const struct config *config = options.configs[side];

	if (backtest_new(&logging->backtest, &options)) {
		fprintf(stderr, "iocctl: %s\n", err_trace());
		return STATUS_UNREACHABLE;
	}
	logging->testing = testing;
	logging->context = (struct alert_context){
		.units = config_units(config),
		.offset_minutes = config_settings(config)->offset_minutes,
		.book = flow_book(backtest_flow(logging->backtest, side)),
		.schema = config_schema(config),
	};
	backtest_listen(logging->backtest, on_told, logging);
	return backtest_span(testing->call, backtest_last_ms(testing),
			     testing->place.offset_minutes, &logging->since_ms, &logging->until_ms);
}

int backtest_log(struct backtesting *testing)
{
	struct logging logging = { .backtest = NULL };
	enum backtest_side side;
	int status = find_side(testing->call, &side);

	if (status == STATUS_GOOD)
		status = prepare(&logging, testing, side);
	if (status == STATUS_GOOD)
		status = backtest_read(testing, 0, 1, side, on_record, logging.backtest);
	backtest_free(logging.backtest);
	return status;
}
