/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings stand in a ring, by number; a hash table of slots finds the one that an event belongs
 * to.  The table follows from the ring and is not saved.  Where units became one, two findings can
 * be of the same thing: then the newer goes on.
 */
#include "iocd/findings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"

#define FORM          1
#define SLOTS         4096u /* a power of two, at least twice FINDINGS_MAX */
#define FINDING_BYTES (8 + 4 + 4 + 4 + 1 + 5 * 8)
#define TIME_MAX      INT64_C(253402300799999) /* the year 9999 */

struct findings {
	int offset_minutes;
	uint64_t last;
	struct finding ring[FINDINGS_MAX]; /* by number % FINDINGS_MAX; number 0: none */
	uint16_t slots[SLOTS];             /* 0: free, else a place of the ring, from 1 */
};

struct findings *findings_new(int offset_minutes)
{
	struct findings *findings = xcalloc(1, sizeof(*findings));

	findings->offset_minutes = offset_minutes;
	return findings;
}

struct findings *findings_free(struct findings *findings)
{
	free(findings);
	return NULL;
}

static int32_t day_of(const struct findings *findings, const struct finding *finding)
{
	return civil_day(finding->first_ms, findings->offset_minutes);
}

static uint32_t home_of(const struct findings *findings, const struct finding *finding)
{
	char bytes[sizeof(finding->rule) + sizeof(finding->subject) + 8];
	int32_t day = day_of(findings, finding);
	size_t n_rule = strlen(finding->rule) + 1;
	size_t n_subject = strlen(finding->subject);

	memcpy(bytes, finding->rule, n_rule);
	memcpy(bytes + n_rule, finding->subject, n_subject);
	memcpy(bytes + n_rule + n_subject, &finding->unit, sizeof(finding->unit));
	memcpy(bytes + n_rule + n_subject + 4, &day, sizeof(day));
	return (uint32_t)XXH3_64bits(bytes, n_rule + n_subject + 8) & (SLOTS - 1);
}

static bool is_same(const struct findings *findings, const struct finding *a,
		    const struct finding *b)
{
	return a->unit == b->unit && day_of(findings, a) == day_of(findings, b) &&
	       strcmp(a->rule, b->rule) == 0 && strcmp(a->subject, b->subject) == 0;
}

/* The slot of the finding that wanted belongs to, or the free one where it would stand. */
static uint16_t *find_slot(struct findings *findings, const struct finding *wanted)
{
	uint32_t i = home_of(findings, wanted);

	for (;; i = (i + 1) & (SLOTS - 1)) {
		uint16_t *slot = &findings->slots[i];

		if (*slot == 0 || is_same(findings, &findings->ring[*slot - 1], wanted))
			return slot;
	}
}

/* Frees slot, and moves up those behind it that would no longer be found. */
static void free_slot(struct findings *findings, const uint16_t *slot)
{
	uint32_t hole = (uint32_t)(slot - findings->slots);
	uint32_t i = hole;

	for (i = (i + 1) & (SLOTS - 1); findings->slots[i] != 0; i = (i + 1) & (SLOTS - 1)) {
		uint32_t home = home_of(findings, &findings->ring[findings->slots[i] - 1]);

		if (((i - home) & (SLOTS - 1)) < ((i - hole) & (SLOTS - 1)))
			continue;
		findings->slots[hole] = findings->slots[i];
		hole = i;
	}
	findings->slots[hole] = 0;
}

/* Makes room at place for a new finding. */
static void let_go(struct findings *findings, uint16_t place)
{
	const struct finding *finding = &findings->ring[place];
	uint16_t *slot;

	if (finding->number == 0)
		return;
	slot = find_slot(findings, finding);
	if (*slot == place + 1)
		free_slot(findings, slot);
}

/* Puts finding, of a number that nobody has, into the ring. */
static void put(struct findings *findings, const struct finding *finding)
{
	uint16_t place = (uint16_t)(finding->number % FINDINGS_MAX);

	let_go(findings, place);
	findings->ring[place] = *finding;
	*find_slot(findings, finding) = (uint16_t)(place + 1);
}

/* Copies what fits of text into to, whole characters of it. */
static void copy_subject(char to[ALERT_SUBJECT_MAX], const struct slice *text)
{
	size_t n = text->size;

	if (n >= ALERT_SUBJECT_MAX)
		for (n = ALERT_SUBJECT_MAX - 1; n > 0 && (text->bytes[n] & 0xc0) == 0x80; n--)
			;
	if (n > 0)
		memcpy(to, text->bytes, n);
	to[n] = 0;
}

static struct finding describe(const struct rule *rule, const struct verdict *verdict)
{
	const struct event *event = verdict->event;
	size_t n = strlen(rule->id);
	struct finding finding = {
		.unit = verdict->unit,
		.severity = rule->severity,
		.first_ms = event->time_ms,
		.last_ms = event->time_ms,
		.found_ms = event->arrival_ms,
		.events = 1,
		.position = event->position,
	};

	assert(n < sizeof(finding.rule));

	memcpy(finding.rule, rule->id, n);
	copy_subject(finding.subject, &verdict->subject);
	return finding;
}

void findings_note(struct findings *findings, const struct rule *rule,
		   const struct verdict *verdict)
{
	struct finding news = describe(rule, verdict);
	uint16_t slot = *find_slot(findings, &news);
	struct finding *known;

	if (slot == 0) {
		news.number = ++findings->last;
		put(findings, &news);
		return;
	}
	known = &findings->ring[slot - 1];
	known->events++;
	known->severity = news.severity;
	known->position = news.position;
	if (known->first_ms > news.first_ms)
		known->first_ms = news.first_ms;
	if (known->last_ms < news.last_ms)
		known->last_ms = news.last_ms;
}

uint64_t findings_last(const struct findings *findings)
{
	return findings->last;
}

const struct finding *findings_at(const struct findings *findings, uint64_t number)
{
	const struct finding *finding = &findings->ring[number % FINDINGS_MAX];

	return number > 0 && finding->number == number ? finding : NULL;
}

static uint64_t first_kept(const struct findings *findings)
{
	return findings->last > FINDINGS_MAX ? findings->last - FINDINGS_MAX + 1 : 1;
}

static void finding_save(const struct finding *finding, struct bytes_writer *writer)
{
	bytes_put_u64(writer, finding->number);
	bytes_put_text(writer, finding->rule);
	bytes_put_u32(writer, finding->unit);
	bytes_put_text(writer, finding->subject);
	bytes_put_u8(writer, (uint8_t)finding->severity);
	bytes_put_i64(writer, finding->first_ms);
	bytes_put_i64(writer, finding->last_ms);
	bytes_put_i64(writer, finding->found_ms);
	bytes_put_u64(writer, finding->events);
	bytes_put_u64(writer, finding->position);
}

void findings_save(const struct findings *findings, struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint64_t i = first_kept(findings); i <= findings->last; i++)
		n += findings_at(findings, i) != NULL;
	bytes_put_part(writer, "findings", FORM);
	bytes_put_u64(writer, findings->last);
	bytes_put_u32(writer, n);
	for (uint64_t i = first_kept(findings); i <= findings->last; i++)
		if (findings_at(findings, i))
			finding_save(findings_at(findings, i), writer);
}

static void get_text(struct bytes_reader *reader, char *to, size_t capacity)
{
	size_t n;
	const char *text = bytes_get_text(reader, &n);

	if (n >= capacity || memchr(text, 0, n)) {
		bytes_reject(reader, "a finding has a text that cannot be");
		return;
	}
	memcpy(to, text, n);
	to[n] = 0;
}

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms < 0 || time_ms > TIME_MAX)
		bytes_reject(reader, "a finding has a time that cannot be");
	return time_ms;
}

static void finding_read(struct finding *ret, struct bytes_reader *reader)
{
	*ret = (struct finding){ .number = bytes_get_u64(reader) };
	get_text(reader, ret->rule, sizeof(ret->rule));
	ret->unit = bytes_get_u32(reader);
	get_text(reader, ret->subject, sizeof(ret->subject));
	ret->severity = (enum severity)bytes_get_u8(reader);
	ret->first_ms = get_time(reader);
	ret->last_ms = get_time(reader);
	ret->found_ms = get_time(reader);
	ret->events = bytes_get_u64(reader);
	ret->position = bytes_get_u64(reader);
	if (ret->severity > SEVERITY_CRITICAL)
		bytes_reject(reader, "a finding has a severity that there is not");
}

void findings_load(struct findings *findings, struct bytes_reader *reader,
		   const struct renumber *units)
{
	uint64_t before = 0;
	uint32_t n;

	bytes_get_part(reader, "findings", FORM);
	findings->last = bytes_get_u64(reader);
	n = bytes_get_count(reader, FINDING_BYTES);
	for (uint32_t i = 0; i < n; i++) {
		struct finding finding;

		finding_read(&finding, reader);
		if (finding.number <= before || finding.number < first_kept(findings) ||
		    finding.number > findings->last)
			bytes_reject(reader, "a finding has a number that cannot be");
		if (reader->is_bad)
			return;
		before = finding.number;
		finding.unit = renumber(units, finding.unit);
		if (finding.unit != RENUMBER_GONE)
			put(findings, &finding);
	}
}
