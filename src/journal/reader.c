/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking the records.  Everything before the newest mark was on the disk once, and so was written:
 * what does not hold there is damage.  Behind it, the first record that does not hold is the end,
 * because iocd may be writing it, or a power cut has taken it and nobody ever saw it.
 */
#include <stdlib.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "survey.h"

#define READ_AHEAD  (1u << 20)
#define LEAST_BYTES RECORD_HEAD /* of a record */

static int read_file(void *context, void *bytes, size_t n, uint64_t offset)
{
	const struct journal_reader *reader = context;

	return disk_read(reader->file, bytes, n, offset);
}

static size_t file_at(const struct journal_survey *survey, uint64_t position)
{
	size_t index = 0;

	while (index + 1 < survey->n_files && survey->files[index + 1].first <= position)
		index++;
	return index;
}

struct journal_reader *journal_reader_new(const struct journal_survey *survey, uint64_t position)
{
	struct journal_reader *reader = xcalloc(1, sizeof(*reader));

	reader->survey = survey;
	reader->index = file_at(survey, position);
	reader->position = position;
	reader->file = -1;
	window_init(&reader->window, READ_AHEAD, read_file, reader);
	return reader;
}

static void close_file(struct journal_reader *reader)
{
	if (reader->file >= 0)
		disk_close(reader->file);
	reader->file = -1;
	window_empty(&reader->window);
}

struct journal_reader *journal_reader_free(struct journal_reader *reader)
{
	if (!reader)
		return NULL;

	close_file(reader);
	window_fini(&reader->window);
	free(reader);
	return NULL;
}

static int open_file(struct journal_reader *reader, size_t index)
{
	if (reader->file >= 0 && reader->index == index)
		return 0;

	close_file(reader);
	reader->index = index;
	return err_pass(survey_open(reader->survey, index, &reader->file));
}

/* The record at position of the file that is open: 0, SEGMENT_BAD or a fault. */
static int get_record(struct journal_reader *reader, uint64_t position, const char **ret,
		      size_t *ret_size)
{
	const struct journal_survey *survey = reader->survey;
	uint64_t first = survey->files[reader->index].first;
	uint64_t limit = SEGMENT_START + (survey->places[reader->index].stop - first);
	int r;

	r = segment_record_get(&reader->window, survey->seed, first, position, limit, ret,
			       ret_size);
	return r < 0 ? err_pass(r) : r;
}

/* The first record at or behind position in the file that is open: 0, SEGMENT_END or a fault. */
static int find_record(struct journal_reader *reader, uint64_t position, uint64_t *ret)
{
	const struct journal_survey *survey = reader->survey;
	uint64_t first = survey->files[reader->index].first;
	uint64_t stop = survey->places[reader->index].stop;
	const char *bytes;
	size_t size;
	int r;

	for (; position + LEAST_BYTES <= stop; position += 8) {
		r = window_get(&reader->window, SEGMENT_START + (position - first), RECORD_HEAD,
			       SEGMENT_START + (stop - first), &bytes);
		if (r != 0)
			return r < 0 ? err_pass(r) : SEGMENT_END;
		if (segment_record_claim(survey->seed, position, bytes) == 0)
			continue;
		r = get_record(reader, position, &bytes, &size);
		if (r < 0)
			return err_pass(r);
		if (r == 0) {
			*ret = position;
			return 0;
		}
	}
	return SEGMENT_END;
}

/* Whether a record holds in any file behind index.  1, 0 or a fault. */
static int holds_behind(struct journal_reader *reader, size_t index)
{
	uint64_t position;
	int r;

	for (size_t i = index + 1; i < reader->survey->n_begun; i++) {
		r = open_file(reader, i);
		if (r == 0)
			r = find_record(reader, reader->survey->files[i].first, &position);
		if (r <= 0)
			return r < 0 ? err_pass(r) : 1;
	}
	return 0;
}

/* Position behind all that stands in the files from index on, of which the first is looked at from
 * position on; and behind all that is known to have been synced. */
static int find_lost(const struct journal_survey *survey, size_t index, uint64_t position,
		     uint64_t *ret)
{
	uint64_t end =
		survey->marked != BAD_MARK && survey->marked > position ? survey->marked : position;
	uint64_t offset, used;
	int r;

	for (size_t i = index; i < survey->n_files; i++) {
		uint64_t first = survey->files[i].first;

		/* Without a mark's word, that a file was begun says that there was something. */
		if (survey->marked == BAD_MARK && i < survey->n_begun && first > end)
			end = first;
		offset = SEGMENT_START + (i == index ? position - first : 0);
		r = survey_find_used(survey, i, offset, &used);
		if (r < 0)
			return err_pass(r);
		if (used > offset && first + (used - SEGMENT_START) > end)
			end = first + (used - SEGMENT_START);
	}
	*ret = (end + 7) & ~(uint64_t)7;
	return 0;
}

static int tell(struct journal_reader *reader, enum journal_harm harm, uint64_t to)
{
	reader->harm = harm;
	reader->from = reader->position;
	reader->to = to;
	reader->position = to;
	return JOURNAL_CORRUPT;
}

/* Nothing holds behind the reader. */
static int lose(struct journal_reader *reader)
{
	uint64_t position = reader->position;
	uint64_t to;
	int r;

	r = find_lost(reader->survey, reader->index, position, &to);
	if (r < 0)
		return err_pass(r);

	reader->is_over = true;
	if (to == position)
		return JOURNAL_END;
	r = tell(reader, JOURNAL_LOST, to);
	reader->position = position; /* there the journal ends */
	return r;
}

/* No record holds at the reader's position, in the file that is open. */
static int meet_damage(struct journal_reader *reader)
{
	const struct journal_survey *survey = reader->survey;
	size_t index = reader->index;
	uint64_t to;
	int r;

	if (reader->position >= survey->marked) {
		reader->is_over = true;
		return JOURNAL_END;
	}
	r = find_record(reader, reader->position + LEAST_BYTES, &to);
	if (r < 0)
		return err_pass(r);
	if (r == 0)
		return tell(reader, JOURNAL_DAMAGED, to);

	r = holds_behind(reader, index);
	if (r < 0)
		return err_pass(r);
	if (reader->index != index) { /* next time it is opened again */
		close_file(reader);
		reader->index = index;
	}
	if (r == 0)
		return lose(reader);
	return tell(reader, survey->places[index].gap > 0 ? JOURNAL_MISSING : JOURNAL_DAMAGED,
		    survey->files[index + 1].first);
}

int journal_reader_next(struct journal_reader *reader, struct record *ret)
{
	const struct journal_survey *survey = reader->survey;
	size_t index = reader->index;
	const char *bytes;
	size_t size;
	int r;

	if (index + 1 < survey->n_begun && reader->position >= survey->files[index + 1].first)
		index++;
	if (reader->is_over)
		return JOURNAL_END;

	r = open_file(reader, index);
	if (r < 0)
		return err_pass(r);
	r = get_record(reader, reader->position, &bytes, &size);
	if (r < 0)
		return err_pass(r);
	if (r > 0)
		return meet_damage(reader);

	segment_record_read(reader->position, bytes, ret);
	reader->position = ret->next;
	return 0;
}

void journal_reader_damage(const struct journal_reader *reader, uint64_t *ret_from,
			   uint64_t *ret_to)
{
	*ret_from = reader->from;
	*ret_to = reader->to;
}

uint64_t journal_reader_position(const struct journal_reader *reader)
{
	return reader->position;
}
