/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "journal_private.h"
#include "mend.h"

#define PAGE 4096u

/* Copies the stretch of file index before it is overwritten; tail says that nothing takes its
 * place. */
static int keep_stretch(struct repair *repair, size_t index, int file, uint64_t from, uint64_t to,
			const char *tail)
{
	const struct journal_file *known = &repair->survey->files[index];
	uint64_t offset = SEGMENT_START + (from - known->first);
	uint64_t end = SEGMENT_START + (to - known->first);
	char name[JOURNAL_NAME_MAX];

	(void)snprintf(name, sizeof(name), "%016" PRIx64 "-%016" PRIx64 "%s", from, to, tail);
	if (end > known->bytes)
		end = known->bytes;
	return err_pass(quarantine_copy(&repair->quarantine, name, file, offset,
					end > offset ? end - offset : 0));
}

/* Fills the stretch of file, which starts at first, with holes. */
static int fill(struct repair *repair, int file, uint64_t first, uint64_t from, uint64_t to,
		int64_t arrival_ms)
{
	struct record hole = { .kind = RECORD_HOLE, .payload = repair->zeroes };
	size_t size;
	int r = 0;

	for (; r == 0 && from < to; from += size) {
		size = hole_size(to - from);
		hole.payload_size = size - RECORD_HEAD;
		segment_record_write(repair->survey->seed, from, &hole, arrival_ms, repair->bytes);
		r = disk_write(file, repair->bytes, size, SEGMENT_START + (from - first));
	}
	return err_pass(r);
}

static int overwrite(struct repair *repair, size_t index, int file,
		     const struct journal_finding *finding)
{
	const struct journal_file *known = &repair->survey->files[index];
	uint64_t end = SEGMENT_START + (finding->to - known->first);
	int r = 0;

	if (end > known->bytes)
		r = disk_reserve(file, end);
	if (r == 0)
		r = fill(repair, file, known->first, finding->from, finding->to,
			 finding->before_ms);
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

/* The file that a position stands in. */
static size_t file_at(const struct repair *repair, uint64_t position)
{
	size_t index = 0;

	while (index + 1 < repair->survey->n_files &&
	       repair->survey->files[index + 1].first <= position)
		index++;
	return index;
}

static int mend_damaged(struct repair *repair, const struct journal_finding *finding)
{
	size_t index = file_at(repair, finding->from);
	const struct journal_file *known = &repair->survey->files[index];
	uint64_t end = SEGMENT_START + (finding->to - known->first);
	int file, r;

	if (end > known->bytes)
		repair->new_bytes += end - known->bytes;
	r = survey_open_write(repair->survey, index, &file);
	if (r < 0)
		return err_pass(r);
	r = keep_stretch(repair, index, file, finding->from, finding->to, "");
	if (r == 0 && !repair->is_dry)
		r = overwrite(repair, index, file, finding);
	disk_close(file);
	return err_pass(r);
}

static int remove_spare(const struct repair *repair)
{
	CLEANUP_TEXT struct text path = repair_path(repair, JOURNAL_SPARE);
	int r = disk_remove(text_get(&path));

	return r == -ENOENT ? 0 : err_pass(r);
}

/* A whole file of holes, under the spare's name. */
static int write_file(struct repair *repair, int file, uint64_t from, uint64_t to,
		      int64_t arrival_ms)
{
	int r;

	r = disk_reserve(file, SEGMENT_START + (to - from));
	if (r == 0)
		r = repair_write_header(repair, file, from, repair->previous, arrival_ms);
	if (r == 0)
		r = fill(repair, file, from, from, to, arrival_ms);
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

static int make_file(struct repair *repair, uint64_t from, uint64_t to, int64_t arrival_ms)
{
	CLEANUP_TEXT struct text spare = repair_path(repair, JOURNAL_SPARE);
	CLEANUP_TEXT struct text path = { .size = 0 };
	char name[JOURNAL_NAME_MAX];
	int file, r;

	repair->new_bytes += SEGMENT_START + (to - from);
	if (repair->is_dry)
		return 0;

	survey_name(name, from);
	text_add(&path, "%s/%s", repair->survey->directory, name);
	r = remove_spare(repair);
	if (r == 0)
		r = disk_create(&file, text_get(&spare));
	if (r < 0)
		return err_pass(r);
	r = write_file(repair, file, from, to, arrival_ms);
	disk_close(file);
	if (r == 0)
		r = disk_rename(text_get(&spare), text_get(&path));
	if (r == 0)
		r = repair_sync_directory(repair);
	repair->previous = from;
	return err_pass(r);
}

/* The file behind says where the one before it began: if that is not where the records ended, there
 * were several. */
static int mend_missing(struct repair *repair, const struct journal_finding *finding)
{
	size_t index = file_at(repair, finding->from);
	uint64_t gap = repair->survey->places[index].gap;
	int r = 0;

	repair->previous = repair->survey->files[index].first;
	if (finding->from < gap)
		r = make_file(repair, finding->from, gap, finding->before_ms);
	if (r == 0)
		r = make_file(repair, gap, finding->to, finding->before_ms);
	return err_pass(r);
}

static int blank(int file, uint64_t offset, uint64_t end)
{
	char page[PAGE] = { 0 };
	size_t n;
	int r = 0;

	for (; r == 0 && offset < end; offset += n) {
		n = end - offset < PAGE ? (size_t)(end - offset) : PAGE;
		r = disk_write(file, page, n, offset);
	}
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

/* Cuts what stands in the last file.  The files behind it follow. */
static int mend_lost(struct repair *repair, const struct journal_finding *finding)
{
	size_t index = repair->survey->last;
	uint64_t first = repair->survey->files[index].first;
	uint64_t offset = SEGMENT_START + (finding->from - first);
	uint64_t used;
	int file, r;

	r = survey_find_used(repair->survey, index, offset, &used);
	if (r == 0)
		r = survey_open_write(repair->survey, index, &file);
	if (r < 0)
		return err_pass(r);
	r = keep_stretch(repair, index, file, finding->from, first + (used - SEGMENT_START),
			 "-tail");
	if (r == 0 && !repair->is_dry)
		r = blank(file, offset, used);
	disk_close(file);
	return err_pass(r);
}

static int mend(struct repair *repair, const struct journal_finding *finding)
{
	repair->sum.cut_bytes += finding->to - finding->from;
	repair->sum.safe_bytes += finding->safe_bytes;
	if (finding->harm == JOURNAL_DAMAGED)
		return err_pass(mend_damaged(repair, finding));
	if (finding->harm == JOURNAL_MISSING)
		return err_pass(mend_missing(repair, finding));
	if (finding->harm == JOURNAL_LOST)
		return err_pass(mend_lost(repair, finding));
	return 0; /* not of records */
}

int mend_records(struct repair *repair)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < repair->survey->n_findings; i++)
		r = mend(repair, &repair->survey->findings[i]);
	return err_pass(r);
}
