/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "settings.h"

enum key_kind {
	KIND_TEXT,
	KIND_NAME,   /* an MQTT client id */
	KIND_TOPIC,  /* topic levels */
	KIND_PREFIX, /* of Redis keys */
	KIND_SENDER, /* a name on the wire: frame.h */
	KIND_WORD,   /* one of a few */
	KIND_FLAG,
	KIND_ZONE,
	KIND_COUNT, /* an int */
	KIND_DURATION,
	KIND_SIZE,
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t offset; /* in struct settings */
	const char *value;
	const char *least;
	const char *most;
};

static const struct key keys[] = {
#define KEY(name, kind, member, value, least, most, meaning)                                       \
	{ name, KIND_##kind, offsetof(struct settings, member), value, least, most },
#include "keys.tbl"
#undef KEY
};

const char *config_keys_text(void)
{
	return
#define KEY(name, kind, member, value, least, most, meaning) name "  \"" value "\"  " meaning "\n"
#include "keys.tbl"
#undef KEY
		;
}

#define NAME_SIZE_MAX 64

struct settings_load {
	struct load *load;
	struct place places[COUNT(keys)]; /* of values; no file: not given */
};

static int read_amount(enum key_kind kind, const char *text, int64_t *ret)
{
	size_t n = strlen(text);

	if (kind == KIND_DURATION)
		return text_read_duration(text, n, ret);
	if (kind == KIND_SIZE)
		return text_read_size(text, n, ret);
	return text_read_integer(text, n, ret);
}

static void set_amount(const struct key *key, void *member, int64_t amount)
{
	int count = (int)amount;

	if (key->kind == KIND_COUNT)
		memcpy(member, &count, sizeof(count));
	else
		memcpy(member, &amount, sizeof(amount));
}

/* What is wrong with text as the value of key, in words; NULL if nothing.  Sets member. */
static const char *set_amount_text(struct load *load, const struct key *key, void *member,
				   const char *text)
{
	static const char *const forms[] = {
		[KIND_COUNT] = "is not a whole number",
		[KIND_DURATION] =
			"is not a duration; write a number and ms, s, m, h or d: 90s, 10m",
		[KIND_SIZE] = "is not a size; write a number of bytes, or with K, M or G: 64K",
	};
	CLEANUP_TEXT struct text range = { 0 };
	int64_t least, most, amount;
	int r;

	r = read_amount(key->kind, key->least, &least);
	assert(r == 0);
	r = read_amount(key->kind, key->most, &most);
	assert(r == 0);

	r = read_amount(key->kind, text, &amount);
	if (r == TEXT_SYNTAX)
		return forms[key->kind];
	if (r == 0 && amount >= least && amount <= most) {
		set_amount(key, member, amount);
		return NULL;
	}
	text_add(&range, "is out of range; '%s' is from %s to %s", key->name, key->least,
		 key->most);
	return scratch_copy(load->trees, range.bytes, range.size);
}

static bool is_one_of(const char *word, const char *words)
{
	size_t n = strlen(word);

	for (const char *at = words; n > 0 && (at = strstr(at, word)); at += n)
		if ((at == words || at[-1] == '|') && (at[n] == '|' || at[n] == '\0'))
			return true;
	return false;
}

static bool is_made_of(const char *text, const char *more)
{
	for (; *text; text++)
		if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
		      (*text >= '0' && *text <= '9') || strchr(more, *text)))
			return false;
	return true;
}

static const char *check_sender(const char *text)
{
	size_t n = strlen(text);

	for (const char *at = text; *at; at++)
		if (!((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '-'))
			n = 0;
	if (n == 0 || n >= FRAME_SENDER_MAX || text[0] == '-')
		return "is not a sender; use a to z, 0 to 9 and '-', beginning with a letter or "
		       "digit, at most 32";
	return NULL;
}

static const char *set_flag(bool *member, const char *text)
{
	bool yes = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "no") != 0 && strcmp(text, "false") != 0)
		return "is neither yes nor no";
	*member = yes;
	return NULL;
}

/* The same for texts of all kinds. */
static const char *check_text(struct load *load, const struct key *key, const char *text)
{
	CLEANUP_TEXT struct text words = { 0 };
	size_t n = strlen(text);

	switch (key->kind) {
	case KIND_NAME:
		if (n == 0 || n > NAME_SIZE_MAX || !is_made_of(text, "-_."))
			return "is not a name; use letters, digits, '-', '_' and '.', at most 64";
		return NULL;
	case KIND_TOPIC:
		if (n == 0 || n > NAME_SIZE_MAX || !is_made_of(text, "-_./") || text[0] == '/' ||
		    text[n - 1] == '/' || strstr(text, "//"))
			return "is not a topic prefix; use words separated by '/'";
		return NULL;
	case KIND_PREFIX:
		if (n == 0 || n > NAME_SIZE_MAX || !is_made_of(text, "-_.:"))
			return "is not a key prefix; use letters, digits, '-', '_', '.' and ':'";
		return NULL;
	case KIND_SENDER:
		return check_sender(text);
	case KIND_WORD:
		if (is_one_of(text, key->least))
			return NULL;
		text_add(&words, "is not one of %s", key->least);
		return scratch_copy(load->trees, words.bytes, words.size);
	case KIND_TEXT:
	case KIND_FLAG:
	case KIND_ZONE:
	case KIND_COUNT:
	case KIND_DURATION:
	case KIND_SIZE:
		break;
	}
	return NULL;
}

static const char *set(struct load *load, const struct key *key, const char *text)
{
	void *member = (char *)&load->config->settings + key->offset;
	const char *wrong;
	int minutes;

	if (key->kind == KIND_COUNT || key->kind == KIND_DURATION || key->kind == KIND_SIZE)
		return set_amount_text(load, key, member, text);
	if (key->kind == KIND_FLAG)
		return set_flag(member, text);
	if (key->kind == KIND_ZONE) {
		if (civil_parse_offset(text, strlen(text), &minutes))
			return "is not an offset from UTC; write \"+07:00\"";
		memcpy(member, &minutes, sizeof(minutes));
		return NULL;
	}
	wrong = check_text(load, key, text);
	if (!wrong)
		memcpy(member, &text, sizeof(text));
	return wrong;
}

static void set_defaults(struct load *load)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		const char *wrong = set(load, &keys[i], keys[i].value);

		assert(!wrong);
	}
}

static void refuse_key(struct load *load, const char *name, struct place place)
{
	struct hint hint;

	hint_begin(&hint, load, name);
	for (size_t i = 0; i < COUNT(keys); i++)
		hint_consider(&hint, keys[i].name);
	report_error_as(load->report, "unknown-key", place, "unknown key '%s'%s", name,
			hint_end(&hint));
}

/* Sets the key of that name; text is lent for the life of the configuration. */
static void set_named(struct settings_load *settings, const char *name, const char *text,
		      struct place key_place, struct place place)
{
	const char *wrong;
	size_t i = 0;

	while (i < COUNT(keys) && strcmp(keys[i].name, name) != 0)
		i++;
	if (i == COUNT(keys)) {
		refuse_key(settings->load, name, key_place);
		return;
	}
	settings->places[i] = place;
	wrong = set(settings->load, &keys[i], text);
	if (wrong)
		report_error_as(settings->load->report, "bad-value", place, "'%s' %s", text, wrong);
}

static bool is_section(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strncmp(keys[i].name, name, n) == 0 && keys[i].name[n] == '.')
			return true;
	return false;
}

static void refuse_section(struct load *load, const struct node *section)
{
	struct hint hint;

	hint_begin(&hint, load, section->key);
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t n = strcspn(keys[i].name, ".");

		hint_consider(&hint, keys[i].name[n] ? scratch_copy(load->trees, keys[i].name, n)
						     : keys[i].name);
	}
	report_error_as(load->report, "unknown-key", section->key_place, "unknown key '%s'%s",
			section->key, hint_end(&hint));
}

static void read_section(struct settings_load *settings, const struct node *section)
{
	for (const struct node *entry = section->first; entry; entry = entry->next) {
		CLEANUP_TEXT struct text name = { 0 };

		text_add(&name, "%s.%s", section->key, entry->key);
		if (read_kind(settings->load, entry, NODE_TEXT))
			set_named(settings, text_get(&name), entry->text, entry->key_place,
				  entry->place);
	}
}

static void read_file(struct settings_load *settings, const struct node *root)
{
	if (!read_kind(settings->load, root, NODE_MAP))
		return;

	for (const struct node *entry = root->first; entry; entry = entry->next) {
		if (is_section(entry->key)) {
			/* A section whose keys are all commented out has no value. */
			if (entry->kind == NODE_TEXT && !entry->text[0])
				continue;
			if (read_kind(settings->load, entry, NODE_MAP))
				read_section(settings, entry);
		} else if (entry->kind == NODE_TEXT) {
			set_named(settings, entry->key, entry->text, entry->key_place,
				  entry->place);
		} else {
			refuse_section(settings->load, entry);
		}
	}
}

/* Reads the lines "key=value" of the command line. */
static void read_overrides(struct settings_load *settings, const struct source *source)
{
	struct scratch *memory = settings->load->config->memory;

	for (uint32_t line = 1; line <= source->n_lines; line++) {
		size_t size;
		const char *bytes = source_line(source, line, &size);
		const char *equals = memchr(bytes, '=', size);
		struct place place = { .file = source->name, .line = line, .column = 1 };
		struct place value = place;
		size_t n;

		if (!equals) {
			report_error(settings->load->report, place,
				     "not a setting; write key=value");
			continue;
		}
		n = (size_t)(equals - bytes);
		value.column = (uint32_t)n + 2;
		set_named(settings, scratch_copy(settings->load->trees, bytes, n),
			  scratch_copy(memory, equals + 1, size - n - 1), place, value);
	}
}

struct place settings_place(const struct settings_load *settings, const char *name)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return settings->places[i];
	return (struct place){ .file = NULL };
}

void load_settings(struct load *load)
{
	const struct sources *sources = load->config->sources;
	struct settings_load settings = { .load = load };
	uint32_t errors = report_errors(load->report);

	set_defaults(load);
	for (uint32_t i = 0; i < sources->n; i++) {
		const struct source *source = sources->list[i];

		if (source->part == PART_SETTINGS && load->roots[i])
			read_file(&settings, load->roots[i]);
		if (source->part == PART_OVERRIDES && source->size > 0)
			read_overrides(&settings, source);
	}
	load->settings = (struct setting_places){
		.site = settings_place(&settings, "site"),
		.host = settings_place(&settings, "forward.host"),
		.events = settings_place(&settings, "forward.events"),
		.rollups = settings_place(&settings, "forward.rollups"),
	};
	if (report_errors(load->report) == errors)
		settings_check(&settings, load);
}
