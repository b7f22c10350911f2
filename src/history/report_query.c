/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/history_report.h"

struct asking {
	struct history_report wanted;
	history_report_fn *fn;
	void *context;
};

static void on_answer(void *context, const struct history_row *rows, size_t n, const char *reason)
{
	struct asking *asking = context;
	const struct history_report *wanted = &asking->wanted;
	struct report_table table;

	if (reason) {
		asking->fn(asking->context, NULL, reason);
		free(asking);
		return;
	}

	report_table_init(&table, wanted->plan, wanted->units, wanted->list, &wanted->period,
			  wanted->offset_minutes);
	for (size_t i = 0; i < n; i++)
		report_table_put(&table, rows[i].unit, rows[i].indicator, &rows[i].reading,
				 rows[i].revision);
	asking->fn(asking->context, &table, NULL);
	report_table_fini(&table);
	free(asking);
}

void history_ask_report(struct history *history, const struct history_report *wanted,
			history_report_fn *fn, void *context)
{
	struct asking *asking = xcalloc(1, sizeof(*asking));
	uint32_t n_units = 0;
	uint32_t *of_units;

	*asking = (struct asking){ .wanted = *wanted, .fn = fn, .context = context };
	of_units = xcalloc((size_t)units_count(wanted->units) + 1, sizeof(*of_units));
	for (uint32_t i = 0; i < units_count(wanted->units); i++)
		if (wanted->plan->units[i])
			of_units[n_units++] = i;

	history_ask(history,
		    &(struct history_query){
			    .indicators = wanted->indicators,
			    .list = wanted->plan->lines,
			    .n_list = wanted->plan->n_lines,
			    .of_units = of_units,
			    .n_units = n_units,
			    .since_ms = wanted->period.from_ms,
			    .until_ms = wanted->period.to_ms,
			    .step = HISTORY_WHOLE,
			    .view = HISTORY_AS_IS,
		    },
		    on_answer, asking);
	free(of_units);
}
