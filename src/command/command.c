/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/command.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"

#define JSON_MAX   16384           /* bytes */
#define UNTIL_MAX  253402300799999 /* the last millisecond of the year 9999 */
#define REFUSED    1
#define KEY_CHARS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"
#define ID_FIRST   "abcdefghijklmnopqrstuvwxyz0123456789"
#define RULE_CHARS ID_FIRST "_-"
#define UNIT_CHARS ID_FIRST "._-"

/* What a verb may be given beside verb, key, by and note. */
enum {
	TAKES_RULE = 1,
	TAKES_UNIT = 2,
	TAKES_SUBJECT = 4,
	TAKES_BELOW = 8,
	TAKES_OWNER = 16,
	TAKES_UNTIL = 32,
	NEEDS_NOTE = 64,
	IS_ABOUT_ALERTS = 128, /* one of rule and unit will do */
	ALL_BITS = 255,
};
#define OF_ONE    (TAKES_RULE | TAKES_UNIT | TAKES_SUBJECT)
#define OF_ALERTS (OF_ONE | TAKES_BELOW | IS_ABOUT_ALERTS)
#define OF_UNIT   (TAKES_UNIT | TAKES_BELOW)

/* clang-format off */
static const unsigned forms[N_COMMAND_VERBS] = {
	[COMMAND_ACKNOWLEDGE]     = OF_ONE | TAKES_UNTIL,
	[COMMAND_UNACKNOWLEDGE]   = OF_ONE,
	[COMMAND_ASSIGN]          = OF_ONE | TAKES_OWNER,
	[COMMAND_COMMENT]         = OF_ONE | NEEDS_NOTE,
	[COMMAND_RESET]           = OF_ONE,
	[COMMAND_SHELVE]          = OF_ALERTS | TAKES_UNTIL | NEEDS_NOTE,
	[COMMAND_UNSHELVE]        = OF_ALERTS,
	[COMMAND_DISABLE]         = OF_ALERTS | NEEDS_NOTE,
	[COMMAND_ENABLE]          = OF_ALERTS,
	[COMMAND_MAINTAIN]        = OF_UNIT | TAKES_UNTIL | NEEDS_NOTE,
	[COMMAND_END_MAINTENANCE] = OF_UNIT,
};

static const char *const verb_names[] = {
#define X(name, text) [COMMAND_##name] = text,
	COMMAND_VERBS(X)
#undef X
};

static const char *const outcome_names[] = {
#define X(name, text) [OUTCOME_##name] = text,
	COMMAND_OUTCOMES(X)
#undef X
};
/* clang-format on */

const char *command_verb_name(enum command_verb verb)
{
	return verb_names[verb];
}

const char *command_outcome_name(enum command_outcome outcome)
{
	return outcome_names[outcome];
}

enum command_verb command_find_verb(const char *name, size_t n)
{
	for (unsigned i = 0; i < N_COMMAND_VERBS; i++)
		if (strlen(verb_names[i]) == n && memcmp(verb_names[i], name, n) == 0)
			return (enum command_verb)i;

	return N_COMMAND_VERBS;
}

/* ---- reading ---- */

struct reading {
	json_t *json; /* owned */
	char *why;    /* lent: 256 bytes */
};

static int PRINTF(2, 3) refuse(struct reading *reading, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reading->why, 256, format, args);
	va_end(args);
	return REFUSED;
}

/* Characters that hide, or change the order of what is read, are not printable either: a name has
 * to look like what it is.  bytes are UTF-8. */
static bool is_printable(const char *bytes, size_t n)
{
	/* clang-format off */
	static const struct { unsigned char lead, second, from, to; } bad[] = {
		{ 0xe2, 0x80, 0x8b, 0x8f }, { 0xe2, 0x80, 0xa8, 0xae }, { 0xe2, 0x81, 0xa0, 0xaf },
		{ 0xef, 0xbb, 0xbf, 0xbf },
	};
	/* clang-format on */
	const unsigned char *at = (const unsigned char *)bytes;

	for (size_t i = 0; i < n; i++) {
		if (at[i] < ' ' || at[i] == 0x7f)
			return false;
		if (i + 1 < n && at[i] == 0xc2 && at[i + 1] < 0xa0)
			return false;
		for (size_t k = 0; i + 2 < n && k < COUNT(bad); k++)
			if (at[i] == bad[k].lead && at[i + 1] == bad[k].second &&
			    at[i + 2] >= bad[k].from && at[i + 2] <= bad[k].to)
				return false;
	}
	return true;
}

/* Takes the member, which may be missing (""), into ret of max bytes. */
static int take(struct reading *reading, const char *name, char *ret, size_t max)
{
	const json_t *member = json_object_get(reading->json, name);
	const char *string = json_string_value(member);
	size_t size = json_string_length(member);

	memset(ret, 0, max);
	if (!member)
		return 0;

	if (!string)
		return refuse(reading, "'%s' must be a string", name);
	if (size >= max)
		return refuse(reading, "'%s' is too long: %zu bytes, at most %zu", name, size,
			      max - 1);
	memcpy(ret, string, size);
	return 0;
}

static int take_words(struct reading *reading, const char *name, char *ret, size_t max)
{
	size_t size;
	int r = take(reading, name, ret, max);

	if (r)
		return r;

	size = strlen(ret);
	if (!is_printable(ret, size))
		return refuse(reading, "'%s' has characters that cannot be printed", name);
	if (size > 0 && (ret[0] == ' ' || ret[size - 1] == ' '))
		return refuse(reading, "'%s' begins or ends with a blank", name);
	return 0;
}

static int take_id(struct reading *reading, const char *name, const char *chars, char *ret,
		   size_t max)
{
	int r = take(reading, name, ret, max);

	if (r || !*ret)
		return r;

	if (!strchr(ID_FIRST, *ret) || ret[strspn(ret, chars)])
		return refuse(reading, "'%s' is no id: '%.64s'", name, ret);
	return 0;
}

/* The book keeps subjects as senders write them, so whatever characters there are. */
static int take_subject(struct reading *reading, struct command *ret)
{
	ret->has_subject = json_object_get(reading->json, "subject") != NULL;
	return take(reading, "subject", ret->subject, sizeof(ret->subject));
}

static int take_below(struct reading *reading, struct command *ret)
{
	const json_t *member = json_object_get(reading->json, "below");

	if (!member)
		return 0;

	ret->is_below = json_is_true(member);
	return json_is_boolean(member) ? 0 : refuse(reading, "'below' must be true or false");
}

static int take_until(struct reading *reading, struct command *ret)
{
	const json_t *member = json_object_get(reading->json, "until");

	if (!member)
		return 0;

	if (json_is_integer(member))
		ret->until_ms = json_integer_value(member);
	else if (!json_is_string(member) ||
		 civil_parse(json_string_value(member), json_string_length(member), &ret->until_ms))
		return refuse(reading, "'until' must be a time as in RFC 3339 with its zone, or "
				       "milliseconds since 1970");
	if (ret->until_ms <= 0 || ret->until_ms > UNTIL_MAX)
		return refuse(reading, "'until' must lie behind 1970 and before the year 10000");
	return 0;
}

static int take_verb(struct reading *reading, struct command *ret)
{
	const json_t *member = json_object_get(reading->json, "verb");
	const char *name = json_string_value(member);

	if (!name)
		return refuse(reading, "'verb' is missing");

	ret->verb = command_find_verb(name, json_string_length(member));
	if (ret->verb == N_COMMAND_VERBS)
		return refuse(reading, "there is no verb '%.64s'", name);
	return 0;
}

static int take_key(struct reading *reading, const char *key, struct command *ret)
{
	int r = take(reading, "key", ret->key, sizeof(ret->key));

	if (r)
		return r;

	if (key && *ret->key && strcmp(ret->key, key) != 0)
		return refuse(reading, "two different keys are given");
	if (key && strlen(key) >= sizeof(ret->key))
		return refuse(reading, "the key is too long: at most %zu bytes",
			      sizeof(ret->key) - 1);
	if (key)
		memcpy(ret->key, key, strlen(key) + 1);
	if (!*ret->key)
		return refuse(reading, "'key' is missing");
	if (ret->key[strspn(ret->key, KEY_CHARS)])
		return refuse(reading, "a key is of letters, digits and - _ . : only");
	return 0;
}

/* ---- what goes together ---- */

static int check_about(struct reading *reading, const struct command *command, unsigned form)
{
	const char *verb = command_verb_name(command->verb);

	if (form & IS_ABOUT_ALERTS) {
		if (!*command->rule && !*command->unit)
			return refuse(reading,
				      "'%s' needs a rule or a unit: everything at once "
				      "is the unit at the top, with below",
				      verb);
	} else {
		if ((form & TAKES_RULE) && !*command->rule)
			return refuse(reading, "'%s' needs a rule", verb);
		if (!*command->unit)
			return refuse(reading, "'%s' needs a unit", verb);
	}
	if (command->has_subject && !*command->rule)
		return refuse(reading, "a subject needs its rule");
	if (command->is_below && !*command->unit)
		return refuse(reading, "below needs a unit");
	return 0;
}

static int check(struct reading *reading, const struct command *command, unsigned form)
{
	const char *verb = command_verb_name(command->verb);
	int r = check_about(reading, command, form);

	if (r)
		return r;

	if (!*command->by)
		return refuse(reading, "'by' is missing: who gives the command");
	if ((form & NEEDS_NOTE) && !*command->note)
		return refuse(reading, "'%s' needs a note that says why", verb);
	if ((form & TAKES_UNTIL) && command->verb != COMMAND_ACKNOWLEDGE && !command->until_ms)
		return refuse(reading, "'%s' needs 'until': it must end", verb);
	if ((form & TAKES_OWNER) && !json_object_get(reading->json, "owner"))
		return refuse(reading, "'%s' needs an owner, \"\" for nobody", verb);
	return 0;
}

static int check_members(struct reading *reading, enum command_verb verb)
{
	/* clang-format off */
	static const struct { const char *name; unsigned bit; } members[] = {
		{ "verb", ALL_BITS }, { "key", ALL_BITS }, { "by", ALL_BITS }, { "note", ALL_BITS },
		{ "rule", TAKES_RULE }, { "unit", TAKES_UNIT }, { "subject", TAKES_SUBJECT },
		{ "below", TAKES_BELOW }, { "owner", TAKES_OWNER }, { "until", TAKES_UNTIL },
	};
	/* clang-format on */
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach(reading->json, name, member)
	{
		for (i = 0; i < COUNT(members) && strcmp(members[i].name, name) != 0; i++)
			;
		if (i == COUNT(members))
			return refuse(reading, "there is no member '%.64s'", name);
		if (!(forms[verb] & members[i].bit))
			return refuse(reading, "'%s' takes no '%s'", command_verb_name(verb), name);
	}
	return 0;
}

static int take_members(struct reading *reading, struct command *ret, unsigned form)
{
	int r = take_words(reading, "by", ret->by, sizeof(ret->by));

	if (!r)
		r = take_words(reading, "note", ret->note, sizeof(ret->note));
	if (!r && (form & TAKES_RULE))
		r = take_id(reading, "rule", RULE_CHARS, ret->rule, sizeof(ret->rule));
	if (!r && (form & TAKES_UNIT))
		r = take_id(reading, "unit", UNIT_CHARS, ret->unit, sizeof(ret->unit));
	if (!r && (form & TAKES_SUBJECT))
		r = take_subject(reading, ret);
	if (!r && (form & TAKES_BELOW))
		r = take_below(reading, ret);
	if (!r && (form & TAKES_OWNER))
		r = take_words(reading, "owner", ret->owner, sizeof(ret->owner));
	if (!r && (form & TAKES_UNTIL))
		r = take_until(reading, ret);
	return r;
}

static int parse(struct reading *reading, const char *json, size_t size)
{
	json_error_t error;

	if (size > JSON_MAX)
		return refuse(reading, "too long: at most %d bytes", JSON_MAX);

	reading->json = json_loadb(json, size, JSON_REJECT_DUPLICATES, &error);
	if (!reading->json)
		return refuse(reading, "it is no JSON: %.160s", error.text);
	if (!json_is_object(reading->json))
		return refuse(reading, "it is no JSON object");
	return 0;
}

static int read_all(struct reading *reading, const char *key, struct command *ret)
{
	int r = take_verb(reading, ret);

	if (!r)
		r = take_key(reading, key, ret);
	if (!r)
		r = check_members(reading, ret->verb);
	if (!r)
		r = take_members(reading, ret, forms[ret->verb]);
	if (!r)
		r = check(reading, ret, forms[ret->verb]);
	return r;
}

int command_read_given(const char *json, size_t size, const char *key, struct command *ret,
		       char why[256])
{
	struct reading reading = { .why = why };
	int r;

	memset(ret, 0, sizeof(*ret));
	why[0] = '\0';
	r = parse(&reading, json, size);
	if (!r)
		r = read_all(&reading, key, ret);
	json_decref(reading.json);
	return r;
}

int command_read(const char *json, size_t size, struct command *ret, char why[256])
{
	return command_read_given(json, size, NULL, ret, why);
}

int command_read_by(const char *json, size_t size, char by[COMMAND_NAME_MAX], char why[256])
{
	struct reading reading = { .why = why };
	int r;

	memset(by, 0, COMMAND_NAME_MAX);
	why[0] = '\0';
	if (size == 0)
		return 0;

	r = parse(&reading, json, size);
	if (!r)
		r = take_words(&reading, "by", by, COMMAND_NAME_MAX);
	if (!r && json_object_size(reading.json) != (json_object_get(reading.json, "by") != NULL))
		r = refuse(&reading, "nothing but 'by' can be said");
	json_decref(reading.json);
	return r;
}

/* ---- writing ---- */

static void add(struct text *json, const char *name, const char *value)
{
	text_add(json, ",\"%s\":", name);
	text_add_json(json, value, strlen(value));
}

static void add_if(struct text *json, const char *name, const char *value)
{
	if (*value)
		add(json, name, value);
}

void command_write(struct text *json, const struct command *command)
{
	text_add(json, "{\"verb\":\"%s\"", command_verb_name(command->verb));
	add(json, "key", command->key);
	add(json, "by", command->by);
	add_if(json, "note", command->note);
	if (command->verb == COMMAND_ASSIGN)
		add(json, "owner", command->owner);
	add_if(json, "rule", command->rule);
	add_if(json, "unit", command->unit);
	if (command->has_subject)
		add(json, "subject", command->subject);
	if (command->is_below)
		text_add(json, ",\"below\":true");
	if (command->until_ms)
		text_add(json, ",\"until\":%" PRId64, command->until_ms);
	text_add(json, "}");
}
