/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <string.h>

#include "comparison.h"
#include "iocd/base/err.h"

const char *field_kind_name(enum field_kind kind)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "a text",        [FIELD_NUMBER] = "a number",
		[FIELD_INTEGER] = "an integer", [FIELD_FLAG] = "a flag",
		[FIELD_TIME] = "a time",        [FIELD_CHOICE] = "a choice",
	};

	return names[kind];
}

/* Splits "<feed>/<rest>" and finds the feed. */
static bool find_feed(struct load *load, const struct node *node, uint32_t *ret_feed,
		      const char **ret_rest)
{
	const char *text;
	const char *slash;

	if (!read_text(load, node, &text))
		return false;
	slash = strchr(text, '/');
	if (!slash) {
		report_error(load->report, node->place, "'%s' is no event; write <feed>/<event>",
			     text);
		return false;
	}
	*ret_rest = slash + 1;
	return names_find(load, &load->feeds,
			  scratch_copy(load->trees, text, (size_t)(slash - text)), node->place,
			  ret_feed);
}

/* Whether name would be an event of a track that could not be read. */
static bool is_lost(const struct load *load, const char *name)
{
	for (uint32_t i = 0; i < load->n_lost_types; i++) {
		size_t n = strlen(load->lost_types[i]);

		if (strncmp(name, load->lost_types[i], n) == 0 && name[n] == '.')
			return true;
	}
	return false;
}

static void refuse_type(struct load *load, const struct node *node, uint32_t feed, const char *name)
{
	const struct schema *schema = load->config->schema;
	struct hint hint;

	if (load->broken_feeds[feed] || is_lost(load, name))
		return;

	hint_begin(&hint, load, name);
	for (uint32_t i = 0; i < schema_n_types(schema); i++)
		if (schema_type(schema, i)->feed == feed)
			hint_consider(&hint, schema_type(schema, i)->name);
	report_error_as(load->report, "unknown-name", node->place, "feed '%s' has no event '%s'%s",
			schema_feed(schema, feed)->id, name, hint_end(&hint));
}

/* The name up to the last dot, or NULL if that is no event of feed. */
static const char *type_before_dot(struct load *load, uint32_t feed, const char *name,
				   uint32_t *ret_type)
{
	const char *dot = strrchr(name, '.');

	if (!dot)
		return NULL;
	*ret_type = schema_find_type(load->config->schema, feed, name, (size_t)(dot - name));
	return *ret_type == TYPE_NONE ? NULL : dot + 1;
}

bool reference_read_type(struct load *load, const struct node *node, uint32_t *ret_type)
{
	uint32_t feed, type;
	const char *name;

	if (!find_feed(load, node, &feed, &name))
		return false;
	type = schema_find_type(load->config->schema, feed, name, strlen(name));
	if (type != TYPE_NONE) {
		*ret_type = type;
		return true;
	}
	if (type_before_dot(load, feed, name, &type) &&
	    event_type_find_field(schema_type(load->config->schema, type), strrchr(name, '.') + 1,
				  strlen(strrchr(name, '.') + 1)) != TYPE_NONE)
		report_error(load->report, node->place,
			     "'%s' names a field; here stands an event: <feed>/<event>",
			     node->text);
	else
		refuse_type(load, node, feed, name);
	return false;
}

bool reference_find_field(struct load *load, uint32_t type, const char *name, struct place place,
			  uint32_t *ret_field)
{
	const struct event_type *event = schema_type(load->config->schema, type);
	uint32_t field = event_type_find_field(event, name, strlen(name));
	struct hint hint;

	if (field != TYPE_NONE) {
		*ret_field = field;
		return true;
	}
	if (load->broken_types[type])
		return false;

	hint_begin(&hint, load, name);
	for (uint32_t i = 0; i < event->n_fields; i++)
		hint_consider(&hint, event->fields[i].name);
	report_error_as(load->report, "unknown-name", place, "event '%s' has no field '%s'%s",
			event->name, name, hint_end(&hint));
	return false;
}

bool reference_read_field(struct load *load, const struct node *node, uint32_t *ret_type,
			  uint32_t *ret_field)
{
	const struct schema *schema = load->config->schema;
	const char *name, *field, *dot;
	uint32_t feed, type;

	if (!find_feed(load, node, &feed, &name))
		return false;
	field = type_before_dot(load, feed, name, &type);
	if (field) {
		*ret_type = type;
		return reference_find_field(load, type, field, node->place, ret_field);
	}
	if (schema_find_type(schema, feed, name, strlen(name)) != TYPE_NONE) {
		report_error(load->report, node->place,
			     "'%s' names an event; here stands a field of one: "
			     "<feed>/<event>.<field>",
			     node->text);
		return false;
	}
	dot = strrchr(name, '.');
	refuse_type(load, node, feed,
		    dot ? scratch_copy(load->trees, name, (size_t)(dot - name)) : name);
	return false;
}

/* One condition of a filter while it is read. */
struct filter {
	struct load *load;
	const struct field *field;
	struct condition *condition;
};

static bool add_choice(struct filter *filter, const struct node *item)
{
	uint32_t choice;

	if (!read_choice(filter->load, item, filter->field->choices, filter->field->n_choices,
			 &choice))
		return false;
	filter->condition->choices |= (uint64_t)1 << choice;
	return true;
}

static bool read_choice_test(struct filter *filter, const struct node *node)
{
	bool good = true;

	filter->condition->test = WHERE_CHOICE;
	if (node->kind == NODE_MAP)
		return read_kind(filter->load, node, NODE_TEXT);
	if (node->kind == NODE_LIST && node->n == 0) {
		report_error(filter->load->report, node->place, "no choice is listed");
		return false;
	}
	for (const struct node *item = node_first_item(node); item;
	     item = node_next_item(node, item))
		good = add_choice(filter, item) && good;
	return good;
}

static bool read_flag_test(struct filter *filter, const struct node *node)
{
	bool flag;

	if (!read_flag(filter->load, node, &flag))
		return false;
	filter->condition->test = WHERE_FLAG;
	filter->condition->number = flag;
	return true;
}

static bool read_text_test(struct filter *filter, const struct node *node)
{
	const char *text;

	if (!read_text(filter->load, node, &text))
		return false;
	filter->condition->test = WHERE_TEXT;
	filter->condition->text = (struct slice){ .bytes = text, .size = strlen(text) };
	return true;
}

static bool read_number_test(struct filter *filter, const struct node *node)
{
	static const enum where_test tests[] = {
		[OP_GT] = WHERE_GT, [OP_GE] = WHERE_GE, [OP_LT] = WHERE_LT,
		[OP_LE] = WHERE_LE, [OP_EQ] = WHERE_EQ, [OP_NE] = WHERE_NE
	};
	struct comparison_text comparison = { .operator= OP_EQ };
	const char *text;

	if (!read_text(filter->load, node, &text))
		return false;
	if (text_read_number(text, strlen(text), &comparison.value) &&
	    (comparison_read(text, &comparison) || comparison.percent)) {
		report_error(filter->load->report, node->place,
			     "'%s' is no condition for a number; write 5, \"> 5\" or \"!= 5\"",
			     text);
		return false;
	}
	filter->condition->test = tests[comparison.operator];
	filter->condition->number = comparison.value;
	return true;
}

static bool read_condition(struct load *load, const struct node *node, uint32_t type,
			   struct condition *condition)
{
	struct filter filter = { .load = load, .condition = condition };

	if (!reference_find_field(load, type, node->key, node->key_place, &condition->field))
		return false;
	if (load->broken_types[type])
		return false; /* the field's kind may be what is broken */
	filter.field = &schema_type(load->config->schema, type)->fields[condition->field];

	switch (filter.field->kind) {
	case FIELD_CHOICE:
		return read_choice_test(&filter, node);
	case FIELD_FLAG:
		return read_flag_test(&filter, node);
	case FIELD_TEXT:
		return read_text_test(&filter, node);
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		return read_number_test(&filter, node);
	case FIELD_TIME:
		break;
	}
	report_error(load->report, node->key_place, "'%s' is a time; events cannot be chosen by it",
		     node->key);
	return false;
}

bool reference_read_where(struct load *load, const struct node *node, uint32_t type,
			  struct where *ret)
{
	struct where where = { .n_conditions = 0 };
	bool good = true;

	if (!read_kind(load, node, NODE_MAP))
		return false;
	for (const struct node *entry = node->first; entry; entry = entry->next) {
		if (where.n_conditions == WHERE_MAX) {
			report_error(load->report, entry->key_place, "more than %d conditions",
				     WHERE_MAX);
			return false;
		}
		good = read_condition(load, entry, type, &where.conditions[where.n_conditions++]) &&
		       good;
	}
	if (good)
		*ret = where;
	return good;
}
