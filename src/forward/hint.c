/* SPDX-License-Identifier: Apache-2.0 */
#include "hint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/bytes.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/text.h"

#define NAME      "hint"
#define TEMPORARY "hint.tmp"
#define VERSION   1u
#define ENTRY     24u /* bytes of a mark */
#define HEAD_MAX  128u
#define MARKS_PUT 1024u /* at most so many stand in it */

static struct text path_of(const char *directory, const char *name)
{
	struct text path = { 0 };

	text_add(&path, "%s/%s", directory, name);
	return path;
}

/* ---- reading ---- */

static bool is_epoch(const char *text, size_t n, const char *epoch)
{
	return n == strlen(epoch) && memcmp(text, epoch, n) == 0;
}

static void read_marks(struct bytes_reader *reader, struct marks *marks)
{
	uint32_t n = bytes_get_count(reader, ENTRY);

	for (uint32_t i = 0; i < n && i < MARKS_MAX; i++) {
		struct placed *placed = &marks->list[marks->n];

		placed->mark.number = bytes_get_u64(reader);
		placed->mark.position = bytes_get_u64(reader);
		placed->recorded_ms = bytes_get_i64(reader);
		if (marks->n > 0 && (placed->mark.number <= placed[-1].mark.number ||
				     placed->mark.position <= placed[-1].mark.position ||
				     placed->recorded_ms < placed[-1].recorded_ms))
			bytes_reject(reader, "marks out of order");
		marks->n++;
	}
}

/* The checksum stands behind all that it is of. */
static bool holds(const char *bytes, size_t size)
{
	struct bytes_reader reader;

	if (size < sizeof(uint64_t))
		return false;
	size -= sizeof(uint64_t);
	bytes_reader_init(&reader, bytes + size, sizeof(uint64_t));
	return bytes_get_u64(&reader) == XXH3_64bits(bytes, size);
}

static int parse(struct hint *hint, struct marks *marks, const char *bytes, size_t size)
{
	struct bytes_reader reader;
	uint64_t stride, note;
	const char *epoch;
	size_t n;

	if (!holds(bytes, size))
		return HINT_NONE;

	bytes_reader_init(&reader, bytes, size - sizeof(uint64_t));
	bytes_get_part(&reader, NAME, VERSION);
	epoch = bytes_get_text(&reader, &n);
	if (!is_epoch(epoch, n, hint->epoch))
		bytes_reject(&reader, "of another journal");
	note = bytes_get_u64(&reader);
	stride = bytes_get_u64(&reader);
	read_marks(&reader, marks);
	if (reader.is_bad || marks->n == 0) {
		marks->n = 0;
		return HINT_NONE;
	}
	marks->stride = stride > MARKS_STRIDE ? stride : MARKS_STRIDE;
	hint->note = note;
	return 0;
}

int hint_read(struct hint *hint, struct marks *marks, const char *directory)
{
	CLEANUP_TEXT struct text path = path_of(directory, NAME);
	char *bytes;
	size_t size;
	int r;

	if (disk_read_file(text_get(&path), HEAD_MAX + MARKS_MAX * ENTRY, &bytes, &size))
		return HINT_NONE;

	r = parse(hint, marks, bytes, size);
	free(bytes);
	return r;
}

/* ---- writing ---- */

/* How many marks are before position. */
static uint32_t usable(const struct marks *marks, uint64_t position)
{
	const struct placed *first = marks_at(marks, position);

	return first ? (uint32_t)(first - marks->list) : marks->n;
}

/* Puts some of the first n marks, always with the last of them. */
static void put_marks(struct bytes_writer *writer, const struct marks *marks, uint32_t n)
{
	uint32_t step = n / MARKS_PUT + 1;
	uint32_t first = n > 0 ? (n - 1) % step : 0;

	bytes_put_u64(writer, marks->stride * step);
	bytes_put_u32(writer, n > 0 ? (n - 1 - first) / step + 1 : 0);
	for (uint32_t i = first; i < n; i += step) {
		bytes_put_u64(writer, marks->list[i].mark.number);
		bytes_put_u64(writer, marks->list[i].mark.position);
		bytes_put_i64(writer, marks->list[i].recorded_ms);
	}
}

static struct text render(const struct hint *hint, const struct marks *marks, uint32_t n)
{
	struct text text = { 0 };
	struct bytes_writer writer;
	char buffer[1024];
	int r;

	bytes_writer_init(&writer, bytes_into_text, &text, buffer, sizeof(buffer));
	bytes_put_part(&writer, NAME, VERSION);
	bytes_put_text(&writer, hint->epoch);
	bytes_put_u64(&writer, hint->note);
	put_marks(&writer, marks, n);
	r = bytes_flush(&writer);
	bytes_put_u64(&writer, XXH3_64bits(text.bytes, text.size));
	r = r ? r : bytes_flush(&writer);
	(void)r; /* that sink takes all */
	return text;
}

static int write_file(const char *path, const struct text *text)
{
	int file;
	int r = disk_create(&file, path);

	if (r == -EEXIST) { /* of a process that was killed */
		r = disk_remove(path);
		r = r ? r : disk_create(&file, path);
	}
	if (r)
		return r;
	r = disk_write(file, text->bytes, text->size, 0);
	disk_close(file);
	return r;
}

void hint_write(const struct hint *hint, const struct marks *marks, uint64_t position,
		const char *directory)
{
	CLEANUP_TEXT struct text path = path_of(directory, NAME);
	CLEANUP_TEXT struct text temporary = path_of(directory, TEMPORARY);
	CLEANUP_TEXT struct text text = { 0 };
	uint32_t n = usable(marks, position);

	if (n == 0)
		return;
	text = render(hint, marks, n);
	if (write_file(text_get(&temporary), &text) ||
	    disk_rename(text_get(&temporary), text_get(&path)))
		log_debug("outbox.hint", "directory=%s at=%s", directory, err_trace());
}
