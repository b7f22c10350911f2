/* SPDX-License-Identifier: Apache-2.0 */
#include "encode_origin.h"

#include <string.h>

#include "iocd/unit.h"
#include "member.h"
#include "mirrored.h"
#include "words.h"

static void add_slice(struct text *text, const char *name, struct slice slice)
{
	member_begin(text, name);
	text_add_json(text, slice.size > 0 ? slice.bytes : "", slice.size);
}

static void add_languages(struct text *text, const char *name, struct slice vi, struct slice en)
{
	member_begin(text, name);
	text_add(text, "{");
	add_slice(text, "vi", vi);
	add_slice(text, "en", en);
	text_add(text, "}");
}

static void add_name(struct text *text, const struct alert_context *context, uint32_t number)
{
	const struct unit *unit =
		number < units_count(context->units) ? units_at(context->units, number) : NULL;

	if (unit)
		member_languages(text, "name", unit->name_vi, unit->name_en);
	else
		member_null(text, "name");
}

static void add_site(struct text *text, const struct alert_context *context,
		     const struct alert *alert, const struct mirrored *known)
{
	bool is_known = alert->origin < units_count(context->units);

	member_begin(text, "site");
	text_add(text, "{");
	member_string(text, "unit", is_known ? units_at(context->units, alert->origin)->id : NULL);
	add_name(text, context, alert->origin);
	add_slice(text, "sender", known->texts[MIRRORED_SITE]);
	text_add(text, "}");
}

static void add_suppressed(struct text *text, unsigned suppressed)
{
	const char *between = "";

	member_begin(text, "suppressed");
	text_add(text, "[");
	for (enum suppression suppression = 0; suppression < N_SUPPRESSIONS; suppression++) {
		if (!(suppressed & SUPPRESSION_BIT(suppression)))
			continue;
		text_add(text, "%s\"%s\"", between, suppression_name(suppression));
		between = ",";
	}
	text_add(text, "]");
}

static void add_origin(struct text *text, const struct alert_context *context,
		       const struct alert *alert, const struct mirrored *known)
{
	const struct slice *texts = known->texts;

	text_add(text, "{");
	add_slice(text, "unit", texts[MIRRORED_UNIT]);
	add_name(text, context,
		 units_find(context->units, texts[MIRRORED_UNIT].bytes, texts[MIRRORED_UNIT].size));
	add_slice(text, "sender", texts[MIRRORED_SENDER]);
	add_slice(text, "rule", texts[MIRRORED_RULE]);
	add_slice(text, "subject", texts[MIRRORED_SUBJECT]);
	if (texts[MIRRORED_THRESHOLD].size > 0)
		add_slice(text, "threshold", texts[MIRRORED_THRESHOLD]);
	else
		member_null(text, "threshold");
	add_languages(text, "title", texts[MIRRORED_TITLE_VI], texts[MIRRORED_TITLE_EN]);
	add_languages(text, "reason", texts[MIRRORED_REASON_VI], texts[MIRRORED_REASON_EN]);
	member_integer(text, "number", known->number);
	member_time(text, "raised", known->raised_ms, context->offset_minutes);
	add_suppressed(text, known->suppressed);
	add_site(text, context, alert, known);
	text_add(text, "}");
}

void origin_member(struct text *text, const struct alert_context *context,
		   const struct alert *alert)
{
	struct mirrored known;

	if (!alert_is_mirrored(alert) || !mirrored_unpack(alert->detail, &known)) {
		member_null(text, "origin");
		return;
	}
	member_begin(text, "origin");
	add_origin(text, context, alert, &known);
}

void origin_title(struct text *text, const struct alert *alert)
{
	struct mirrored known;

	if (mirrored_unpack(alert->detail, &known))
		add_languages(text, "title", known.texts[MIRRORED_TITLE_VI],
			      known.texts[MIRRORED_TITLE_EN]);
	else
		member_languages(text, "title", alert->rule->title_vi, alert->rule->title_en);
}

void alert_title(struct text *text, const struct alert *alert, bool vietnamese)
{
	const char *own = vietnamese ? alert->rule->title_vi : alert->rule->title_en;
	struct mirrored known;

	if (alert_is_mirrored(alert) && mirrored_unpack(alert->detail, &known))
		words_slice(text, known.texts[vietnamese ? MIRRORED_TITLE_VI : MIRRORED_TITLE_EN]);
	else
		text_add(text, "%s", own ? own : "");
}

/* The subject of a mirrored one is "<rule>/<subject>", or "<rule>". */
struct slice alert_rule_id(const struct alert *alert)
{
	const char *id = alert->rule->id;

	if (alert_is_mirrored(alert))
		return (struct slice){ alert->subject, strcspn(alert->subject, "/") };
	return (struct slice){ id, strlen(id) };
}
