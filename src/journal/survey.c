/* SPDX-License-Identifier: Apache-2.0 */
#include "survey.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define PAGE           4096u
#define PROGRESS_BYTES (4u << 20) /* between two calls of progress */

void survey_add(struct journal_survey *survey, size_t index, const struct journal_finding *finding)
{
	size_t n = survey->n_findings + 1;

	survey->findings = xrealloc(survey->findings, n, sizeof(*survey->findings));
	survey->findings[n - 1] = *finding;
	survey->n_findings = n;
	if (finding->harm > survey->files[index].harm)
		survey->files[index].harm = finding->harm;
}

static bool has_gap(const struct journal_survey *survey)
{
	for (size_t i = 0; i < survey->n_files; i++)
		if (survey->places[i].gap > 0)
			return true;
	return false;
}

static int look(struct journal_survey **ret, const char *directory)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = xcalloc(1, sizeof(*survey));
	int r;

	survey->directory = xstrdup(directory);
	r = survey_read_heads(survey);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;

	*ret = survey;
	survey = NULL;
	return 0;
}

/* A file that seems to be missing may have got its name while a long list was read. */
int journal_survey_new(struct journal_survey **ret, const char *directory)
{
	struct journal_survey *survey;
	int r = look(&survey, directory);

	if (r == 0 && has_gap(survey)) {
		survey = journal_survey_free(survey);
		r = look(&survey, directory);
	}
	if (r == 0)
		*ret = survey;
	return r < 0 ? err_pass(r) : r;
}

struct journal_survey *journal_survey_free(struct journal_survey *survey)
{
	if (!survey)
		return NULL;

	free(survey->findings);
	free(survey->places);
	free(survey->files);
	free(survey->directory);
	free(survey);
	return NULL;
}

static bool is_blank(const char *bytes, size_t n)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

/* From the end back, as far as pages are blank. */
static int find_used(int file, uint64_t offset, uint64_t bytes, uint64_t *ret)
{
	char page[PAGE];
	size_t n;
	int r;

	while (bytes > offset) {
		n = bytes - offset < PAGE ? (size_t)(bytes - offset) : PAGE;
		r = disk_read(file, page, n, bytes - n);
		if (r != 0)
			return r < 0 ? err_pass(r) : err_raise(-EIO);
		if (!is_blank(page, n))
			break;
		bytes -= n;
	}
	if (bytes > offset) {
		n = bytes - offset < PAGE ? (size_t)(bytes - offset) : PAGE;
		for (; page[n - 1] == 0; n--)
			bytes--;
	}
	*ret = bytes;
	return 0;
}

int survey_find_used(const struct journal_survey *survey, size_t index, uint64_t offset,
		     uint64_t *ret)
{
	uint64_t bytes;
	int file, r;

	r = survey_open(survey, index, &file);
	if (r < 0)
		return err_pass(r);
	r = disk_size(file, &bytes);
	if (r == 0)
		r = find_used(file, offset, bytes, ret);
	disk_close(file);
	return err_pass(r);
}

size_t hole_size(uint64_t left)
{
	const size_t most = RECORD_HEAD + JOURNAL_RECORD_MAX;

	if (left % 8 != 0 || left < RECORD_HEAD)
		return 0;
	if (left <= most)
		return (size_t)left;
	return left - most < RECORD_HEAD ? most - RECORD_HEAD : most; /* no crumb is left */
}

/* One look through all records. */
struct scan {
	struct journal_survey *survey;
	struct journal_reader *reader;
	journal_progress_fn *progress;
	void *context;
	uint64_t told;           /* position */
	int64_t last_arrival_ms; /* of the last record met; 0: none yet */
	bool is_after;           /* the last finding does not know yet what comes behind it */
};

static void tell_progress(struct scan *scan, uint64_t position)
{
	uint64_t first = journal_survey_first(scan->survey);
	uint64_t total = journal_survey_likely_end(scan->survey) - first;
	uint64_t done = position - first;

	if (!scan->progress)
		return;
	scan->told = position;
	scan->progress(scan->context, done < total ? done : total, total);
}

static void count_kind(struct journal_file *file, enum record_kind kind)
{
	switch (kind) {
	case RECORD_MESSAGE:
		file->messages++;
		return;
	case RECORD_TIME:
		file->times++;
		return;
	case RECORD_HOLE:
		file->holes++;
		return;
	case RECORD_OWN:
		file->owns++;
		return;
	}
	file->others++; /* of a later version */
}

static void take_record(struct scan *scan, const struct record *record)
{
	struct journal_survey *survey = scan->survey;
	struct journal_file *file = &survey->files[scan->reader->index];

	if (file->messages + file->times + file->holes + file->owns + file->others == 0)
		file->first_arrival_ms = record->arrival_ms;
	file->last_arrival_ms = record->arrival_ms;
	count_kind(file, record->kind);
	file->end = record->next;
	scan->last_arrival_ms = record->arrival_ms;
	if (scan->is_after)
		survey->findings[survey->n_findings - 1].after_ms = record->arrival_ms;
	scan->is_after = false;
	if (record->next - scan->told >= PROGRESS_BYTES)
		tell_progress(scan, record->next);
}

static uint64_t safe_part(const struct journal_survey *survey, uint64_t from, uint64_t to)
{
	if (survey->marked < to)
		to = survey->marked;
	return to > from ? to - from : 0;
}

static void take_damage(struct scan *scan)
{
	struct journal_survey *survey = scan->survey;
	const struct journal_reader *reader = scan->reader;
	struct journal_file *file = &survey->files[reader->index];
	struct journal_finding finding = {
		.harm = reader->harm,
		.offset = SEGMENT_START + (reader->from - file->first),
		.from = reader->from,
		.to = reader->to,
		.safe_bytes = safe_part(survey, reader->from, reader->to),
		.before_ms = scan->last_arrival_ms,
		.is_mendable =
			reader->harm == JOURNAL_LOST || hole_size(reader->to - reader->from) > 0,
	};

	memcpy(finding.name, file->name, sizeof(finding.name));
	if (reader->harm == JOURNAL_MISSING) {
		survey_name(finding.name, reader->from);
		finding.offset = SEGMENT_START;
	}
	survey_add(survey, reader->index, &finding);
	if (reader->harm == JOURNAL_DAMAGED)
		file->end = reader->to;
	scan->is_after = true;
}

/* Opening would find a gap, or a bad header, among files that nobody needs: they are no part of the
 * journal. */
static void take_strays(struct journal_survey *survey)
{
	bool is_stray = false;

	for (size_t i = survey->last + 1; i < survey->n_files; i++) {
		struct journal_finding finding = { .harm = JOURNAL_STRAY, .is_mendable = true };

		is_stray |= survey->places[i - 1].gap > 0 ||
			    (i >= survey->n_begun && survey->places[i].head != HEAD_BLANK);
		if (!is_stray)
			continue;
		memcpy(finding.name, survey->files[i].name, sizeof(finding.name));
		survey_add(survey, i, &finding);
	}
}

/* What stands behind the last record, in its file and all later ones. */
static int take_end(struct scan *scan)
{
	struct journal_survey *survey = scan->survey;
	bool is_lost = scan->reader->harm == JOURNAL_LOST;
	uint64_t offset, used;
	int r;

	survey->last = scan->reader->index;
	survey->end = scan->reader->position;
	survey->is_scanned = true;
	for (size_t i = survey->last; i < survey->n_files && !is_lost; i++) {
		offset = SEGMENT_START;
		if (i == survey->last)
			offset += survey->end - survey->files[i].first;
		r = survey_find_used(survey, i, offset, &used);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return err_pass(r);
		survey->torn_bytes += used > offset ? used - offset : 0;
	}
	if (survey->torn_bytes > 0 && survey->files[survey->last].harm == JOURNAL_GOOD)
		survey->files[survey->last].harm = JOURNAL_TORN;
	if (!is_lost)
		take_strays(survey);
	return 0;
}

/* iocd may have removed the oldest files meanwhile. */
static bool skip_removed(struct scan *scan)
{
	struct journal_reader *reader = scan->reader;

	if (reader->index + 1 >= scan->survey->n_files)
		return false;
	reader->index++;
	reader->position = scan->survey->files[reader->index].first;
	return true;
}

static int scan_all(struct scan *scan)
{
	struct record record;
	int r;

	for (;;) {
		r = journal_reader_next(scan->reader, &record);
		if (r == -ENOENT && skip_removed(scan))
			continue;
		if (r < 0)
			return err_pass(r);
		if (r == JOURNAL_END)
			return err_pass(take_end(scan));
		if (r == 0)
			take_record(scan, &record);
		else
			take_damage(scan);
	}
}

int journal_survey_scan(struct journal_survey *survey, journal_progress_fn *progress, void *context)
{
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	const struct place *oldest = &survey->places[0];
	struct scan scan = { .survey = survey, .progress = progress, .context = context };
	int r;

	assert(!survey->is_scanned);

	for (size_t i = 0; i < survey->n_files; i++)
		survey->files[i].end = survey->files[i].first;
	if (oldest->head == HEAD_GOOD || oldest->head == HEAD_GUESSED)
		scan.last_arrival_ms = oldest->header.last_arrival_ms;
	reader = journal_reader_new(survey, journal_survey_first(survey));
	scan.reader = reader;
	scan.told = reader->position;
	r = scan_all(&scan);
	if (r == 0)
		tell_progress(&scan, journal_survey_likely_end(survey));
	return err_pass(r);
}

size_t journal_survey_files(const struct journal_survey *survey, const struct journal_file **ret)
{
	*ret = survey->files;
	return survey->n_files;
}

size_t journal_survey_findings(const struct journal_survey *survey,
			       const struct journal_finding **ret)
{
	*ret = survey->findings;
	return survey->n_findings;
}

const char *journal_survey_id(const struct journal_survey *survey)
{
	return survey->id_text;
}

uint64_t journal_survey_first(const struct journal_survey *survey)
{
	return survey->files[0].first;
}

uint64_t journal_survey_end(const struct journal_survey *survey)
{
	return survey->end;
}

uint64_t journal_survey_torn_bytes(const struct journal_survey *survey)
{
	return survey->torn_bytes;
}

uint64_t journal_survey_likely_end(const struct journal_survey *survey)
{
	const struct place *newest = &survey->places[survey->n_files - 1];

	return survey->marked != BAD_MARK ? survey->marked : newest->stop;
}
