/* SPDX-License-Identifier: Apache-2.0 */
#include "receivers.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "rules.h"
#include "scope.h"

#define URL_MAX 1024

static const struct naming receiver_naming = {
	.what = "receiver", .more = "_-", .max_size = 64, .max_n = RECEIVERS_MAX
};

struct nodes {
	const struct node *title, *url, *secret_file, *language, *hears, *repeat;
};

static const struct slot slots[] = {
	{ "title", offsetof(struct nodes, title) },
	{ "url", offsetof(struct nodes, url) },
	{ "secret-file", offsetof(struct nodes, secret_file) },
	{ "language", offsetof(struct nodes, language) },
	{ "hears", offsetof(struct nodes, hears) },
	{ "repeat", offsetof(struct nodes, repeat) },
};

struct hears_nodes {
	const struct node *severity, *rules, *units;
};

static const struct slot hears_slots[] = {
	{ "severity", offsetof(struct hears_nodes, severity) },
	{ "rules", offsetof(struct hears_nodes, rules) },
	{ "units", offsetof(struct hears_nodes, units) },
};

void receivers_declare(struct load *load)
{
	names_collect(load, &load->receivers, PART_RECEIVERS, &receiver_naming);
	for (uint32_t i = 0; i < load->receivers.n; i++)
		if (strcmp(load->receivers.list[i]->key, "unit") == 0)
			report_error(load->report, load->receivers.list[i]->key_place,
				     "'unit' cannot name a receiver: it stands for a unit's own");
}

bool receivers_read_set(struct load *load, const struct node *list, uint32_t *ret)
{
	uint32_t set = 0;
	uint32_t number;
	const char *id;
	bool good = true;

	if (list->kind == NODE_MAP)
		return read_kind(load, list, NODE_LIST);
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item)) {
		number = RECEIVER_UNIT;
		good = read_text(load, item, &id) &&
		       (strcmp(id, "unit") == 0 ||
			names_find(load, &load->receivers, id, item->place, &number)) &&
		       good;
		set |= UINT32_C(1) << number;
	}
	if (good && !set) {
		report_error(load->report, list->place, "nobody is named");
		good = false;
	}
	if (good)
		*ret = set;
	return good;
}

static bool is_url(const char *text)
{
	static const char *const schemes[] = { "https://", "http://" };
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] == 0x7f || strchr("\"<>\\^`{|}", text[i]))
			return false;
	for (size_t i = 0; i < COUNT(schemes); i++) {
		size_t scheme = strlen(schemes[i]);

		if (strncmp(text, schemes[i], scheme) == 0)
			return n <= URL_MAX && n > scheme && !strchr("/?#:@", text[scheme]);
	}
	return false;
}

static void read_url(struct load *load, const struct node *entry, const struct node *node,
		     struct receiver *receiver)
{
	if (!read_present(load, entry, node, "url") || !read_text(load, node, &receiver->url))
		return;
	if (!is_url(receiver->url))
		report_error_as(load->report, "bad-value", node->place,
				"'%s' is no address; write it like https://host/path, at most %d "
				"bytes",
				receiver->url, URL_MAX);
}

static void read_hears_map(struct load *load, const struct node *map, struct receiver *receiver)
{
	static const char *const words[] = { "warning", "critical" };
	struct hears_nodes nodes = { 0 };
	uint32_t word;

	(void)read_slots(load, map, hears_slots, COUNT(hears_slots), &nodes);
	if (nodes.severity && read_choice(load, nodes.severity, words, COUNT(words), &word))
		receiver->least = word ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	if (nodes.rules)
		receiver->rules = rule_set_read(load, nodes.rules);
	if (nodes.units)
		receiver->units =
			scope_read(load, map, nodes.units, "the receiver hears of no unit");
}

/* The watchdog says every minute that iocd is at work: only who asks for it by name hears it. */
static const bool *all_but_watchdog(struct load *load)
{
	bool *set = scratch_take(load->config->memory, load->rules.n + 1);

	for (uint32_t i = 0; i < load->rules.n; i++) {
		const struct rule *rule = &load->config->rules[i];

		set[i] = rule->kind != RULE_OWN || rule->own != OWN_WATCHDOG;
	}
	return set;
}

static void read_hears(struct load *load, const struct node *node, struct receiver *receiver)
{
	static const char *const words[] = { "none", "all" };
	uint32_t word = 1;

	receiver->is_at_once = true;
	receiver->least = SEVERITY_WARNING;
	if (node && node->kind == NODE_MAP)
		read_hears_map(load, node, receiver);
	else if (node && read_choice(load, node, words, COUNT(words), &word))
		receiver->is_at_once = word == 1;
	if (!receiver->rules)
		receiver->rules = all_but_watchdog(load);
}

static void read_receiver(struct load *load, const struct node *entry, struct receiver *receiver)
{
	static const char *const languages[] = { "en", "vi" };
	struct nodes nodes = { 0 };
	uint32_t word = 1;

	*receiver = (struct receiver){
		.id = entry->key, .url = "", .secret_file = "", .place = entry->key_place
	};
	read_title(load, NULL, entry->key, &receiver->title_vi, &receiver->title_en);
	if (!read_slots(load, entry, slots, COUNT(slots), &nodes) && entry->kind != NODE_MAP)
		return;
	read_title(load, nodes.title, entry->key, &receiver->title_vi, &receiver->title_en);
	read_url(load, entry, nodes.url, receiver);
	if (nodes.secret_file)
		(void)read_text(load, nodes.secret_file, &receiver->secret_file);
	if (nodes.language)
		(void)read_choice(load, nodes.language, languages, COUNT(languages), &word);
	receiver->is_vietnamese = word == 1;
	read_hears(load, nodes.hears, receiver);
	if (nodes.repeat)
		(void)read_duration(load, nodes.repeat, 60000, PATIENCE_MAX_MS,
				    &receiver->repeat_ms);
}

/* A unit that has none of its own has that of the one above it. */
static void hand_out(struct load *load)
{
	struct config *config = load->config;
	uint32_t n = units_count(config->units);
	bool any = false;

	config->unit_receivers =
		scratch_take(config->memory, (n + 1) * sizeof(*config->unit_receivers));
	for (uint32_t i = 0; i < n; i++) {
		const struct unit_receiver *own = &config->own_receivers[i];
		uint32_t parent = units_parent(config->units, i);
		uint32_t number;

		config->unit_receivers[i] =
			parent == UNIT_NONE ? NULL : config->unit_receivers[parent];
		if (own->id && names_find(load, &load->receivers, own->id, own->place, &number))
			config->unit_receivers[i] = &config->receivers[number];
		any = any || config->unit_receivers[i];
	}
	if (!any)
		config->unit_receivers = NULL;
}

void receivers_read(struct load *load)
{
	struct config *config = load->config;

	config->n_receivers = load->receivers.n;
	config->receivers = xcalloc(config->n_receivers + 1, sizeof(*config->receivers));
	for (uint32_t i = 0; i < config->n_receivers; i++)
		read_receiver(load, load->receivers.list[i], &config->receivers[i]);
	hand_out(load);
}
