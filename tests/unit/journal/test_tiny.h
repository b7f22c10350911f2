/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tiny: a journal of three files of a few hundred bytes of records each, made byte by byte so
 * that every one of them can be damaged; and a process that dies at the n-th change of the disk.
 */
#ifndef IOCD_TEST_JOURNAL_TINY_H
#define IOCD_TEST_JOURNAL_TINY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/journal_file.h"

#define TINY_FILES      3
#define TINY_RECORDS    12  /* four in each file */
#define TINY_SLACK      96u /* bytes behind the records of each file */
#define TINY_ARRIVAL(n) (INT64_C(1700000000000) + 1000 * (int64_t)(n))

struct tiny {
	char directory[32];
	uint64_t seed;
	char *paths[TINY_FILES]; /* owned */
	char *bytes[TINY_FILES]; /* owned: as they are when nothing is wrong */
	size_t sizes[TINY_FILES];
	uint64_t firsts[TINY_FILES + 1];      /* positions of the files, and of the end */
	uint64_t positions[TINY_RECORDS + 1]; /* of the records, and of the end */
};

/* cmocka's setup and teardown: *state is a struct tiny whose files are on the disk. */
int tiny_begin(void **state);
int tiny_end(void **state);

/* Makes the directory hold the good files and nothing else. */
void tiny_restore(struct tiny *tiny);

/* Turns one bit of a file, or writes rubbish over n bytes of it at offset. */
void tiny_flip(struct tiny *tiny, int file, uint64_t bit);
void tiny_spoil(struct tiny *tiny, int file, uint64_t offset, size_t n);

/* Offset in its file of record n. */
uint64_t tiny_offset(const struct tiny *tiny, int record);

/* A survey of the directory that was scanned; to be freed.  Its only finding. */
struct journal_survey *tiny_survey(const struct tiny *tiny);
const struct journal_finding *tiny_finding(const struct journal_survey *survey);

/* Opens the journal and reads all through a cursor: the test fails unless there are all records up
 * to position end except those in [from, to), for which holes stand; and unless the journal takes
 * another record. */
void tiny_assert_holds(const struct tiny *tiny, uint64_t from, uint64_t to, uint64_t end);

/* The same for what is on the disk now, without opening: what a reader reads. */
void tiny_assert_record(const struct tiny *tiny, const struct record *record, int n);

/* The process dies at the n-th change of the disk from now on (0: never), which is half done if it
 * is a write; afterwards nothing changes.  Changes since then. */
void tiny_die_at(unsigned n);
unsigned tiny_changes(void);

#endif
