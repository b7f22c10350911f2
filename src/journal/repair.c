/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every step leaves a journal that the next survey finds no worse, and copies come before what they
 * are copies of is overwritten: so a killed repair is simply run again.  First the files get their
 * places, then the records are made to follow one another, then headers and marks, which speak of
 * them, are written; a mark last, because it promises that all before it is on the disk.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "journal_private.h"
#include "mend.h"

int repair_write_header(const struct repair *repair, int file, uint64_t first, uint64_t previous,
			int64_t last_arrival_ms)
{
	struct segment_header header = {
		.first = first,
		.previous = previous,
		.last_arrival_ms = last_arrival_ms,
	};
	char bytes[SEGMENT_MARK];

	memcpy(header.id, repair->survey->id, sizeof(header.id));
	segment_header_write(&header, bytes);
	return err_pass(disk_write(file, bytes, sizeof(bytes), 0));
}

struct text repair_path(const struct repair *repair, const char *name)
{
	return survey_path(repair->survey->directory, name);
}

int repair_sync_directory(const struct repair *repair)
{
	return err_pass(disk_sync_directory(repair->survey->directory));
}

static size_t count_kept(const struct journal_survey *survey)
{
	if (survey->files[survey->last].harm == JOURNAL_LOST)
		return survey->last + 1;
	for (size_t i = survey->last + 1; i < survey->n_files; i++)
		if (survey->files[i].harm == JOURNAL_STRAY || survey->places[i - 1].gap > 0)
			return i;
	return survey->n_files;
}

static int work(struct repair *repair)
{
	int r;

	r = mend_strays(repair);
	if (r == 0 && !repair->is_dry)
		r = mend_names(repair);
	if (r == 0)
		r = mend_records(repair);
	if (r == 0)
		r = mend_behind(repair);
	if (r == 0)
		r = mend_headers(repair);
	if (r == 0 && !repair->is_dry)
		r = mend_marks(repair);
	return err_pass(r);
}

static int check_space(const struct repair *repair)
{
	uint64_t bytes = repair->quarantine.needed_bytes + repair->new_bytes;
	uint64_t free_bytes;
	int r;

	if (bytes == 0)
		return 0;
	r = disk_free_bytes(repair->survey->directory, &free_bytes);
	if (r < 0)
		return err_pass(r);
	return free_bytes < bytes ? err_raise(-ENOSPC) : 0;
}

static bool is_mendable(const struct journal_survey *survey)
{
	for (size_t i = 0; i < survey->n_findings; i++)
		if (!survey->findings[i].is_mendable)
			return false;
	return true;
}

/* First without touching anything, to know what it takes. */
static int work_twice(struct repair *repair, bool is_dry)
{
	int r;

	repair->is_dry = repair->quarantine.is_dry = true;
	r = work(repair);
	if (r == 0)
		r = check_space(repair);
	if (r < 0 || is_dry)
		return err_pass(r);

	repair->sum = (struct journal_repair){ 0 };
	repair->is_dry = repair->quarantine.is_dry = false;
	r = quarantine_begin(&repair->quarantine);
	if (r == 0)
		r = work(repair);
	if (r == 0)
		r = quarantine_finish(&repair->quarantine);
	return err_pass(r);
}

static int repair_survey(struct journal_survey *survey, struct journal_repair *ret, bool is_dry)
{
	struct repair repair = { .survey = survey, .n_kept = count_kept(survey) };
	int r;

	repair.zeroes = xcalloc(1, JOURNAL_RECORD_MAX);
	repair.bytes = xcalloc(1, RECORD_SIZE_MAX);
	quarantine_init(&repair.quarantine, survey->directory, &repair.sum);
	r = work_twice(&repair, is_dry);
	quarantine_fini(&repair.quarantine);
	free(repair.bytes);
	free(repair.zeroes);
	if (r == 0)
		*ret = repair.sum;
	return err_pass(r);
}

/* Under the lock, or dry. */
static int survey_and_repair(struct journal_survey **ret, struct journal_repair *ret_repair,
			     const char *directory, bool is_dry, journal_progress_fn *progress,
			     void *context)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	int r;

	r = journal_survey_new(&survey, directory);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;
	r = journal_survey_scan(survey, progress, context);
	if (r < 0)
		return err_pass(r);

	if (!is_mendable(survey)) {
		*ret_repair = (struct journal_repair){ 0 };
		r = JOURNAL_UNMENDABLE;
	} else {
		r = repair_survey(survey, ret_repair, is_dry);
		if (r < 0)
			return err_pass(r);
	}
	*ret = survey;
	survey = NULL;
	return r;
}

/* Looks before it locks: a directory that is none of ours is left without a trace. */
static int take_lock(const char *directory, int *ret)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	CLEANUP_TEXT struct text path = survey_path(directory, JOURNAL_LOCK);
	int r;

	r = journal_survey_new(&survey, directory);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;
	r = disk_lock(ret, text_get(&path));
	return r == DISK_HELD ? JOURNAL_HELD : err_pass(r);
}

int journal_repair(struct journal_survey **ret, struct journal_repair *ret_repair,
		   const char *directory, bool is_dry, journal_progress_fn *progress, void *context)
{
	int lock = -1;
	int r = 0;

	if (!is_dry)
		r = take_lock(directory, &lock);
	if (r == 0)
		r = survey_and_repair(ret, ret_repair, directory, is_dry, progress, context);
	disk_close(lock);
	return r < 0 ? err_pass(r) : r;
}
