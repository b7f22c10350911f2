/* SPDX-License-Identifier: Apache-2.0 */
#include "test_tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "segment.h"

#define DEATH (-EIO)

static _Atomic unsigned n_changes;
static unsigned n_fatal;

int __real_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __real_disk_create(int *ret, const char *path);
int __real_disk_rename(const char *from, const char *to);
int __real_disk_remove(const char *path);
int __wrap_disk_sync(int file);
int __wrap_disk_sync_directory(const char *path);
int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __wrap_disk_reserve(int file, uint64_t size);
int __wrap_disk_create(int *ret, const char *path);
int __wrap_disk_rename(const char *from, const char *to);
int __wrap_disk_remove(const char *path);

void tiny_die_at(unsigned n)
{
	n_changes = 0;
	n_fatal = n;
}

unsigned tiny_changes(void)
{
	return n_changes;
}

static bool is_dead(void)
{
	n_changes++;
	return n_fatal > 0 && n_changes >= n_fatal;
}

int __wrap_disk_sync(int file)
{
	(void)file; /* no power is cut here */
	return is_dead() ? DEATH : 0;
}

int __wrap_disk_sync_directory(const char *path)
{
	(void)path;
	return is_dead() ? DEATH : 0;
}

int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	if (!is_dead())
		return __real_disk_write(file, bytes, n, offset);
	if (n_changes == n_fatal)
		assert_int_equal(__real_disk_write(file, bytes, n / 2, offset), 0);
	return DEATH;
}

/* Only quicker than the real one. */
int __wrap_disk_reserve(int file, uint64_t size)
{
	uint64_t present;

	if (is_dead())
		return DEATH;
	assert_int_equal(disk_size(file, &present), 0);
	return present < size ? disk_truncate(file, size) : 0;
}

int __wrap_disk_create(int *ret, const char *path)
{
	return is_dead() ? DEATH : __real_disk_create(ret, path);
}

int __wrap_disk_rename(const char *from, const char *to)
{
	return is_dead() ? DEATH : __real_disk_rename(from, to);
}

int __wrap_disk_remove(const char *path)
{
	return is_dead() ? DEATH : __real_disk_remove(path);
}

static void write_file(const char *path, const char *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, size), size);
	(void)close(file);
}

/* Sizes that differ, topics, nothing at all; a time among them. */
static struct record record_at(int n)
{
	static const char topics[] = "unit/feed/thing";
	static const char payloads[] =
		"{\"a\":1}............................................................";
	struct record record = {
		.kind = n % 4 == 2 ? RECORD_TIME : RECORD_MESSAGE,
		.flags = n % 3 == 0 ? RECORD_RETAINED : 0,
		.arrival_ms = TINY_ARRIVAL(n),
		.topic = topics,
		.payload = payloads,
	};

	if (record.kind == RECORD_MESSAGE) {
		record.topic_size = 3 + (size_t)n;
		record.payload_size = n == 5 ? 0 : 7 + 4 * (size_t)n;
	}
	return record;
}

void tiny_assert_record(const struct tiny *tiny, const struct record *record, int n)
{
	struct record expected = record_at(n);

	assert_int_equal(record->position, tiny->positions[n]);
	assert_int_equal(record->next, tiny->positions[n + 1]);
	assert_int_equal(record->kind, expected.kind);
	assert_int_equal(record->flags, expected.flags);
	assert_int_equal(record->arrival_ms, expected.arrival_ms);
	assert_int_equal(record->topic_size, expected.topic_size);
	assert_memory_equal(record->topic, expected.topic, expected.topic_size);
	assert_int_equal(record->payload_size, expected.payload_size);
	assert_memory_equal(record->payload, expected.payload, expected.payload_size);
}

static void make_file(struct tiny *tiny, int file, const uint8_t *id)
{
	struct segment_header header = {
		.first = tiny->firsts[file],
		.previous = tiny->firsts[file > 0 ? file - 1 : 0],
		.last_arrival_ms = file > 0 ? TINY_ARRIVAL(4 * file - 1) : 0,
	};
	uint64_t position = header.first;
	char *bytes = xcalloc(1, SEGMENT_START + 1024);

	memcpy(header.id, id, sizeof(header.id));
	segment_header_write(&header, bytes);
	for (int n = 4 * file; n < 4 * file + 4; n++) {
		struct record record = record_at(n);

		tiny->positions[n] = position;
		segment_record_write(tiny->seed, position, &record, record.arrival_ms,
				     bytes + SEGMENT_START + (position - header.first));
		position += segment_record_size(record.topic_size, record.payload_size);
	}
	segment_mark_write(tiny->seed, position, bytes + SEGMENT_MARK);
	tiny->firsts[file + 1] = position;
	tiny->positions[4 * file + 4] = position;
	tiny->bytes[file] = bytes;
	tiny->sizes[file] = SEGMENT_START + (position - header.first) + TINY_SLACK;
}

static void remove_names(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	(void)closedir(directory);
}

void tiny_restore(struct tiny *tiny)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/" JOURNAL_QUARANTINE, tiny->directory);
	remove_names(path);
	(void)rmdir(path);
	remove_names(tiny->directory);
	for (int i = 0; i < TINY_FILES; i++)
		write_file(tiny->paths[i], tiny->bytes[i], tiny->sizes[i]);
}

int tiny_begin(void **state)
{
	struct tiny *tiny = xcalloc(1, sizeof(*tiny));
	uint8_t id[SEGMENT_ID_BYTES];

	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)(17 * i + 3);
	tiny->seed = segment_seed(id);
	(void)snprintf(tiny->directory, sizeof(tiny->directory), "/tmp/iocd-tiny-XXXXXX");
	assert_non_null(mkdtemp(tiny->directory));
	tiny->firsts[0] = 1u << 24; /* older files are long gone */
	for (int i = 0; i < TINY_FILES; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%016" PRIx64 ".seg", tiny->directory,
			       tiny->firsts[i]);
		tiny->paths[i] = xstrdup(path);
		make_file(tiny, i, id);
	}
	tiny_die_at(0);
	tiny_restore(tiny);
	*state = tiny;
	return 0;
}

int tiny_end(void **state)
{
	struct tiny *tiny = *state;

	tiny_die_at(0);
	tiny_restore(tiny);
	remove_names(tiny->directory);
	assert_int_equal(rmdir(tiny->directory), 0);
	for (int i = 0; i < TINY_FILES; i++) {
		free(tiny->paths[i]);
		free(tiny->bytes[i]);
	}
	free(tiny);
	return 0;
}

static void change(struct tiny *tiny, int file, uint64_t offset, size_t n, char bits)
{
	char *bytes = xcalloc(1, n);
	int number = open(tiny->paths[file], O_RDWR);

	assert_true(number >= 0);
	assert_true(pread(number, bytes, n, (off_t)offset) >= 0); /* it may be shorter by now */
	for (size_t i = 0; i < n; i++)
		bytes[i] ^= bits;
	assert_int_equal(pwrite(number, bytes, n, (off_t)offset), n);
	(void)close(number);
	free(bytes);
}

void tiny_flip(struct tiny *tiny, int file, uint64_t bit)
{
	change(tiny, file, bit / 8, 1, (char)(1 << bit % 8));
}

void tiny_spoil(struct tiny *tiny, int file, uint64_t offset, size_t n)
{
	change(tiny, file, offset, n, 0x5a);
}

uint64_t tiny_offset(const struct tiny *tiny, int record)
{
	return SEGMENT_START + (tiny->positions[record] - tiny->firsts[record / 4]);
}

struct journal_survey *tiny_survey(const struct tiny *tiny)
{
	struct journal_survey *survey = NULL;

	assert_int_equal(journal_survey_new(&survey, tiny->directory), 0);
	assert_int_equal(journal_survey_scan(survey, NULL, NULL), 0);
	return survey;
}

const struct journal_finding *tiny_finding(const struct journal_survey *survey)
{
	const struct journal_finding *findings;

	assert_int_equal(journal_survey_findings(survey, &findings), 1);
	return findings;
}

static int number_at(const struct tiny *tiny, uint64_t position)
{
	for (int n = 0; n <= TINY_RECORDS; n++)
		if (tiny->positions[n] == position)
			return n;
	fail_msg("no record begins at %" PRIu64, position);
	return 0;
}

static void read_all(const struct tiny *tiny, struct journal *journal, uint64_t from, uint64_t to,
		     uint64_t end)
{
	uint64_t position = journal_first(journal);
	struct journal_cursor *cursor = journal_cursor_new(journal, position);
	struct record record;
	int r;

	while ((r = journal_next(cursor, &record)) == 0) {
		assert_int_equal(record.position, position);
		position = record.next;
		if (record.position < from || record.position >= to) {
			tiny_assert_record(tiny, &record, number_at(tiny, record.position));
			continue;
		}
		assert_int_equal(record.kind, RECORD_HOLE);
		assert_true(record.next <= to);
		assert_int_equal(record.arrival_ms,
				 from > tiny->positions[0] ? TINY_ARRIVAL(number_at(tiny, from) - 1)
							   : 0);
	}
	assert_int_equal(r, JOURNAL_END);
	assert_int_equal(position, end);
	(void)journal_cursor_free(cursor);
}

void tiny_assert_holds(const struct tiny *tiny, uint64_t from, uint64_t to, uint64_t end)
{
	const struct record more = { .kind = RECORD_MESSAGE, .topic = "t", .topic_size = 1 };
	const struct journal_options options = {
		.directory = tiny->directory,
		.segment_bytes = 1u << 20,
		.mode = JOURNAL_INTERVAL,
	};
	struct journal_recovery recovery;
	struct journal *journal = NULL;
	int r = journal_open(&journal, &options, &recovery);

	if (r == JOURNAL_CORRUPT)
		fail_msg("%s", recovery.where);
	assert_int_equal(r, 0);
	assert_int_equal(recovery.first, tiny->firsts[0]);
	assert_int_equal(recovery.end, end);
	read_all(tiny, journal, from, to, end);
	assert_int_equal(journal_append(journal, &more, TINY_ARRIVAL(99)), 0);
	(void)journal_free(journal);
}
