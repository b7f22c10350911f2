/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl explain: why an alert stands; iocctl explain --not: what holds one back. */
#include <stdio.h>

#include "api.h"
#include "explain.h"
#include "iocd/base/clock.h"
#include "show.h"

/* Of a wrong number of arguments main.c tells only where there is one number that is right. */
static int complain(const struct call *call)
{
	fputs(SAY(call, "iocctl: explain ALERT, hoặc explain --not RULE UNIT [SUBJECT]\n",
		  "iocctl: explain ALERT, or explain --not RULE UNIT [SUBJECT]\n"),
	      stderr);
	return STATUS_USAGE;
}

static int print(const struct call *call, json_t *answer, bool is_not)
{
	CLEANUP_TEXT struct text text = { 0 };
	int64_t now_ms = clock_real_ms();
	bool stands = json_is_true(json_object_get(answer, "stands"));

	if (call->json)
		api_print(answer);
	else if (is_not)
		(void)explain_write_not(&text, answer, call->vietnamese, now_ms);
	else
		explain_write(&text, answer, call->vietnamese, now_ms);
	show_print(&text);
	json_decref(answer);
	return is_not && stands ? STATUS_FINDING : STATUS_GOOD;
}

int run_explain(const struct call *call)
{
	bool is_not = call->given[OPTION_NOT] != NULL;
	int n = call->n_arguments;
	const struct argument of_alert[] = { { "alert", n > 0 ? call->arguments[0] : NULL } };
	const struct argument of_rule[] = {
		{ "rule", n > 0 ? call->arguments[0] : NULL },
		{ "unit", n > 1 ? call->arguments[1] : NULL },
		{ "subject", n > 2 ? call->arguments[2] : NULL },
	};
	json_t *answer;
	int r;

	if (is_not ? n < 2 || n > 3 : n != 1)
		return complain(call);
	r = is_not ? api_get(call, "explain-not", of_rule, COUNT(of_rule), &answer)
		   : api_get(call, "explain", of_alert, COUNT(of_alert), &answer);
	return r ? r : print(call, answer, is_not);
}
