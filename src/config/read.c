/* SPDX-License-Identifier: Apache-2.0 */
#include "read.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define HINT_DISTANCE 2

void hint_begin(struct hint *hint, struct load *load, const char *word)
{
	*hint = (struct hint){ .load = load, .word = word, .distance = HINT_DISTANCE + 1 };
}

void hint_consider(struct hint *hint, const char *candidate)
{
	size_t size = strlen(hint->word);
	size_t other = strlen(candidate);
	int distance;

	if (hint->load->suggestions_left == 0 || report_is_full(hint->load->report))
		return;
	if (size + HINT_DISTANCE < other || other + HINT_DISTANCE < size)
		return;

	hint->load->suggestions_left--;
	distance = text_distance(hint->word, candidate, HINT_DISTANCE);
	if (distance < hint->distance && (size_t)distance < size) {
		hint->distance = distance;
		hint->best = candidate;
	}
}

const char *hint_end(struct hint *hint)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (!hint->best)
		return "";
	text_add(&text, "; did you mean '%s'?", hint->best);
	return scratch_copy(hint->load->trees, text.bytes, text.size);
}

/* "'hold'", or "this item" for one of a list. */
static const char *label(struct load *load, const struct node *node)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (!node->key)
		return "this item";
	text_add(&text, "'%s'", node->key);
	return scratch_copy(load->trees, text.bytes, text.size);
}

bool read_kind(struct load *load, const struct node *node, enum node_kind kind)
{
	static const char *const names[] = { [NODE_TEXT] = "a text",
					     [NODE_LIST] = "a list",
					     [NODE_MAP] = "a map of keys and values" };

	if (node->kind == kind)
		return true;
	if (node->kind == NODE_TEXT && !node->text[0])
		report_error_as(load->report, "missing-value", node->place,
				"%s has no value; it must be %s", label(load, node), names[kind]);
	else
		report_error_as(load->report, "wrong-form", node->place, "%s must be %s, not %s",
				label(load, node), names[kind], names[node->kind]);
	return false;
}

static void fill(void *target, const struct slot *slot, const struct node *entry)
{
	memcpy((char *)target + slot->offset, &entry, sizeof(entry));
}

static bool is_filled(const void *target, const struct slot *slot)
{
	const struct node *entry;

	memcpy(&entry, (const char *)target + slot->offset, sizeof(entry));
	return entry != NULL;
}

/* Reports an unknown key.  It then counts as the one that was probably meant, so that this one is
 * not missed and its value is checked in the same go. */
static void refuse_key(struct load *load, const struct node *entry, const struct slot *slots,
		       size_t n, void *target)
{
	struct hint hint;

	hint_begin(&hint, load, entry->key);
	for (size_t i = 0; i < n; i++)
		hint_consider(&hint, slots[i].name);
	report_error_as(load->report, "unknown-key", entry->key_place, "unknown key '%s'%s",
			entry->key, hint_end(&hint));
	for (size_t i = 0; i < n; i++)
		if (hint.best == slots[i].name && !is_filled(target, &slots[i]))
			fill(target, &slots[i], entry);
}

bool read_slots(struct load *load, const struct node *map, const struct slot *slots, size_t n,
		void *target)
{
	bool good = true;
	size_t i;

	if (!read_kind(load, map, NODE_MAP))
		return false;

	for (const struct node *entry = map->first; entry; entry = entry->next) {
		for (i = 0; i < n && strcmp(slots[i].name, entry->key) != 0; i++)
			;
		if (i < n) {
			fill(target, &slots[i], entry);
			continue;
		}
		refuse_key(load, entry, slots, n, target);
		good = false;
	}
	return good;
}

bool read_present(struct load *load, const struct node *map, const struct node *node,
		  const char *name)
{
	if (node)
		return true;
	report_error_as(load->report, "missing-key", map->key ? map->key_place : map->place,
			"'%s' is missing", name);
	return false;
}

bool read_text(struct load *load, const struct node *node, const char **ret)
{
	if (!read_kind(load, node, NODE_TEXT))
		return false;
	if (!node->text[0]) {
		report_error_as(load->report, "missing-value", node->place, "%s has no value",
				label(load, node));
		return false;
	}
	*ret = node->text;
	return true;
}

bool read_flag(struct load *load, const struct node *node, bool *ret)
{
	static const char *const words[] = { "no", "yes", "false", "true" };
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(text, words[i]) != 0)
			continue;
		*ret = i % 2;
		return true;
	}
	report_error_as(load->report, "bad-value", node->place, "'%s' is neither yes nor no", text);
	return false;
}

/* What text is not, in words: of a wrong form, or out of range. */
static bool refuse_value(struct load *load, const struct node *node, int outcome, const char *what)
{
	if (outcome == TEXT_RANGE)
		report_error_as(load->report, "out-of-range", node->place, "'%s' is too large",
				node->text);
	else
		report_error_as(load->report, "bad-value", node->place, "'%s' is not %s",
				node->text, what);
	return false;
}

bool read_number(struct load *load, const struct node *node, double *ret)
{
	const char *text;
	double value;
	int r;

	if (!read_text(load, node, &text))
		return false;
	r = text_read_number(text, strlen(text), &value);
	if (r)
		return refuse_value(load, node, r, "a number");
	*ret = value;
	return true;
}

bool read_integer(struct load *load, const struct node *node, int64_t least, int64_t most,
		  int64_t *ret)
{
	const char *text;
	int64_t value;
	int r;

	if (!read_text(load, node, &text))
		return false;
	r = text_read_integer(text, strlen(text), &value);
	if (r)
		return refuse_value(load, node, r, "a whole number");
	if (value < least || value > most) {
		report_error_as(load->report, "out-of-range", node->place,
				"'%s' is out of range; it must be from %lld to %lld", text,
				(long long)least, (long long)most);
		return false;
	}
	*ret = value;
	return true;
}

bool read_duration(struct load *load, const struct node *node, int64_t least_ms, int64_t most_ms,
		   int64_t *ret_ms)
{
	CLEANUP_TEXT struct text range = { 0 };
	const char *text;
	int64_t value;
	int r;

	if (!read_text(load, node, &text))
		return false;
	r = text_read_duration(text, strlen(text), &value);
	if (r)
		return refuse_value(load, node, r,
				    "a duration; write a number and ms, s, m, h or d: 90s, 10m");
	if (value < least_ms || value > most_ms) {
		text_add_duration(&range, least_ms);
		text_add(&range, " to ");
		text_add_duration(&range, most_ms);
		report_error_as(load->report, "out-of-range", node->place,
				"'%s' is out of range; it must be from %s", text, text_get(&range));
		return false;
	}
	*ret_ms = value;
	return true;
}

bool read_quantity(struct load *load, const struct node *node, double *ret)
{
	const char *text;
	double value;
	size_t size;
	bool percent;
	int r;

	if (!read_text(load, node, &text))
		return false;
	size = strlen(text);
	percent = text[size - 1] == '%';
	r = text_read_number(text, size - percent, &value);
	if (r)
		return refuse_value(load, node, r, "a number or a percentage");
	*ret = percent ? value / 100 : value;
	return true;
}

bool read_choice(struct load *load, const struct node *node, const char *const *words, size_t n,
		 uint32_t *ret)
{
	CLEANUP_TEXT struct text list = { 0 };
	struct hint hint;
	const char *text;

	if (!read_text(load, node, &text))
		return false;

	hint_begin(&hint, load, text);
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret = i;
			return true;
		}
		text_add(&list, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
		hint_consider(&hint, words[i]);
	}
	report_error_as(load->report, "bad-value", node->place, "'%s' is not %s%s", text,
			text_get(&list), hint_end(&hint));
	return false;
}

bool read_window(struct load *load, const struct node *node, struct window *ret)
{
	static const char *const periods[] = { [WINDOW_TODAY] = "today",
					       [WINDOW_WEEK] = "week",
					       [WINDOW_MONTH] = "month",
					       [WINDOW_YEAR] = "year" };
	const char *text;
	int64_t ms;

	if (!read_text(load, node, &text))
		return false;

	*ret = (struct window){ .kind = WINDOW_MINUTES, .text = text };
	for (size_t i = 0; i < COUNT(periods); i++) {
		if (!periods[i] || strcmp(text, periods[i]) != 0)
			continue;
		ret->kind = (enum window_kind)i;
		return true;
	}
	if (text_read_duration(text, strlen(text), &ms) == 0 && ms >= 60000 && ms % 60000 == 0 &&
	    ms / 60000 <= INDICATOR_MINUTES_MAX) {
		ret->minutes = (uint32_t)(ms / 60000);
		return true;
	}
	report_error_as(
		load->report, "bad-value", node->place,
		"'%s' is not a window; write whole minutes or hours up to 24h, today, week, "
		"month or year",
		text);
	return false;
}

void read_title(struct load *load, const struct node *node, const char *fallback,
		const char **ret_vi, const char **ret_en)
{
	struct {
		const struct node *vi, *en;
	} nodes = { 0 };
	static const struct slot slots[] = {
		{ "vi", 0 },
		{ "en", sizeof(const struct node *) },
	};

	*ret_vi = *ret_en = fallback;
	if (!node)
		return;
	if (node->kind == NODE_TEXT) {
		if (read_text(load, node, ret_vi))
			*ret_en = *ret_vi;
		return;
	}
	(void)read_slots(load, node, slots, COUNT(slots), &nodes);
	if (nodes.vi && read_text(load, nodes.vi, ret_vi) && !nodes.en)
		*ret_en = *ret_vi;
	if (nodes.en && read_text(load, nodes.en, ret_en) && !nodes.vi)
		*ret_vi = *ret_en;
}
