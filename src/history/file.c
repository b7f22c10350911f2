/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mark in the file says that somebody has it open.  SQLite's own log makes it whole after a kill
 * or a power cut; that the mark still stands only says that a look at every page is due, in case
 * the disk was not as good as its word.
 */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "iocd/history_log.h"

#define APPLICATION  0x696f6364 /* "iocd", in the header of the file */
#define VERSION      3
#define VERSION_LOG  2 /* without who did what */
#define VERSION_OLD  1 /* without what happened to alerts either */
#define BUSY_MS      2000
#define DAMAGED_MAX  9
#define STRING(x)    STRING_OF(x)
#define STRING_OF(x) #x

/* clang-format off */
#define TABLE(name)                                                     \
	"CREATE TABLE " name "(at INTEGER NOT NULL, series INTEGER NOT NULL," \
	" unit INTEGER NOT NULL, n INTEGER NOT NULL, revision INTEGER NOT NULL," \
	" round INTEGER NOT NULL, body BLOB NOT NULL,"                  \
	" PRIMARY KEY(at, series, unit)) WITHOUT ROWID;"

static const char pragmas[] = "PRAGMA journal_mode=WAL;"
			      "PRAGMA synchronous=FULL;"
			      "PRAGMA cache_size=-8192;"
			      "PRAGMA journal_size_limit=16777216;"
			      "PRAGMA temp_store=MEMORY;";

#define COLUMN(name, column) ",\"" column "\" TEXT NOT NULL"
#define NAME(name, column)   ",\"" column "\""
#define PLACE(name, column)  ",?"

/* Transitions in the order of time, so that they are read and forgotten as a stretch.  The columns
 * of a key come first: SQLite 3.40 finds fault with such a table otherwise. */
static const char log_schema[] =
	"CREATE TABLE log_journal(id TEXT PRIMARY KEY, last INTEGER NOT NULL,"
	" last_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE transition(time INTEGER NOT NULL, number INTEGER NOT NULL,"
	" journal TEXT NOT NULL, position INTEGER NOT NULL, raised INTEGER NOT NULL, value REAL,"
	" drill INTEGER NOT NULL" HISTORY_LOG_TEXTS(COLUMN) ","
	" PRIMARY KEY(time, number, journal)) WITHOUT ROWID;"
	"CREATE TABLE generation(time INTEGER NOT NULL, journal TEXT NOT NULL,"
	" generation TEXT NOT NULL, \"by\" TEXT NOT NULL,"
	" PRIMARY KEY(time, journal)) WITHOUT ROWID;";

/* A number is never given twice, though what had it may be forgotten. */
static const char audit_schema[] =
	"CREATE TABLE audit(number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"
	" who TEXT NOT NULL, role TEXT NOT NULL, \"from\" TEXT NOT NULL, what TEXT NOT NULL,"
	" unit TEXT NOT NULL, about TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL,"
	" key TEXT NOT NULL);"
	"CREATE INDEX audit_time ON audit(time);";

static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE journal(id TEXT PRIMARY KEY, last INTEGER NOT NULL, tick INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE unit(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);"
	"CREATE TABLE series(number INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE);"
	TABLE("hour")
	TABLE("day")
	"PRAGMA application_id=" STRING(APPLICATION) ";";

#define PAIR(statement, before, after)                                 \
	[statement + GRAIN_HOUR] = before "hour" after,                \
	[statement + GRAIN_DAY] = before "day" after

static const char *const texts[N_STATEMENTS] = {
	[STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_ROLLBACK] = "ROLLBACK",
	[STATEMENT_GET_META] = "SELECT value FROM meta WHERE name = ?1",
	[STATEMENT_SET_META] = "INSERT OR REPLACE INTO meta VALUES(?1, ?2)",
	[STATEMENT_GET_JOURNAL] = "SELECT last, tick FROM journal WHERE id = ?1",
	[STATEMENT_SET_JOURNAL] = "INSERT OR REPLACE INTO journal VALUES(?1, ?2, ?3)",
	[STATEMENT_GET_LOG] = "SELECT last, last_ms FROM log_journal WHERE id = ?1",
	[STATEMENT_SET_LOG] = "INSERT OR REPLACE INTO log_journal VALUES(?1, ?2, ?3)",
	[STATEMENT_PUT_TRANSITION] = "INSERT OR REPLACE INTO transition VALUES(?,?,?,?,?,?,?"
		HISTORY_LOG_TEXTS(PLACE) ")",
	[STATEMENT_SCAN_LOG] = "SELECT time, number, position, raised, value, drill"
		HISTORY_LOG_TEXTS(NAME) " FROM transition WHERE time >= ?1 AND time < ?2"
		" ORDER BY time DESC, number DESC",
	[STATEMENT_FIRST_OF_LOG] = "SELECT min(time) FROM transition",
	[STATEMENT_DROP_LOG] = "DELETE FROM transition WHERE time < ?1",
	[STATEMENT_PUT_GENERATION] = "INSERT OR REPLACE INTO generation VALUES(?1, ?2, ?3, ?4)",
	[STATEMENT_LAST_GENERATION] = "SELECT time, generation FROM generation WHERE journal = ?1"
		" ORDER BY time DESC LIMIT 1",
	[STATEMENT_SCAN_GENERATIONS] = "SELECT time, generation, \"by\" FROM generation"
		" WHERE time >= ?1 AND time < ?2 ORDER BY time",
	[STATEMENT_PUT_AUDIT] = "INSERT INTO audit VALUES(NULL,?,?,?,?,?,?,?,?,?,?)",
	[STATEMENT_SCAN_AUDIT] = "SELECT time, number, who, role, \"from\", what, unit, about,"
		" outcome, detail, key FROM audit WHERE time >= ?1 AND time < ?2"
		" ORDER BY time DESC, number DESC",
	[STATEMENT_FIRST_OF_AUDIT] = "SELECT min(time) FROM audit",
	[STATEMENT_DROP_AUDIT] = "DELETE FROM audit WHERE time < ?1",
	[STATEMENT_UNITS] = "SELECT number, id FROM unit ORDER BY number",
	[STATEMENT_ADD_UNIT] = "INSERT INTO unit(id) VALUES(?1)",
	[STATEMENT_SERIES] = "SELECT number, key FROM series ORDER BY number",
	[STATEMENT_ADD_SERIES] = "INSERT INTO series(key) VALUES(?1)",
	PAIR(STATEMENT_GET_ROW, "SELECT n, revision, round, body FROM ",
	     " WHERE at = ?1 AND series = ?2 AND unit = ?3"),
	PAIR(STATEMENT_PUT_ROW, "INSERT OR REPLACE INTO ", " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
	PAIR(STATEMENT_SCAN, "SELECT unit, n, revision, body FROM ",
	     " WHERE at = ?1 AND series = ?2"),
	PAIR(STATEMENT_ENDS, "SELECT (SELECT min(at) FROM ", ""), /* goes on in make_statement() */
	PAIR(STATEMENT_DROP, "DELETE FROM ", " WHERE at = ?1"),
};
/* clang-format on */

/* ---- results ---- */

/* The place of a fault is where SQLite was called, not here. */
static int result_of(const struct file *file, int code)
{
	int error = sqlite3_system_errno(file->db);

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return FILE_DAMAGED;
	case SQLITE_FULL:
		return err_raise(-ENOSPC);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_raise(-EBUSY);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_raise(-EACCES);
	case SQLITE_CANTOPEN:
		return err_raise(error ? -error : -ENOENT);
	default:
		return err_raise(error ? -error : -EIO);
	}
}

sqlite3_stmt *file_statement(struct file *file, unsigned statement)
{
	return file->statements[statement];
}

int file_run(struct file *file, sqlite3_stmt *statement)
{
	int r = result_of(file, sqlite3_step(statement));

	(void)sqlite3_reset(statement);
	return r;
}

bool file_next(struct file *file, sqlite3_stmt *statement, int *ret)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return true;
	*ret = result_of(file, code);
	(void)sqlite3_reset(statement);
	return false;
}

/* ---- numbers by name ---- */

int file_get_meta(struct file *file, const char *name, int64_t *ret)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_GET_META);
	int r;

	*ret = 0;
	(void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	while (file_next(file, statement, &r))
		*ret = sqlite3_column_int64(statement, 0);
	return r;
}

int file_set_meta(struct file *file, const char *name, int64_t value)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_SET_META);

	(void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 2, value);
	return file_run(file, statement);
}

int file_ends(struct file *file, enum grain grain, bool *ret_empty, int32_t *ret_first,
	      int32_t *ret_last)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_ENDS + grain);
	int r;

	*ret_empty = true;
	while (file_next(file, statement, &r)) {
		*ret_empty = sqlite3_column_type(statement, 0) == SQLITE_NULL;
		*ret_first = sqlite3_column_int(statement, 0);
		*ret_last = sqlite3_column_int(statement, 1);
	}
	return r;
}

/* ---- opening ---- */

static int run_text(struct file *file, const char *text)
{
	return result_of(file, sqlite3_exec(file->db, text, NULL, NULL, NULL));
}

/* A number that SQLite answers to text. */
static int ask_number(struct file *file, const char *text, int64_t *ret)
{
	sqlite3_stmt *statement;
	int r = result_of(file, sqlite3_prepare_v2(file->db, text, -1, &statement, NULL));

	if (r)
		return r;
	while (file_next(file, statement, &r))
		*ret = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return r;
}

/* All in one transaction: a kill leaves the old form or the new one. */
static int make_schema(struct file *file, int64_t version)
{
	CLEANUP_TEXT struct text sql = { 0 };

	text_add(&sql, "BEGIN IMMEDIATE;%s%s%s", version < VERSION_OLD ? schema : "",
		 version < VERSION_LOG ? log_schema : "", audit_schema);
	text_add(&sql, "PRAGMA user_version=%d;COMMIT;", VERSION);
	return run_text(file, text_get(&sql));
}

static int make_tables(struct file *file)
{
	int64_t application = 0, version = 0, n_tables = 0;
	int r;

	r = ask_number(file, "PRAGMA application_id", &application);
	if (!r)
		r = ask_number(file, "PRAGMA user_version", &version);
	if (!r)
		r = ask_number(file, "SELECT count(*) FROM sqlite_master", &n_tables);
	if (r)
		return r;
	if (application == 0 && n_tables == 0)
		return make_schema(file, 0);
	if (application != APPLICATION || version < VERSION_OLD || version > VERSION)
		return err_raise(-EPROTO);
	return version < VERSION ? make_schema(file, version) : 0;
}

static int make_statement(struct file *file, unsigned i)
{
	CLEANUP_TEXT struct text text = { 0 };
	int code;

	text_add(&text, "%s", texts[i]);
	if (i >= STATEMENT_ENDS && i < STATEMENT_ENDS + N_GRAINS)
		text_add(&text, "), (SELECT max(at) FROM %s)",
			 i == STATEMENT_ENDS + GRAIN_DAY ? "day" : "hour");
	code = sqlite3_prepare_v3(file->db, text_get(&text), -1, SQLITE_PREPARE_PERSISTENT,
				  &file->statements[i], NULL);
	/* A table is missing, or is not as we make it. */
	return code == SQLITE_ERROR ? FILE_DAMAGED : result_of(file, code);
}

static int make_statements(struct file *file)
{
	int r = 0;

	for (unsigned i = 0; i < N_STATEMENTS && !r; i++)
		r = make_statement(file, i);
	return r;
}

static int mark(struct file *file)
{
	int64_t is_open;
	int r = file_get_meta(file, "open", &is_open);

	if (r)
		return r;
	file->is_suspect = is_open;
	return file_set_meta(file, "open", 1);
}

static int prepare(struct file *file)
{
	int r;

	(void)sqlite3_busy_timeout(file->db, BUSY_MS);
	(void)sqlite3_extended_result_codes(file->db, 1);
	r = run_text(file, pragmas);
	if (!r)
		r = make_tables(file);
	if (!r)
		r = make_statements(file);
	if (!r)
		r = mark(file);
	return r;
}

/* What SQLite makes by itself would be readable by everybody. */
static int make_file(const char *path)
{
	char *directory = xstrdup(path);
	char *slash = strrchr(directory, '/');
	int number;
	int r = 0;

	if (slash && slash > directory) {
		*slash = '\0';
		r = disk_make_directory(directory);
	}
	free(directory);
	if (r)
		return err_pass(r);

	r = disk_create(&number, path);
	if (r == -EEXIST)
		return 0;
	if (!r)
		disk_close(number);
	return err_pass(r);
}

int file_open(struct file *file, const char *path)
{
	int r;

	*file = (struct file){ .db = NULL };
	r = make_file(path);
	if (r)
		return err_pass(r);

	r = result_of(file, sqlite3_open_v2(path, &file->db,
					    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	if (!r)
		r = prepare(file);
	if (r)
		file_close(file, false);
	return r;
}

int file_check(struct file *file)
{
	sqlite3_stmt *statement;
	bool is_good = false;
	int r = result_of(
		file, sqlite3_prepare_v2(file->db, "PRAGMA quick_check(1)", -1, &statement, NULL));

	if (r)
		return r;
	while (file_next(file, statement, &r)) {
		const unsigned char *text = sqlite3_column_text(statement, 0);

		is_good = text && strcmp((const char *)text, "ok") == 0;
	}
	(void)sqlite3_finalize(statement);
	if (!r && is_good)
		file->is_suspect = false;
	return r ? r : is_good ? 0 : FILE_DAMAGED;
}

void file_close(struct file *file, bool in_order)
{
	int r = 0;

	/* If that fails, the next start looks at all of it: no harm. */
	if (file->db && in_order && !file->is_suspect)
		r = file_set_meta(file, "open", 0);
	(void)r;
	for (unsigned i = 0; i < N_STATEMENTS; i++)
		(void)sqlite3_finalize(file->statements[i]);
	(void)sqlite3_close(file->db);
	*file = (struct file){ .db = NULL };
}

/* ---- damage ---- */

static bool is_there(const char *path)
{
	int file;

	if (disk_open_read(&file, path))
		return false;
	disk_close(file);
	return true;
}

/* Without the log the damage could not be looked into; the index of the log is made anew. */
int file_put_aside(const char *path)
{
	CLEANUP_TEXT struct text aside = { 0 };
	CLEANUP_TEXT struct text log = { 0 };
	CLEANUP_TEXT struct text index = { 0 };
	int n = 0;
	int r;

	do {
		text_clear(&aside);
		text_add(&aside, "%s.damaged-%d", path, ++n);
	} while (n < DAMAGED_MAX && is_there(text_get(&aside)));

	r = disk_rename(path, text_get(&aside));
	if (r && r != -ENOENT)
		return err_pass(r);

	text_add(&log, "%s-wal", path);
	text_add(&index, "%s-shm", path);
	text_add(&aside, "-wal");
	r = disk_rename(text_get(&log), text_get(&aside));
	if (r && r != -ENOENT)
		return err_pass(r);
	r = disk_remove(text_get(&index));
	return r == -ENOENT ? 0 : err_pass(r);
}

static uint64_t bytes_of(const struct file *file, int which)
{
	sqlite3_file *part = NULL;
	sqlite3_int64 bytes = 0;

	if (sqlite3_file_control(file->db, "main", which, (void *)&part) == SQLITE_OK && part &&
	    part->pMethods && part->pMethods->xFileSize(part, &bytes) == SQLITE_OK)
		return (uint64_t)bytes;
	return 0;
}

uint64_t file_bytes(const struct file *file)
{
	if (!file->db)
		return 0;
	return bytes_of(file, SQLITE_FCNTL_FILE_POINTER) +
	       bytes_of(file, SQLITE_FCNTL_JOURNAL_POINTER);
}
