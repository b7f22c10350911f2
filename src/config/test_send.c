/* SPDX-License-Identifier: Apache-2.0 */
/* What a step sends, and who. */
#include <string.h>

#include "rule_tests.h"

static bool find_type(struct tester *tester, const struct node *node, uint32_t *ret)
{
	const struct schema *schema = config_schema(tester->config);
	CLEANUP_TEXT struct text name = { 0 };
	const char *word, *slash;
	struct hint hint;
	uint32_t feed;

	if (!read_text(tester->load, node, &word))
		return false;
	slash = strchr(word, '/');
	feed = slash ? schema_find_feed(schema, word, (size_t)(slash - word)) : TYPE_NONE;
	if (feed != TYPE_NONE)
		*ret = schema_find_type(schema, feed, slash + 1, strlen(slash + 1));
	if (feed != TYPE_NONE && *ret != TYPE_NONE)
		return true;

	hint_begin(&hint, tester->load, word);
	for (uint32_t i = 0; i < schema_n_types(schema); i++) {
		const struct event_type *type = schema_type(schema, i);

		text_clear(&name);
		text_add(&name, "%s/%s", schema_feed(schema, type->feed)->id, type->name);
		hint_consider(&hint, scratch_copy(tester->load->trees, name.bytes, name.size));
	}
	report_error(tester->load->report, node->place, "no event type '%s'%s; write FEED/TYPE",
		     word, hint_end(&hint));
	return false;
}

/* ---- who sends ---- */

/* Units are collected once each, in the order of their numbers. */
static bool add_unit(struct tester *tester, const struct node *item, bool *chosen)
{
	const char *word;
	uint32_t unit;

	if (!read_text(tester->load, item, &word) ||
	    !test_find_unit(tester, word, item->place, &unit))
		return false;
	chosen[unit] = true;
	return true;
}

static bool drop_unit(struct tester *tester, const struct node *item, bool *chosen)
{
	const char *word;
	uint32_t unit;

	if (!read_text(tester->load, item, &word) ||
	    !test_find_unit(tester, word, item->place, &unit))
		return false;
	chosen[unit] = false;
	return true;
}

/* Fewer would send it than the test was written for. */
static bool level_reaches_elsewhere(const struct config *config, const char *level)
{
	for (uint32_t i = 0; i < config->levels.n; i++)
		if (strcmp(config->levels.list[i], level) == 0)
			return config->levels.reach_elsewhere[i];
	return false;
}

static bool add_level(struct tester *tester, const struct node *item, bool *chosen)
{
	const struct units *units = config_units(tester->config);
	bool found = false;
	struct hint hint;
	const char *word;

	if (!read_text(tester->load, item, &word))
		return false;
	hint_begin(&hint, tester->load, word);
	if (level_reaches_elsewhere(tester->config, word))
		tester->is_elsewhere = chosen[0] = found = true;
	for (uint32_t i = 0; i < units_count(units); i++) {
		const char *level = units_at(units, i)->level;

		if (strcmp(level, word) == 0)
			chosen[i] = found = true;
		else if (!found)
			hint_consider(&hint, level);
	}
	if (!found)
		report_error(tester->load->report, item->place, "no unit has the level '%s'%s",
			     word, hint_end(&hint));
	return found;
}

static bool add_each(struct tester *tester, const struct node *list, bool *chosen,
		     bool (*add)(struct tester *, const struct node *, bool *))
{
	bool good = true;

	if (list->kind == NODE_MAP)
		return read_kind(tester->load, list, NODE_LIST);
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item))
		good = add(tester, item, chosen) && good;
	return good;
}

static bool choose(struct tester *tester, const struct node *from, bool *chosen)
{
	struct {
		const struct node *level, *id, *but;
	} nodes = { 0 };
	static const struct slot slots[] = {
		{ "level", 0 },
		{ "id", sizeof(const struct node *) },
		{ "but", 2 * sizeof(const struct node *) },
	};
	bool good;

	if (from->kind != NODE_MAP)
		return add_each(tester, from, chosen, add_unit);
	good = read_slots(tester->load, from, slots, COUNT(slots), &nodes);
	if (nodes.level)
		good = add_each(tester, nodes.level, chosen, add_level) && good;
	if (nodes.id)
		good = add_each(tester, nodes.id, chosen, add_unit) && good;
	if (nodes.but)
		good = add_each(tester, nodes.but, chosen, drop_unit) && good;
	return good;
}

static bool read_senders(struct tester *tester, const struct node *from, struct test_send *send)
{
	uint32_t n = units_count(config_units(tester->config));
	bool *chosen = scratch_take(tester->load->trees, n + 1);
	uint32_t *list = scratch_take(tester->memory, (n + 1) * sizeof(*list));

	memset(chosen, 0, n + 1);
	if (!choose(tester, from, chosen))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (chosen[i])
			list[send->n_units++] = i;
	send->units = list;
	if (send->n_units > 0 || tester->is_elsewhere)
		return true;
	report_error(tester->load->report, from->place, "nobody sends it");
	return false;
}

/* ---- all of it ---- */

static bool read_refused(struct tester *tester, const struct node *node, enum reason *ret)
{
	const char *names[N_REASONS];
	uint32_t choice;

	for (int i = 1; i < N_REASONS; i++)
		names[i - 1] = reason_name((enum reason)i);
	if (!read_choice(tester->load, node, names, N_REASONS - 1, &choice))
		return false;
	*ret = (enum reason)(choice + 1);
	return true;
}

/* How many, how often; the step ends with the last. */
static bool read_times(struct tester *tester, const struct send_nodes *nodes,
		       struct test_send *send)
{
	int64_t times = 1;

	if (nodes->times && !read_integer(tester->load, nodes->times, 1, RULE_TEST_TIMES, &times))
		return false;
	if (nodes->every &&
	    !read_duration(tester->load, nodes->every, 0, RULE_TEST_SPAN_MS, &send->every_ms))
		return false;
	send->times = (uint32_t)times;
	tester->now_ms += (times - 1) * send->every_ms;
	return true;
}

static bool read_options(struct tester *tester, const struct send_nodes *nodes,
			 struct test_send *send)
{
	bool good = true;

	if (nodes->id)
		good = read_text(tester->load, nodes->id, &send->id) && good;
	if (nodes->subject)
		good = read_text(tester->load, nodes->subject, &send->subject) && good;
	if (nodes->historical)
		good = read_flag(tester->load, nodes->historical, &send->is_historical) && good;
	if (nodes->drill)
		good = read_flag(tester->load, nodes->drill, &send->is_drill) && good;
	if (nodes->refused)
		good = read_refused(tester, nodes->refused, &send->refused) && good;
	return good;
}

static bool read_events(struct tester *tester, const struct node *step,
			const struct send_nodes *nodes, int64_t at_ms, struct test_send *send)
{
	bool good;

	if (nodes->topic || nodes->payload) {
		report_error(tester->load->report,
			     nodes->topic ? nodes->topic->key_place : nodes->payload->key_place,
			     "a step sends events (send) or a message (topic, payload), not both");
		return false;
	}
	good = find_type(tester, nodes->send, &send->type);
	if (good && schema_type(config_schema(tester->config), send->type)->is_internal) {
		report_error(tester->load->report, nodes->send->place,
			     "'%s' is made by iocd itself; send what it is made of",
			     nodes->send->text);
		return false;
	}
	good = read_present(tester->load, step, nodes->from, "from") &&
	       read_senders(tester, nodes->from, send) && good;
	if (nodes->happened)
		good = moment_read(tester, nodes->happened, at_ms, &send->happened_ms) && good;
	return good && test_data_read(tester, nodes->data, nodes->send->place, at_ms, send);
}

/* A topic names its unit in one of its levels. */
static void note_topic(struct tester *tester, const char *topic)
{
	for (const char *at = topic; *at;) {
		size_t n = strcspn(at, "/");

		if (is_elsewhere(tester->config, scratch_copy(tester->load->trees, at, n)))
			tester->is_elsewhere = true;
		at += n + (at[n] == '/');
	}
}

static bool read_message(struct tester *tester, const struct node *step,
			 const struct send_nodes *nodes, struct test_send *send)
{
	send->type = TYPE_NONE;
	if (nodes->from || nodes->data || nodes->happened || nodes->id || nodes->subject) {
		report_error(tester->load->report, step->place,
			     "a message has topic and payload, and nothing of an event");
		return false;
	}
	if (!read_present(tester->load, step, nodes->topic, "topic") ||
	    !read_present(tester->load, step, nodes->payload, "payload") ||
	    !read_text(tester->load, nodes->topic, &send->topic) ||
	    !read_text(tester->load, nodes->payload, &send->payload))
		return false;
	note_topic(tester, send->topic);
	return true;
}

static bool is_empty(const struct send_nodes *nodes)
{
	static const struct send_nodes nothing;

	return memcmp(nodes, &nothing, sizeof(nothing)) == 0;
}

bool test_send_read(struct tester *tester, const struct node *step, const struct send_nodes *nodes,
		    int64_t at_ms, const struct test_send **ret)
{
	struct test_send *send;
	bool good;

	*ret = NULL;
	if (is_empty(nodes))
		return true;
	if (!nodes->send && !nodes->topic) {
		report_error(tester->load->report, step->place, "'send' is missing");
		return false;
	}
	send = scratch_take(tester->memory, sizeof(*send));
	*send = (struct test_send){
		.happened_ms = at_ms,
		.place = nodes->send ? nodes->send->place : nodes->topic->place,
	};
	good = nodes->send ? read_events(tester, step, nodes, at_ms, send)
			   : read_message(tester, step, nodes, send);
	good = read_times(tester, nodes, send) && good;
	good = read_options(tester, nodes, send) && good;
	*ret = send;
	return good;
}
