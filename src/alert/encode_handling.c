/* SPDX-License-Identifier: Apache-2.0 */
#include "encode_handling.h"

#include <string.h>

#include "book.h"
#include "member.h"

static void add_acknowledgement(struct text *text, const struct alert *alert, int offset_minutes)
{
	const char *note = alert->acknowledged_note;

	if (!alert->acknowledged_by[0]) {
		member_null(text, "acknowledged");
		return;
	}
	member_begin(text, "acknowledged");
	text_add(text, "{");
	member_string(text, "by", alert->acknowledged_by);
	member_string(text, "note", note[0] ? note : NULL);
	member_time(text, "at", alert->acknowledged_ms, offset_minutes);
	member_time(text, "until", alert->acknowledged_until_ms, offset_minutes);
	text_add(text, "}");
}

static void add_suppression(struct text *text, const struct alert *alert,
			    enum suppression suppression, int offset_minutes)
{
	const char *by = alert->suppressed_by[suppression];

	text_add(text, "{");
	member_string(text, "kind", suppression_name(suppression));
	member_string(text, "by", by[0] ? by : NULL);
	member_time(text, "until", alert->suppressed_until_ms[suppression], offset_minutes);
	text_add(text, "}");
}

static void add_suppressions(struct text *text, const struct alert *alert, int offset_minutes)
{
	const char *between = "";

	member_begin(text, "suppressed");
	text_add(text, "[");
	for (enum suppression suppression = 0; suppression < N_SUPPRESSIONS; suppression++) {
		if (!(alert->machine.suppressed & SUPPRESSION_BIT(suppression)))
			continue;
		text_add(text, "%s", between);
		add_suppression(text, alert, suppression, offset_minutes);
		between = ",";
	}
	text_add(text, "]");
}

/* Lends the id of receiver number; NULL if it is not known. */
static const char *receiver_id(const struct alert_context *context, uint32_t number)
{
	const struct rules_options *about;

	if (number == RECEIVER_UNIT)
		return "unit";
	if (!context->book)
		return NULL;
	about = rules_about(context->book->rules);
	return number < about->n_receivers ? about->receivers[number].id : NULL;
}

void receivers_member(struct text *text, const char *name, const struct alert_context *context,
		      uint32_t receivers)
{
	const char *between = "";

	member_begin(text, name);
	text_add(text, "[");
	for (uint32_t number = 0; number <= RECEIVER_UNIT; number++) {
		const char *id =
			receivers & (UINT32_C(1) << number) ? receiver_id(context, number) : NULL;

		if (!id)
			continue;
		text_add(text, "%s", between);
		text_add_json(text, id, strlen(id));
		between = ",";
	}
	text_add(text, "]");
}

void alert_receivers(struct text *text, const struct alert_context *context, uint32_t receivers)
{
	const char *between = "";

	for (uint32_t number = 0; number <= RECEIVER_UNIT; number++) {
		const char *id =
			receivers & (UINT32_C(1) << number) ? receiver_id(context, number) : NULL;

		if (!id)
			continue;
		text_add(text, "%s%s", between, id);
		between = " ";
	}
}

void handling_members(struct text *text, const struct alert_context *context,
		      const struct alert *alert)
{
	int offset_minutes = context->offset_minutes;

	member_string(text, "handling", handling_name(alert->machine.handling));
	add_acknowledgement(text, alert, offset_minutes);
	member_string(text, "owner", alert->owner[0] ? alert->owner : NULL);
	add_suppressions(text, alert, offset_minutes);
	member_flag(text, "latched", alert->machine.latched);
	member_flag(text, "announced", alert->machine.announced);
	receivers_member(text, "told", context, alert->told);
	member_integer(text, "escalations", alert->steps);
	member_integer(text, "raises", alert->raises);
}
