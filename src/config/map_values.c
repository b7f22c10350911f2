/* SPDX-License-Identifier: Apache-2.0 */
#include "map_values.h"

#include <string.h>

#define WORDS_MAX 1000

struct value_nodes {
	const struct node *from, *of, *name, *is, *words, *convert, *scale, *format;
};

static const struct slot value_slots[] = {
	{ "from", offsetof(struct value_nodes, from) },
	{ "of", offsetof(struct value_nodes, of) },
	{ "name", offsetof(struct value_nodes, name) },
	{ "is", offsetof(struct value_nodes, is) },
	{ "words", offsetof(struct value_nodes, words) },
	{ "convert", offsetof(struct value_nodes, convert) },
	{ "scale", offsetof(struct value_nodes, scale) },
	{ "format", offsetof(struct value_nodes, format) },
};

static bool is_numeric(const struct map_target *target)
{
	return target->field &&
	       (target->field->kind == FIELD_NUMBER || target->field->kind == FIELD_INTEGER);
}

static bool is_time(const struct map_target *target)
{
	return target->is_time || (target->field && target->field->kind == FIELD_TIME);
}

/* Reads what configuration itself says, for a field of that kind. */
static bool read_word(struct load *load, const struct node *node, const struct field *field,
		      const char **ret)
{
	double number;
	uint32_t choice;
	bool flag;

	if (!field || field->kind == FIELD_TEXT || field->kind == FIELD_TIME)
		return read_text(load, node, ret);
	if (field->kind == FIELD_FLAG) {
		if (!read_flag(load, node, &flag))
			return false;
		*ret = flag ? "true" : "false";
		return true;
	}
	if (field->kind == FIELD_CHOICE) {
		if (!read_choice(load, node, field->choices, field->n_choices, &choice))
			return false;
		*ret = field->choices[choice];
		return true;
	}
	if (!read_number(load, node, &number))
		return false;
	*ret = node->text;
	return true;
}

static bool has_level(const struct feed_map *map, const char *name, size_t n)
{
	const char *topic = map->topic;
	struct slice level;
	bool is_named;

	while (map_next_level(&topic, &level, &is_named))
		if (is_named && level.size == n && memcmp(level.bytes, name, n) == 0)
			return true;
	return false;
}

static bool read_pointer(struct load *load, const struct node *node,
			 const struct map_target *target, const char *text, struct map_value *ret)
{
	if (target->map->format == MAP_NUMBER && *text) {
		report_error(load->report, node->place,
			     "a plain number has no parts; write \"{payload}\"");
		return false;
	}
	if (!map_pointer_is_good(text)) {
		report_error(load->report, node->place,
			     "'%s' is not a JSON Pointer of at most %d steps; '~' is written ~0",
			     text, MAP_STEPS_MAX);
		return false;
	}
	ret->from = MAP_POINTER;
	ret->text = text;
	return true;
}

/* "{name}", whose name has n bytes. */
static bool read_braces(struct load *load, const struct node *node, const struct map_target *target,
			size_t n, struct map_value *ret)
{
	const char *name = scratch_copy(load->config->memory, node->text + 1, n);

	if (strcmp(name, "payload") == 0)
		return read_pointer(load, node, target, "", ret);
	if (!has_level(target->map, name, n)) {
		report_error(
			load->report, node->place,
			"the topic has no level '{%s}'; write it there, or '{payload}' for the "
			"whole value",
			name);
		return false;
	}
	ret->from = MAP_LEVEL;
	ret->text = name;
	return true;
}

/* True if node is a place; else it is a text that always holds. */
static bool is_place(const char *text)
{
	size_t n = strlen(text);

	return text[0] == '/' || (n > 2 && text[0] == '{' && text[n - 1] == '}');
}

static bool read_place(struct load *load, const struct node *node, const struct map_target *target,
		       struct map_value *ret)
{
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	if (!is_place(text)) {
		report_error(load->report, node->place,
			     "'%s' is not a place; write /a/b, {level} or {payload}", text);
		return false;
	}
	return *text == '/' ? read_pointer(load, node, target, text, ret)
			    : read_braces(load, node, target, strlen(text) - 2, ret);
}

static bool read_constant(struct load *load, const struct node *node,
			  const struct map_target *target, struct map_value *ret)
{
	ret->from = MAP_CONSTANT;
	return read_word(load, node, target->field, &ret->text);
}

static bool read_short(struct load *load, const struct node *node, const struct map_target *target,
		       struct map_value *ret)
{
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	if (target->is_time && strcmp(text, "arrival") == 0) {
		ret->time = MAP_ARRIVAL;
		return true;
	}
	return is_place(text) ? read_place(load, node, target, ret)
			      : read_constant(load, node, target, ret);
}

static bool read_words(struct load *load, const struct node *node, const struct map_target *target,
		       struct map_value *ret)
{
	struct map_word *words;
	bool good = true;

	if (!read_kind(load, node, NODE_MAP))
		return false;
	if (node->n == 0 || node->n > WORDS_MAX) {
		report_error(load->report, node->place, "'words' has from 1 to %d words",
			     WORDS_MAX);
		return false;
	}
	words = scratch_take(load->config->memory, node->n * sizeof(*words));
	for (const struct node *word = node->first; word; word = word->next) {
		words[ret->n_words].word = word->key;
		good &= read_word(load, word, target->field, &words[ret->n_words++].text);
	}
	ret->words = words;
	return good;
}

static bool refuse_key(struct load *load, const struct node *node, const char *what)
{
	report_error(load->report, node->key_place, "'%s' is only for %s", node->key, what);
	return false;
}

static bool read_convert(struct load *load, const struct node *node,
			 const struct map_target *target, struct map_value *ret)
{
	static const char *const words[] = { "number", "comma-number", "text" };
	uint32_t word;

	if (!read_choice(load, node, words, COUNT(words), &word))
		return false;
	if (target->field && is_numeric(target) != (word < 2))
		return refuse_key(load, node,
				  word < 2 ? "numbers, if it is 'number' or 'comma-number'"
					   : "texts, if it is 'text'");
	ret->convert = (enum map_convert)(MAP_TO_NUMBER + word);
	return true;
}

static bool read_scale(struct load *load, const struct node *node, const struct map_target *target,
		       struct map_value *ret)
{
	if (!read_number(load, node, &ret->scale))
		return false;
	if (target->is_attribute || (target->field && !is_numeric(target)))
		return refuse_key(load, node, "numbers");
	if (ret->scale == 0)
		report_error(load->report, node->place, "'scale' must not be 0");
	return ret->scale != 0;
}

static bool read_format(struct load *load, const struct node *node, const struct map_target *target,
			struct map_value *ret)
{
	static const char *const words[] = { "rfc3339", "unix", "unix-ms" };
	uint32_t word;

	if (!is_time(target))
		return refuse_key(load, node, "times");
	if (!read_choice(load, node, words, COUNT(words), &word))
		return false;
	ret->time = (enum map_time)word;
	return true;
}

static bool read_origin(struct load *load, const struct node *node, const struct value_nodes *nodes,
			const struct map_target *target, struct map_value *ret)
{
	static const char *const wholes[] = { "element", "message" };
	uint32_t of = 0;

	if (!nodes->from + !nodes->name + !nodes->is != 2) {
		report_error(load->report, node->key ? node->key_place : node->place,
			     "it needs one of 'from', 'name' and 'is'");
		return false;
	}
	if (nodes->is)
		return read_constant(load, nodes->is, target, ret);
	if (nodes->name) {
		ret->from = MAP_NAME;
		if (!target->map->per_time)
			return refuse_key(load, nodes->name, "senml per time");
		return read_text(load, nodes->name, &ret->text);
	}
	if (!read_place(load, nodes->from, target, ret) ||
	    (nodes->of && !read_choice(load, nodes->of, wholes, COUNT(wholes), &of)))
		return false;
	if (of > 0 && ret->from == MAP_POINTER)
		ret->from = MAP_MESSAGE;
	return true;
}

/* {level} without quotes is a map of YAML. */
static bool lacks_quotes(struct load *load, const struct node *node)
{
	const struct node *entry = node->first;

	if (node->n != 1 || entry->kind != NODE_TEXT || entry->text[0])
		return false;
	for (size_t i = 0; i < COUNT(value_slots); i++)
		if (strcmp(value_slots[i].name, entry->key) == 0)
			return false;
	report_error(load->report, node->place, "write it in quotes: \"{%s}\"", entry->key);
	return true;
}

static bool read_full(struct load *load, const struct node *node, const struct map_target *target,
		      struct map_value *ret)
{
	struct value_nodes nodes = { 0 };
	bool good;

	if (lacks_quotes(load, node))
		return false;
	good = read_slots(load, node, value_slots, COUNT(value_slots), &nodes);
	good &= read_origin(load, node, &nodes, target, ret);
	if (nodes.of && (!nodes.from || target->map->format != MAP_JSON))
		good = refuse_key(load, nodes.of, "'from' in json");
	if (nodes.words)
		good &= read_words(load, nodes.words, target, ret);
	if (nodes.convert)
		good &= read_convert(load, nodes.convert, target, ret);
	if (nodes.scale)
		good &= read_scale(load, nodes.scale, target, ret);
	if (nodes.format)
		good &= read_format(load, nodes.format, target, ret);
	return good;
}

bool map_value_read(struct load *load, const struct node *node, const struct map_target *target,
		    struct map_value *ret)
{
	struct map_value value = { .from = MAP_NOWHERE };
	bool good = true;

	if (node)
		good = node->kind == NODE_MAP ? read_full(load, node, target, &value)
					      : read_short(load, node, target, &value);
	*ret = good ? value : (struct map_value){ .from = MAP_NOWHERE };
	return good;
}
