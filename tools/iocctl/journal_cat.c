/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl journal cat: records, one JSON object a line. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "journal.h"
#include "journal_line.h"
#include "show.h"

#define FLUSH_BYTES (64u << 10)

struct wish {
	struct journal_bound from;
	struct journal_bound to;
	const char *topic; /* NULL: any */
	int64_t limit;     /* lines; -1: any number */
	int64_t n;         /* lines so far */
	bool has_met_damage;
};

static int complain(const struct call *call, const char *message, const char *what)
{
	fprintf(stderr, "iocctl: %s: '%s'\n", message, what);
	fputs(SAY(call, "Xem 'iocctl journal --help'.\n", "Try 'iocctl journal --help'.\n"),
	      stderr);
	return STATUS_USAGE;
}

static int read_bound(const struct call *call, enum filter option, struct journal_bound *ret)
{
	const char *given = call->given[option];

	if (given && journal_bound_read(ret, given))
		return complain(call,
				SAY(call, "phải là vị trí hoặc giờ RFC 3339",
				    "it is a position or a time as in RFC 3339"),
				given);
	return STATUS_GOOD;
}

static int read_wish(const struct call *call, struct wish *wish)
{
	const char *limit = call->given[OPTION_LIMIT];
	int status;

	*wish = (struct wish){ .topic = call->given[OPTION_TOPIC], .limit = -1 };
	status = read_bound(call, OPTION_FROM, &wish->from);
	if (status == STATUS_GOOD)
		status = read_bound(call, OPTION_TO, &wish->to);
	if (status != STATUS_GOOD)
		return status;
	if (wish->topic && !topic_filter_is_valid(wish->topic))
		return complain(call,
				SAY(call, "không phải bộ lọc chủ đề MQTT", "no MQTT topic filter"),
				wish->topic);
	if (limit && (text_read_integer(limit, strlen(limit), &wish->limit) || wish->limit < 0))
		return complain(call, SAY(call, "không phải số lượng", "no number"), limit);
	return STATUS_GOOD;
}

/* The file in which the first record that is wanted may stand. */
static uint64_t begin_at(const struct journal_survey *survey, const struct journal_bound *from)
{
	const struct journal_file *files;
	size_t n = journal_survey_files(survey, &files);
	size_t i = 0;

	while (from->is_position && i + 1 < n && files[i + 1].first <= from->position)
		i++;
	return files[i].first;
}

static bool is_wanted(const struct wish *wish, const struct record *record)
{
	if (journal_bound_is_behind(&wish->from, record))
		return false;
	return !wish->topic ||
	       (record->kind == RECORD_MESSAGE &&
		topic_filter_matches(wish->topic, record->topic, record->topic_size));
}

static bool is_past(const struct wish *wish, const struct record *record)
{
	if (wish->limit >= 0 && wish->n >= wish->limit)
		return true;
	return (wish->to.is_position || wish->to.is_time) &&
	       !journal_bound_is_behind(&wish->to, record);
}

static void add_damage(struct text *text, const struct journal_reader *reader)
{
	uint64_t from, to;

	journal_reader_damage(reader, &from, &to);
	text_add(text, "{\"position\":%" PRIu64 ",\"kind\":\"damaged\",\"bytes\":%" PRIu64 "}\n",
		 from, to - from);
}

/* Carries what the reader gave; says whether there is more to read. */
static bool carry(struct wish *wish, const struct journal_reader *reader, int r,
		  const struct record *record, const struct journal_place *place, struct text *text)
{
	if (r == JOURNAL_CORRUPT) {
		wish->has_met_damage = true;
		add_damage(text, reader);
		return true;
	}
	if (is_past(wish, record))
		return false;
	if (is_wanted(wish, record)) {
		journal_line(text, record, place->offset_minutes);
		text_add(text, "\n");
		wish->n++;
	}
	return true;
}

int journal_cat(const struct call *call, const struct journal_place *place)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	CLEANUP_TEXT struct text text = { 0 };
	struct record record;
	struct wish wish;
	int status, r;

	status = read_wish(call, &wish);
	if (status == STATUS_GOOD)
		status = journal_survey(call, place, &survey);
	if (status != STATUS_GOOD)
		return status;

	reader = journal_reader_new(survey, begin_at(survey, &wish.from));
	for (;;) {
		r = journal_reader_next(reader, &record);
		if (r < 0 || r == JOURNAL_END || !carry(&wish, reader, r, &record, place, &text))
			break;
		if (text.size >= FLUSH_BYTES)
			show_print(&text);
	}
	show_print(&text);
	if (r < 0)
		return journal_complain(call, place->directory, r);
	return wish.has_met_damage ? STATUS_FINDING : STATUS_GOOD;
}
