/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files say of themselves.  A header that holds is believed before a name; a name before
 * nothing.  A header in which a single bit is wrong tells which one: with that bit turned back, its
 * checksum agrees.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "survey.h"

#define MARK_TRIES 3 /* iocd may be writing it just now */

struct text survey_path(const char *directory, const char *name)
{
	struct text path = { .size = 0 };

	text_add(&path, "%s/%s", directory, name);
	return path;
}

void survey_name(char name[JOURNAL_NAME_MAX], uint64_t first)
{
	(void)snprintf(name, JOURNAL_NAME_MAX, "%016" PRIx64 ".seg", first);
}

static bool parse_name(const char *name, uint64_t *ret_first)
{
	char again[JOURNAL_NAME_MAX];

	if (sscanf(name, "%16" SCNx64, ret_first) != 1)
		return false;
	survey_name(again, *ret_first);
	return strcmp(name, again) == 0;
}

int survey_open_write(const struct journal_survey *survey, size_t index, int *ret)
{
	CLEANUP_TEXT
	struct text path = survey_path(survey->directory, survey->files[index].name);

	return err_pass(disk_open(ret, text_get(&path)));
}

int survey_open(const struct journal_survey *survey, size_t index, int *ret)
{
	CLEANUP_TEXT
	struct text path = survey_path(survey->directory, survey->files[index].name);

	return err_pass(disk_open_read(ret, text_get(&path)));
}

static bool is_known(const struct place *place)
{
	return place->head == HEAD_GOOD || place->head == HEAD_GUESSED;
}

static void guess_header(struct place *place, char *page)
{
	for (size_t bit = 0; place->head == HEAD_BAD && bit < 8 * SEGMENT_MARK; bit++) {
		page[bit / 8] ^= (char)(1 << bit % 8);
		if (segment_header_read(&place->header, page) == 0)
			place->head = HEAD_GUESSED;
		page[bit / 8] ^= (char)(1 << bit % 8);
	}
}

/* What the file is too short for counts as zero. */
static int read_head(struct place *place, int file, uint64_t bytes)
{
	char head[SEGMENT_START] = { 0 };
	int r;

	r = disk_read(file, head, bytes < sizeof(head) ? (size_t)bytes : sizeof(head), 0);
	if (r != 0)
		return r < 0 ? err_pass(r) : err_raise(-EIO);

	r = segment_header_read(&place->header, head);
	place->head = r == 0 ? HEAD_GOOD : r == SEGMENT_BLANK ? HEAD_BLANK : HEAD_BAD;
	guess_header(place, head);
	memcpy(place->mark_bytes, head + SEGMENT_MARK, sizeof(place->mark_bytes));
	return 0;
}

static int inspect(const struct journal_survey *survey, size_t index)
{
	struct journal_file *file = &survey->files[index];
	int number, r;

	r = survey_open(survey, index, &number);
	if (r < 0)
		return err_pass(r);

	r = disk_size(number, &file->bytes);
	if (r == 0)
		r = read_head(&survey->places[index], number, file->bytes);
	disk_close(number);
	return err_pass(r);
}

static void drop_file(struct journal_survey *survey, size_t index)
{
	size_t n = survey->n_files - index - 1;

	memmove(&survey->files[index], &survey->files[index + 1], n * sizeof(*survey->files));
	memmove(&survey->places[index], &survey->places[index + 1], n * sizeof(*survey->places));
	survey->n_files--;
}

static int inspect_all(struct journal_survey *survey)
{
	size_t i = 0;
	int r;

	while (i < survey->n_files) {
		r = inspect(survey, i);
		if (r == -ENOENT) /* iocd has just removed it */
			drop_file(survey, i);
		else if (r < 0)
			return err_pass(r);
		else
			i++;
	}
	return 0;
}

static void on_name(void *context, const char *name)
{
	struct journal_survey *survey = context;
	size_t n = survey->n_files + 1;
	struct place place = { .mark = NO_MARK };
	struct journal_file file = { .harm = JOURNAL_GOOD };

	if (strlen(name) >= sizeof(file.name))
		return; /* opening will say it */
	memcpy(file.name, name, strlen(name));
	place.is_named = parse_name(name, &place.name_first);
	survey->files = xrealloc(survey->files, n, sizeof(*survey->files));
	survey->places = xrealloc(survey->places, n, sizeof(*survey->places));
	survey->files[n - 1] = file;
	survey->places[n - 1] = place;
	survey->n_files = n;
}

static size_t votes(const struct journal_survey *survey, const uint8_t *id)
{
	size_t n = 0;

	for (size_t i = 0; i < survey->n_files; i++)
		n += is_known(&survey->places[i]) &&
		     memcmp(survey->places[i].header.id, id, SEGMENT_ID_BYTES) == 0;
	return n;
}

/* The journal is the one that most headers name; of two equals that of the older file. */
static int identify(struct journal_survey *survey)
{
	size_t most = 0;

	for (size_t i = 0; i < survey->n_files; i++) {
		const uint8_t *id = survey->places[i].header.id;

		if (!is_known(&survey->places[i]) || votes(survey, id) <= most)
			continue;
		most = votes(survey, id);
		memcpy(survey->id, id, sizeof(survey->id));
	}
	if (most == 0)
		return JOURNAL_UNKNOWN;

	survey->seed = segment_seed(survey->id);
	for (size_t i = 0; i < sizeof(survey->id); i++)
		(void)snprintf(survey->id_text + 2 * i, 3, "%02x", survey->id[i]);
	return 0;
}

static void add_whole(struct journal_survey *survey, size_t index, enum journal_harm harm)
{
	struct journal_finding finding = { .harm = harm, .is_mendable = true };

	memcpy(finding.name, survey->files[index].name, sizeof(finding.name));
	survey_add(survey, index, &finding);
}

static bool is_of_another(const struct journal_survey *survey, const struct place *place)
{
	return is_known(place) && memcmp(place->header.id, survey->id, sizeof(survey->id)) != 0;
}

static void drop_stray(struct journal_survey *survey, size_t index)
{
	add_whole(survey, index, JOURNAL_STRAY);
	drop_file(survey, index);
}

/* Finds where each file begins; those that cannot be of this journal go. */
static void place_files(struct journal_survey *survey)
{
	size_t i = 0;

	while (i < survey->n_files) {
		const struct place *place = &survey->places[i];

		if (is_of_another(survey, place) || (!is_known(place) && !place->is_named)) {
			drop_stray(survey, i);
			continue;
		}
		survey->files[i].first = is_known(place) ? place->header.first : place->name_first;
		i++;
	}
}

static bool is_misnamed(const struct journal_survey *survey, size_t index)
{
	const struct place *place = &survey->places[index];

	return !place->is_named || place->name_first != survey->files[index].first;
}

static bool comes_before(const struct journal_survey *survey, size_t a, size_t b)
{
	uint64_t first = survey->files[a].first;
	uint64_t other = survey->files[b].first;

	return first < other ||
	       (first == other && !is_misnamed(survey, a) && is_misnamed(survey, b));
}

static void swap_files(struct journal_survey *survey, size_t a, size_t b)
{
	struct journal_file file = survey->files[a];
	struct place place = survey->places[a];

	survey->files[a] = survey->files[b];
	survey->places[a] = survey->places[b];
	survey->files[b] = file;
	survey->places[b] = place;
}

/* Names came in order: only those that are wrong have to move. */
static void sort_files(struct journal_survey *survey)
{
	for (size_t i = 1; i < survey->n_files; i++)
		for (size_t j = i; j > 0 && comes_before(survey, j, j - 1); j--)
			swap_files(survey, j, j - 1);
}

static void check_names(struct journal_survey *survey)
{
	size_t i = 0;

	while (i < survey->n_files) {
		if (i > 0 && survey->files[i].first == survey->files[i - 1].first) {
			drop_stray(survey, i);
			continue;
		}
		if (is_misnamed(survey, i))
			add_whole(survey, i, JOURNAL_NAME);
		i++;
	}
}

static int read_mark(struct journal_survey *survey, size_t index)
{
	struct place *place = &survey->places[index];
	struct place again;
	int r = segment_mark_read(&place->mark, survey->seed, place->mark_bytes);

	for (int i = 1; r == SEGMENT_BAD && i < MARK_TRIES; i++) {
		int number;

		again = *place;
		r = survey_open(survey, index, &number);
		if (r < 0)
			return r == -ENOENT ? 0 : err_pass(r);
		r = read_head(&again, number, survey->files[index].bytes);
		disk_close(number);
		if (r < 0)
			return err_pass(r);
		r = segment_mark_read(&place->mark, survey->seed, again.mark_bytes);
	}

	if (r != 0)
		place->mark = r == SEGMENT_BLANK ? NO_MARK : BAD_MARK;
	survey->files[index].has_mark = r == 0;
	survey->files[index].mark = r == 0 ? place->mark : 0;
	return 0;
}

/* The newest mark tells up to where everything was synced once. */
static int read_marks(struct journal_survey *survey)
{
	size_t base = 0;
	int r;

	for (size_t i = 0; i < survey->n_files; i++) {
		r = read_mark(survey, i);
		if (r < 0)
			return err_pass(r);
		if (survey->places[i].mark != NO_MARK)
			base = i;
	}
	survey->marked = survey->places[base].mark;
	if (survey->marked == NO_MARK)
		survey->marked = survey->files[base].first;

	survey->n_begun = base + 1;
	while (survey->n_begun < survey->n_files &&
	       survey->places[survey->n_begun].head != HEAD_BLANK)
		survey->n_begun++;
	return 0;
}

/* Where what a header says of the file before cannot be, the header is as bad as unreadable. */
static void check_links(struct journal_survey *survey)
{
	for (size_t i = 1; i < survey->n_begun; i++) {
		struct place *place = &survey->places[i];
		uint64_t before = survey->files[i - 1].first;

		if (!is_known(place) || place->header.previous == before)
			continue;
		if (place->header.previous > before &&
		    place->header.previous < survey->files[i].first)
			survey->places[i - 1].gap = place->header.previous;
		else
			place->head = HEAD_BAD;
	}
}

static void find_stops(struct journal_survey *survey)
{
	for (size_t i = 0; i < survey->n_files; i++) {
		const struct journal_file *file = &survey->files[i];
		struct place *place = &survey->places[i];
		uint64_t next = UINT64_MAX;

		if (i + 1 < survey->n_files)
			next = place->gap > 0 ? place->gap : file[1].first;
		place->stop = file->first;
		if (file->bytes > SEGMENT_START)
			place->stop += file->bytes - SEGMENT_START;
		if (place->stop > next)
			place->stop = next;
	}
}

static void judge_heads(struct journal_survey *survey)
{
	for (size_t i = 0; i < survey->n_begun; i++) {
		if (survey->places[i].head != HEAD_GOOD)
			add_whole(survey, i, JOURNAL_HEADER);
		if (survey->places[i].mark == BAD_MARK) {
			add_whole(survey, i, JOURNAL_MARK);
			survey->findings[survey->n_findings - 1].offset = SEGMENT_MARK;
		}
	}
}

int survey_read_heads(struct journal_survey *survey)
{
	int r;

	r = disk_list(survey->directory, ".seg", on_name, survey);
	if (r == 0)
		r = inspect_all(survey);
	if (r < 0)
		return err_pass(r);
	if (survey->n_files == 0)
		return JOURNAL_NONE;

	r = identify(survey);
	if (r != 0)
		return r;
	place_files(survey);
	sort_files(survey);
	check_names(survey);
	r = read_marks(survey);
	if (r < 0)
		return err_pass(r);

	check_links(survey);
	find_stops(survey);
	judge_heads(survey);
	return 0;
}
