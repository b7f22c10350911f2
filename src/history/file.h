/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file: the SQLite file: its form, its statements, and what becomes of it when it is damaged.
 *
 * Rows are in the order of time, so that the figures of an hour are written side by side and
 * forgotten as a stretch.  Belongs to one thread at a time; every call may block on the disk.
 */
#ifndef IOCD_HISTORY_FILE_H
#define IOCD_HISTORY_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "span.h"

enum file_outcome {
	FILE_DAMAGED = 1, /* what is in the file makes no sense */
};

/* Each is made once and reset after use; those in pairs are for hours and for days. */
enum statement {
	STATEMENT_BEGIN,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_GET_META,
	STATEMENT_SET_META,
	STATEMENT_GET_JOURNAL,
	STATEMENT_SET_JOURNAL,
	STATEMENT_GET_LOG,
	STATEMENT_SET_LOG,
	STATEMENT_PUT_TRANSITION,
	STATEMENT_SCAN_LOG,
	STATEMENT_FIRST_OF_LOG,
	STATEMENT_DROP_LOG,
	STATEMENT_PUT_GENERATION,
	STATEMENT_LAST_GENERATION,
	STATEMENT_SCAN_GENERATIONS,
	STATEMENT_PUT_AUDIT,
	STATEMENT_SCAN_AUDIT,
	STATEMENT_FIRST_OF_AUDIT,
	STATEMENT_DROP_AUDIT,
	STATEMENT_UNITS,
	STATEMENT_ADD_UNIT,
	STATEMENT_SERIES,
	STATEMENT_ADD_SERIES,
	STATEMENT_GET_ROW, /* + grain; so on */
	STATEMENT_PUT_ROW = STATEMENT_GET_ROW + N_GRAINS,
	STATEMENT_SCAN = STATEMENT_PUT_ROW + N_GRAINS,
	STATEMENT_ENDS = STATEMENT_SCAN + N_GRAINS,
	STATEMENT_DROP = STATEMENT_ENDS + N_GRAINS,
	N_STATEMENTS = STATEMENT_DROP + N_GRAINS
};

struct file {
	sqlite3 *db; /* NULL: not open */
	sqlite3_stmt *statements[N_STATEMENTS];
	bool is_suspect; /* it was not closed in order */
};

/* Opens the file, or makes it, with its directory.  0, FILE_DAMAGED or a fault (-EPROTO: it is
 * something else, or of a newer iocd); then nothing is open. */
int file_open(struct file *file, const char *path) MUST_USE;

/* Looks at every page of it.  0, FILE_DAMAGED or a fault. */
int file_check(struct file *file) MUST_USE;

/* Closes it; in order: the next file_open() will trust it.  Fine if it is not open. */
void file_close(struct file *file, bool in_order);

/* Renames the file that is closed to <path>.damaged-<n>, n up to 9, with its log.  0 or a fault. */
int file_put_aside(const char *path) MUST_USE;

/* Lends a statement, ready for values. */
sqlite3_stmt *file_statement(struct file *file, unsigned statement);

/* Carries out a statement that gives no rows.  0, FILE_DAMAGED or a fault. */
int file_run(struct file *file, sqlite3_stmt *statement) MUST_USE;

/* Goes to the next row: true if there is one.  Else *ret is 0, FILE_DAMAGED or a fault, and the
 * statement is reset. */
bool file_next(struct file *file, sqlite3_stmt *statement, int *ret);

/* Reads or writes a number by name; absent: 0. */
int file_get_meta(struct file *file, const char *name, int64_t *ret) MUST_USE;
int file_set_meta(struct file *file, const char *name, int64_t value) MUST_USE;

/* First and last "at" of a grain, unless there is no row.  0, FILE_DAMAGED or a fault. */
int file_ends(struct file *file, enum grain grain, bool *ret_empty, int32_t *ret_first,
	      int32_t *ret_last) MUST_USE;

/* Bytes of the file and its log. */
uint64_t file_bytes(const struct file *file);

#endif
