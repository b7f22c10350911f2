/* SPDX-License-Identifier: Apache-2.0 */
/* The data of an event, checked by its type, so that a test does not fail for a typing error but
 * says where it is. */
#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "rule_tests.h"

#define NUMBER_MARK "%n" /* becomes 1, 2, ... */

static bool read_number_field(struct tester *tester, const struct node *node,
			      const struct field *field, struct text *json)
{
	double value;

	if (node->kind == NODE_TEXT && strcmp(node->text, NUMBER_MARK) == 0) {
		text_add(json, "%s", NUMBER_MARK);
		return true;
	}
	if (!read_number(tester->load, node, &value))
		return false;
	if (value < field->min || value > field->max) {
		report_error(tester->load->report, node->place,
			     "'%s' is outside of what '%s' may be", node->text, field->name);
		return false;
	}
	if (field->kind == FIELD_INTEGER && value != floor(value)) {
		report_error(tester->load->report, node->place, "'%s' is not a whole number",
			     node->text);
		return false;
	}
	text_add_number(json, value);
	return true;
}

static bool read_choice_field(struct tester *tester, const struct node *node,
			      const struct field *field, struct text *json)
{
	uint32_t choice;

	if (!read_choice(tester->load, node, field->choices, field->n_choices, &choice))
		return false;
	text_add_json(json, field->choices[choice], strlen(field->choices[choice]));
	return true;
}

static bool read_time_field(struct tester *tester, const struct node *node, int64_t at_ms,
			    struct text *json)
{
	char time[CIVIL_TEXT_MAX];
	int64_t ms;

	if (!moment_read(tester, node, at_ms, &ms))
		return false;
	text_add(json, "\"%s\"",
		 civil_format(time, ms, tester->load->config->settings.offset_minutes));
	return true;
}

static bool read_field(struct tester *tester, const struct node *node, const struct field *field,
		       int64_t at_ms, struct text *json)
{
	const char *word;
	bool flag;

	switch (field->kind) {
	case FIELD_TEXT:
		if (!read_kind(tester->load, node, NODE_TEXT))
			return false;
		text_add_json(json, node->text, strlen(node->text));
		return true;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		return read_number_field(tester, node, field, json);
	case FIELD_FLAG:
		if (!read_flag(tester->load, node, &flag))
			return false;
		text_add(json, flag ? "true" : "false");
		return true;
	case FIELD_TIME:
		return read_time_field(tester, node, at_ms, json);
	case FIELD_CHOICE:
		return read_choice_field(tester, node, field, json);
	}
	return read_text(tester->load, node, &word);
}

static bool refuse_field(struct tester *tester, const struct event_type *type,
			 const struct node *entry)
{
	struct hint hint;

	hint_begin(&hint, tester->load, entry->key);
	for (uint32_t i = 0; i < type->n_fields; i++)
		hint_consider(&hint, type->fields[i].name);
	report_error(tester->load->report, entry->key_place, "'%s' has no field '%s'%s", type->name,
		     entry->key, hint_end(&hint));
	return false;
}

/* Fields that must be there. */
static bool check_complete(struct tester *tester, const struct event_type *type,
			   const struct node *data, struct place place)
{
	bool good = true;

	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct field *field = &type->fields[i];

		if (field->optional || (data && node_find(data, field->name)))
			continue;
		report_error(tester->load->report, data ? data->place : place,
			     "field '%s' of '%s' is missing", field->name, type->name);
		good = false;
	}
	return good;
}

bool test_data_read(struct tester *tester, const struct node *data, struct place place,
		    int64_t at_ms, struct test_send *send)
{
	const struct event_type *type = schema_type(config_schema(tester->config), send->type);
	CLEANUP_TEXT struct text json = { 0 };
	bool good = true;

	if (data && !read_kind(tester->load, data, NODE_MAP))
		return false;
	text_add(&json, "{");
	for (const struct node *entry = data ? data->first : NULL; entry; entry = entry->next) {
		uint32_t field = event_type_find_field(type, entry->key, strlen(entry->key));

		if (field == TYPE_NONE) {
			good = refuse_field(tester, type, entry);
			continue;
		}
		text_add(&json, "%s\"%s\":", json.size > 1 ? "," : "", entry->key);
		good = read_field(tester, entry, &type->fields[field], at_ms, &json) && good;
	}
	text_add(&json, "}");
	send->data = scratch_copy(tester->memory, json.bytes, json.size);
	return check_complete(tester, type, data, place) && good;
}
