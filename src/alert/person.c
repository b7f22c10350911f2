/* SPDX-License-Identifier: Apache-2.0 */
#include "person.h"

#include <stdio.h>
#include <string.h>

#include "entry.h"

/* Bytes at `at` of a character that hides, or changes the order of what is read; 0: it is none. */
static size_t hidden_size(const char *at)
{
	/* clang-format off */
	static const struct { unsigned char lead, second, from, to; } hidden[] = {
		{ 0xe2, 0x80, 0x8b, 0x8f }, { 0xe2, 0x80, 0xa8, 0xae }, { 0xe2, 0x81, 0xa0, 0xaf },
		{ 0xef, 0xbb, 0xbf, 0xbf },
	};
	/* clang-format on */
	const unsigned char *byte = (const unsigned char *)at;

	if (byte[0] < ' ' || byte[0] == 0x7f)
		return 1;
	if (byte[0] == 0xc2 && byte[1] < 0xa0)
		return 2;
	for (size_t i = 0; i < COUNT(hidden); i++)
		if (byte[0] == hidden[i].lead && byte[1] == hidden[i].second &&
		    byte[2] >= hidden[i].from && byte[2] <= hidden[i].to)
			return 3;
	return 0;
}

void person_clean(char *to, size_t capacity, const char *text)
{
	const struct slice slice = { .bytes = text, .size = strlen(text) };

	entry_copy_text(to, capacity, &slice);
	while (*to) {
		size_t n = hidden_size(to);

		memset(to, ' ', n);
		to += n > 0 ? n : 1;
	}
}

void person_at(char *to, size_t capacity, const char *person, const char *place)
{
	size_t behind = strlen(place) + 1; /* and "@" */
	const struct slice slice = { .bytes = person, .size = strlen(person) };

	memset(to, 0, capacity);
	if (behind + 1 >= capacity)
		behind = 0;
	entry_copy_text(to, capacity - behind, &slice);
	if (behind > 0)
		(void)snprintf(to + strlen(to), behind + 1, "@%s", place);
}

/* Whether place is the id of a unit at or below site. */
static bool is_below(const struct units *units, uint32_t site, const char *place)
{
	uint32_t unit = units_find(units, place, strlen(place));

	while (unit != UNIT_NONE && unit != site)
		unit = units_parent(units, unit);
	return unit != UNIT_NONE;
}

void person_read(struct word_person *ret, const struct units *units, uint32_t site,
		 const char *name)
{
	const char *at = strrchr(name, '@');
	char person[ALERT_NAME_MAX];

	*ret = (struct word_person){ .side = SIDE_NONE };
	if (!*name)
		return;

	ret->side = !at || is_below(units, site, at + 1) ? SIDE_SITE : SIDE_ABOVE;
	person_clean(person, sizeof(person), name);
	if (at)
		memcpy(ret->name, person, sizeof(ret->name));
	else
		person_at(ret->name, sizeof(ret->name), person, units_at(units, site)->id);
}

bool person_is(const struct word_person *person, const char *name)
{
	size_t size = strlen(name);

	if (strcmp(person->name, name) == 0)
		return true;
	return person->side == SIDE_ABOVE && size > 0 && strncmp(person->name, name, size) == 0 &&
	       person->name[size] == '@';
}
