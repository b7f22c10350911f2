/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "mend.h"

static int move_away(struct repair *repair, const char *name)
{
	CLEANUP_TEXT struct text path = repair_path(repair, name);
	uint64_t bytes;
	int file, r;

	r = disk_open(&file, text_get(&path));
	if (r < 0)
		return err_pass(r);
	r = disk_size(file, &bytes);
	disk_close(file);
	if (r == 0)
		r = quarantine_move(&repair->quarantine, name, bytes);
	return err_pass(r);
}

int mend_strays(struct repair *repair)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < repair->survey->n_findings; i++)
		if (repair->survey->findings[i].harm == JOURNAL_STRAY)
			r = move_away(repair, repair->survey->findings[i].name);
	return err_pass(r);
}

/* The files behind the end of a journal that ended safely once: the newest first, so that there is
 * never a gap. */
int mend_behind(struct repair *repair)
{
	const struct journal_survey *survey = repair->survey;
	int r = 0;

	if (survey->files[survey->last].harm != JOURNAL_LOST)
		return 0;
	for (size_t i = survey->n_files; r == 0 && i > survey->last + 1; i--)
		r = move_away(repair, survey->files[i - 1].name);
	return err_pass(r);
}

static int rename_file(struct repair *repair, size_t index, const char *suffix)
{
	struct journal_file *known = &repair->survey->files[index];
	CLEANUP_TEXT struct text from = repair_path(repair, known->name);
	CLEANUP_TEXT struct text to = { .size = 0 };
	int r;

	(void)snprintf(known->name, sizeof(known->name), "%016" PRIx64 "%s", known->first, suffix);
	text_add(&to, "%s/%s", repair->survey->directory, known->name);
	r = disk_rename(text_get(&from), text_get(&to));
	if (r == 0)
		r = repair_sync_directory(repair);
	return err_pass(r);
}

static bool is_misnamed(const struct repair *repair, size_t index)
{
	char name[JOURNAL_NAME_MAX];

	survey_name(name, repair->survey->files[index].first);
	return strcmp(name, repair->survey->files[index].name) != 0;
}

/* In two steps, for two files may have changed their names. */
int mend_names(struct repair *repair)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < repair->n_kept; i++)
		if (is_misnamed(repair, i))
			r = rename_file(repair, i, ".moved.seg");
	for (size_t i = 0; r == 0 && i < repair->n_kept; i++)
		if (is_misnamed(repair, i))
			r = rename_file(repair, i, ".seg");
	return err_pass(r);
}

/* Of the last record before file index. */
static int64_t arrival_before(const struct journal_survey *survey, size_t index)
{
	while (index > 0)
		if (survey->files[--index].last_arrival_ms > 0)
			return survey->files[index].last_arrival_ms;
	return 0;
}

static int make_header(struct repair *repair, size_t index, int file)
{
	const struct journal_survey *survey = repair->survey;
	const struct place *place = &survey->places[index];
	uint64_t first = survey->files[index].first;
	int r;

	if (place->head == HEAD_GUESSED)
		r = repair_write_header(repair, file, first, place->header.previous,
					place->header.last_arrival_ms);
	else
		r = repair_write_header(repair, file, first,
					index > 0 ? survey->files[index - 1].first : first,
					arrival_before(survey, index));
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

static int mend_header(struct repair *repair, size_t index)
{
	char name[JOURNAL_NAME_MAX];
	int file, r;

	r = survey_open_write(repair->survey, index, &file);
	if (r < 0)
		return err_pass(r);
	(void)snprintf(name, sizeof(name), "%016" PRIx64 "-header",
		       repair->survey->files[index].first);
	r = quarantine_copy(&repair->quarantine, name, file, 0,
			    repair->survey->files[index].bytes < SEGMENT_START
				    ? repair->survey->files[index].bytes
				    : SEGMENT_START);
	if (r == 0 && !repair->is_dry)
		r = make_header(repair, index, file);
	disk_close(file);
	return err_pass(r);
}

int mend_headers(struct repair *repair)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < repair->n_kept && i < repair->survey->n_begun; i++)
		if (repair->survey->places[i].head != HEAD_GOOD)
			r = mend_header(repair, i);
	return err_pass(r);
}

static int write_mark(struct repair *repair, size_t index)
{
	const struct journal_survey *survey = repair->survey;
	char bytes[SEGMENT_MARK_BYTES];
	int file, r;

	r = survey_open_write(survey, index, &file);
	if (r < 0)
		return err_pass(r);
	segment_mark_write(survey->seed, survey->files[index].end, bytes);
	r = disk_sync(file);
	if (r == 0)
		r = disk_write(file, bytes, sizeof(bytes), SEGMENT_MARK);
	if (r == 0)
		r = disk_sync(file);
	disk_close(file);
	return err_pass(r);
}

int mend_marks(struct repair *repair)
{
	const struct journal_survey *survey = repair->survey;
	int r = 0;

	for (size_t i = 0; r == 0 && i < repair->n_kept && i < survey->n_begun; i++)
		if (survey->places[i].mark == BAD_MARK || survey->files[i].harm == JOURNAL_LOST)
			r = write_mark(repair, i);
	return err_pass(r);
}
