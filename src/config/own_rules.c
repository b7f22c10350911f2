/* SPDX-License-Identifier: Apache-2.0 */
#include "own_rules.h"

#include <string.h>

#include "iocd/base/err.h"

#define SECOND 1000LL
#define MINUTE (60 * SECOND)

static const struct naming own_naming = {
	.what = "rule", .more = "_-", .max_size = 64, .max_n = RULES_MAX + N_OWN_PARTS
};

static const char *const words[N_OWN_PARTS] = {
#define X(name, word) [OWN_##name] = (word),
	OWN_PARTS(X)
#undef X
};

/* clang-format off */
/* How the rule on a part is where nobody says otherwise.  What holds it back has to be well inside
 * of the time in which people must know of it. */
static const struct {
	const char *id;
	const char *vi, *en;
	int64_t hold_ms, fade_ms;
	enum severity severity; /* at most */
	bool is_of_unit;        /* of each, not of iocd itself */
	int64_t repeat_ms;
} parts[N_OWN_PARTS] = {
	[OWN_BROKER] = {
		.id = "iocd-broker",
		.vi = "iocd không nhận được tin từ máy chủ MQTT",
		.en = "iocd receives nothing from the MQTT broker",
		.hold_ms = 2 * SECOND, .fade_ms = 10 * SECOND, .severity = SEVERITY_CRITICAL,
	},
	[OWN_REDIS] = {
		.id = "iocd-redis",
		.vi = "Số liệu trong Redis không được cập nhật",
		.en = "Figures in Redis are out of date",
		.hold_ms = 2 * SECOND, .fade_ms = 10 * SECOND, .severity = SEVERITY_CRITICAL,
	},
	[OWN_DISK] = {
		.id = "iocd-disk",
		.vi = "iocd không ghi được tin nhận về xuống đĩa",
		.en = "iocd cannot put what it receives on the disk",
		.fade_ms = 10 * SECOND, .severity = SEVERITY_CRITICAL,
	},
	[OWN_HISTORY] = {
		.id = "iocd-history",
		.vi = "iocd không lưu được số liệu lịch sử",
		.en = "iocd cannot keep figures of the past",
		.hold_ms = 30 * SECOND, .fade_ms = MINUTE, .severity = SEVERITY_WARNING,
	},
	[OWN_CONFIG] = {
		.id = "iocd-config",
		.vi = "Cấu hình mới bị từ chối, iocd chạy cấu hình cũ",
		.en = "A configuration was refused; the old one runs",
		.severity = SEVERITY_WARNING,
	},
	[OWN_CLOCK] = {
		.id = "iocd-clock",
		.vi = "Đồng hồ của đơn vị sai giờ",
		.en = "The clock of a unit is off",
		.hold_ms = 5 * SECOND, .fade_ms = MINUTE,
		.is_of_unit = true, .severity = SEVERITY_CRITICAL,
	},
	[OWN_SOURCE] = {
		.id = "iocd-source",
		.vi = "Đơn vị gửi tin không hợp lệ",
		.en = "A unit sends what has to be refused",
		.hold_ms = SECOND, .fade_ms = 5 * MINUTE,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_RATE] = {
		.id = "iocd-rate",
		.vi = "Đơn vị gửi tin quá nhanh",
		.en = "A unit sends more than it may",
		.hold_ms = SECOND, .fade_ms = MINUTE,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_GAP] = {
		.id = "iocd-gap",
		.vi = "Thiếu tin đã đánh số của đơn vị",
		.en = "Numbered events of a unit are missing",
		.hold_ms = 5 * SECOND, .fade_ms = MINUTE,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_DROPPED] = {
		.id = "iocd-dropped",
		.vi = "Máy chủ MQTT đã bỏ mất tin",
		.en = "The MQTT broker has dropped messages",
		.fade_ms = 10 * MINUTE, .severity = SEVERITY_CRITICAL,
	},
	[OWN_CANARY] = {
		.id = "iocd-canary",
		.vi = "Đường truyền cảnh báo chậm",
		.en = "The path of alerts is slow",
		.hold_ms = 2 * SECOND, .fade_ms = MINUTE, .severity = SEVERITY_CRITICAL,
	},
	[OWN_DELIVERY] = {
		.id = "iocd-delivery",
		.vi = "Không gửi được cảnh báo đến nơi nhận",
		.en = "A receiver cannot be reached",
		.hold_ms = 30 * SECOND, .fade_ms = MINUTE, .severity = SEVERITY_CRITICAL,
	},
	[OWN_CERTIFICATE] = {
		.id = "iocd-certificate",
		.vi = "Chứng thư số của iocd sắp hết hạn",
		.en = "The certificate of iocd expires soon",
		.severity = SEVERITY_CRITICAL,
	},
	[OWN_UPLINK] = {
		.id = "iocd-uplink",
		.vi = "Dữ liệu chuyển lên cấp trên chưa đến nơi",
		.en = "What is forwarded does not arrive above",
		.hold_ms = 5 * SECOND, .fade_ms = 10 * SECOND, .severity = SEVERITY_CRITICAL,
	},
	[OWN_OUTBOX] = {
		.id = "iocd-outbox",
		.vi = "Dữ liệu chờ chuyển lên cấp trên bị bỏ hoặc không lưu được",
		.en = "What is to be forwarded was given up or cannot be kept",
		.fade_ms = 10 * SECOND, .severity = SEVERITY_CRITICAL,
	},
	[OWN_SITE_LOST] = {
		.id = "iocd-site-lost",
		.vi = "Mất liên lạc với iocd của đơn vị",
		.en = "The iocd of a unit is lost",
		.fade_ms = 10 * SECOND,
		.is_of_unit = true, .severity = SEVERITY_CRITICAL,
	},
	[OWN_SITE_LAGGING] = {
		.id = "iocd-site-lagging",
		.vi = "Dữ liệu đơn vị chuyển lên bị chậm",
		.en = "What a unit forwards is late",
		.fade_ms = MINUTE,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_SITE_OLD] = {
		.id = "iocd-site-old",
		.vi = "iocd của đơn vị có phiên bản cũ hoặc cấu hình khác",
		.en = "The iocd of a unit is out of date",
		.hold_ms = 5 * SECOND, .fade_ms = 10 * SECOND,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_SITE_GAP] = {
		.id = "iocd-site-gap",
		.vi = "Thiếu dữ liệu đơn vị chuyển lên",
		.en = "Some of what a unit forwards is missing",
		.hold_ms = 5 * SECOND, .fade_ms = 10 * SECOND,
		.is_of_unit = true, .severity = SEVERITY_WARNING,
	},
	[OWN_GIVEN_UP] = {
		.id = "iocd-given-up",
		.vi = "Dữ liệu đơn vị chuyển lên đã mất hẳn",
		.en = "Some of what a unit forwards is lost for good",
		.fade_ms = 10 * SECOND,
		.is_of_unit = true, .severity = SEVERITY_CRITICAL,
	},
	[OWN_MIRRORED] = {
		.id = "iocd-mirrored",
		.vi = "Cảnh báo của iocd cấp dưới",
		.en = "An alert of an iocd below",
		.is_of_unit = true, .severity = SEVERITY_CRITICAL,
	},
	[OWN_WATCHDOG] = {
		.id = "iocd-watchdog",
		.vi = "iocd đang hoạt động",
		.en = "iocd is at work",
		.repeat_ms = MINUTE, .severity = SEVERITY_WARNING,
	},
};
/* clang-format on */

static uint32_t find_part(const char *word)
{
	uint32_t part = 0;

	while (part < N_OWN_PARTS && strcmp(words[part], word) != 0)
		part++;
	return part;
}

/* The part that a rule of which nothing has been read names; N_OWN_PARTS: none. */
static uint32_t claimed_by(const struct node *entry)
{
	const struct node *own = entry->kind == NODE_MAP ? node_find(entry, "own") : NULL;

	return own && own->kind == NODE_TEXT ? find_part(own->text) : N_OWN_PARTS;
}

static void declare(struct load *load, uint32_t part)
{
	struct node *entry = scratch_take(load->trees, sizeof(*entry));
	uint32_t number = map_find(load->rules.numbers, parts[part].id, strlen(parts[part].id));

	if (number != MAP_NONE) {
		report_error(load->report, load->rules.list[number]->key_place,
			     "'%s' is iocd's own rule on its %s; write 'own: %s' to change it, or "
			     "name this one differently",
			     parts[part].id, words[part], words[part]);
		return;
	}
	*entry = (struct node){ .kind = NODE_MAP, .text = "" };
	(void)names_add(load, &load->rules, entry, parts[part].id, &own_naming);
}

static bool mentions(const struct node *node, const char *word)
{
	if (node->kind == NODE_TEXT)
		return strcmp(node->text, word) == 0;
	for (const struct node *child = node->first; child; child = child->next)
		if (mentions(child, word))
			return true;
	return false;
}

/* What always stands is for receivers that ask for it; to everybody else it says nothing. */
static bool wants_watchdog(const struct load *load)
{
	const struct sources *sources = load->config->sources;

	for (uint32_t i = 0; i < sources->n; i++)
		if (sources->list[i]->part == PART_RECEIVERS && load->roots[i] &&
		    mentions(load->roots[i], parts[OWN_WATCHDOG].id))
			return true;
	return false;
}

void own_rules_declare(struct load *load)
{
	bool is_claimed[N_OWN_PARTS + 1] = { false };
	uint32_t n_written = load->rules.n;

	for (uint32_t i = 0; i < n_written; i++)
		is_claimed[claimed_by(load->rules.list[i])] = true;
	for (uint32_t part = 0; part < N_OWN_PARTS; part++)
		if (!is_claimed[part] && (part != OWN_WATCHDOG || wants_watchdog(load)))
			declare(load, part);
}

/* iocd itself stands for the first of all units. */
static const bool *first_unit(struct load *load)
{
	uint32_t n = units_count(load->config->units);
	bool *applies = scratch_take(load->config->memory, n + 1);

	memset(applies, 0, n + 1);
	applies[0] = n > 0;
	return applies;
}

static const bool *all_units(struct load *load)
{
	uint32_t n = units_count(load->config->units);
	bool *applies = scratch_take(load->config->memory, n + 1);

	memset(applies, 1, n + 1);
	return applies;
}

static void set_defaults(struct rule *rule, uint32_t part)
{
	rule->kind = RULE_OWN;
	rule->own = (enum own_part)part;
	rule->hold_ms = parts[part].hold_ms;
	rule->fade_ms = parts[part].fade_ms;
	rule->severity = parts[part].severity;
	rule->repeat_ms = parts[part].repeat_ms;
}

static void refuse_second(struct load *load, const struct node *node, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->number; i++) {
		const struct rule *other = &load->config->rules[i];

		/* One that could not be read has no severity. */
		if (other->kind == RULE_OWN && other->severity && other->own == rule->own)
			report_error(load->report, node->place,
				     "rule '%s' is on '%s' already, at %s:%u", other->id,
				     node->text, other->place.file, other->place.line);
	}
}

void own_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	static const char *const severities[] = { "warning", "critical" };
	const struct node *node = nodes->watched[WATCHED_OWN];
	uint32_t part, word;

	if (!read_choice(load, node, words, N_OWN_PARTS, &part))
		return;
	set_defaults(rule, part);
	refuse_second(load, node, rule);
	if (!nodes->title) {
		rule->title_vi = parts[part].vi;
		rule->title_en = parts[part].en;
	}
	if (nodes->severity &&
	    read_choice(load, nodes->severity, severities, COUNT(severities), &word))
		rule->severity = word ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	if (parts[part].is_of_unit)
		return;
	if (nodes->units)
		report_error_as(load->report, "key-without-meaning", nodes->units->key_place,
				"'units' is for rules on senders; '%s' is a part of iocd itself",
				node->text);
	rule->applies = first_unit(load);
}

void own_rules_make(struct load *load, uint32_t first)
{
	const bool *itself = first_unit(load);
	const bool *all = all_units(load);

	for (uint32_t i = first; i < load->rules.n; i++) {
		struct rule *rule = &load->config->rules[i];
		uint32_t part = 0;

		while (strcmp(parts[part].id, rule->id) != 0)
			part++;
		set_defaults(rule, part);
		rule->is_hidden = true;
		rule->title_vi = parts[part].vi;
		rule->title_en = parts[part].en;
		rule->applies = parts[part].is_of_unit ? all : itself;
		handling_set_defaults(rule);
	}
}
