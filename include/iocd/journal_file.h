/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_file: a journal's directory looked at from outside: what stands in it, what of it is
 * damaged, and its repair.
 *
 * A survey and a reader take no lock and change nothing; iocd may be writing meanwhile, and what it
 * has just begun to write is simply the end.  Only journal_repair() writes, under the journal's
 * lock.  Positions never move: damaged bytes give way to RECORD_HOLEs of the same size.  All calls
 * block on the disk; one thread at a time for each object, but readers in several threads may share
 * a survey.  No log.
 */
#ifndef IOCD_JOURNAL_FILE_H
#define IOCD_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/journal.h"

#define JOURNAL_QUARANTINE "quarantine" /* directory in the journal's: what repairs cut out */
#define JOURNAL_NAME_MAX   64u          /* bytes of a file's name, the ending zero included */

enum journal_file_outcome {
	JOURNAL_NONE = JOURNAL_HELD + 1, /* no journal stands there */
	JOURNAL_UNKNOWN,    /* no header is readable: nothing tells which journal this is */
	JOURNAL_UNMENDABLE, /* there is a finding that no repair can mend */
};

/* What may be wrong.  The comment says what a repair does. */
enum journal_harm {
	JOURNAL_GOOD = 0,
	JOURNAL_TORN,    /* the end was never safe: nothing, opening cuts it; no finding */
	JOURNAL_NAME,    /* the file's name is not the one of its header: renames it */
	JOURNAL_STRAY,   /* a file that is no part of this journal: moves it away */
	JOURNAL_MARK,    /* the mark of what was synced is unreadable: writes it again */
	JOURNAL_HEADER,  /* the header is unreadable: makes it again */
	JOURNAL_DAMAGED, /* no record stands in [from, to), but behind it: fills it with holes */
	JOURNAL_MISSING, /* the file of [from, to) is gone: makes one of holes */
	JOURNAL_LOST,    /* the end, which was safe once, is damaged: cuts it */
};

/* One file of the journal.  The members from messages on are known once it was scanned. */
struct journal_file {
	char name[JOURNAL_NAME_MAX];
	uint64_t first; /* position of its first record */
	uint64_t bytes; /* of the file */
	bool has_mark;  /* a readable one */
	uint64_t mark;  /* position: everything before it was on the disk once */
	enum journal_harm harm;
	uint64_t messages;        /* records by kind */
	uint64_t times;           /* RECORD_TIME */
	uint64_t holes;           /* RECORD_HOLE */
	uint64_t owns;            /* RECORD_OWN */
	uint64_t others;          /* of kinds that this version does not know */
	int64_t first_arrival_ms; /* of its records; 0 if there is none */
	int64_t last_arrival_ms;
	uint64_t end; /* position behind the last record or damaged stretch */
};

/* Something wrong in one file. */
struct journal_finding {
	enum journal_harm harm;
	char name[JOURNAL_NAME_MAX]; /* of the file; JOURNAL_MISSING: as it should be */
	uint64_t offset;             /* in that file */
	uint64_t from;               /* positions: what is lost; both 0 if no record is */
	uint64_t to;
	uint64_t safe_bytes; /* of these, so many had been synced */
	int64_t before_ms;   /* arrival of the record before the stretch, and of the one behind */
	int64_t after_ms;    /* 0: there is none */
	bool is_mendable;
};

/* Told from time to time how many bytes of all are done. */
typedef void journal_progress_fn(void *context, uint64_t done, uint64_t total);

struct journal_survey;

/* Looks at names, headers and marks in directory (copied).  Gives the survey; 0, JOURNAL_NONE,
 * JOURNAL_UNKNOWN or a fault. */
int journal_survey_new(struct journal_survey **ret, const char *directory) MUST_USE;
struct journal_survey *journal_survey_free(struct journal_survey *survey);
DEFINE_CLEANUP(struct journal_survey, journal_survey_free)

/* Reads every record, once in a survey's life; progress may be NULL.  0 or a fault (-ENOENT: iocd
 * has removed all these files meanwhile). */
int journal_survey_scan(struct journal_survey *survey, journal_progress_fn *progress,
			void *context) MUST_USE;

/* Lend the files, oldest first, and the findings, in the order of their positions (those of damaged
 * records once it was scanned).  Until the survey is freed. */
size_t journal_survey_files(const struct journal_survey *survey, const struct journal_file **ret);
size_t journal_survey_findings(const struct journal_survey *survey,
			       const struct journal_finding **ret);

/* Lends the journal's identity: 32 hex digits. */
const char *journal_survey_id(const struct journal_survey *survey);

/* Positions of the oldest record and, once it was scanned, behind the last one that holds; and how
 * many bytes of a torn end stand there. */
uint64_t journal_survey_first(const struct journal_survey *survey);
uint64_t journal_survey_end(const struct journal_survey *survey);
uint64_t journal_survey_torn_bytes(const struct journal_survey *survey);

/* Where a reader is likely to end: for telling how far it is. */
uint64_t journal_survey_likely_end(const struct journal_survey *survey);

/* A reader of all records that a survey (borrowed for life) knows of, from position on, which must
 * be that of a record.  Gives it. */
struct journal_reader;
struct journal_reader *journal_reader_new(const struct journal_survey *survey,
					  uint64_t position) MUST_USE;
struct journal_reader *journal_reader_free(struct journal_reader *reader);
DEFINE_CLEANUP(struct journal_reader, journal_reader_free)

/* Reads the next record; its topic and payload are lent until the next call.  0; JOURNAL_END;
 * JOURNAL_CORRUPT: a damaged stretch stands here, see below, and the next call goes on behind it;
 * or a fault (-ENOENT: iocd has removed the file meanwhile). */
int journal_reader_next(struct journal_reader *reader, struct record *ret) MUST_USE;

/* After JOURNAL_CORRUPT: the positions of the stretch.  Ever: where the reader stands. */
void journal_reader_damage(const struct journal_reader *reader, uint64_t *ret_from,
			   uint64_t *ret_to);
uint64_t journal_reader_position(const struct journal_reader *reader);

/* What a repair did, or with is_dry would do. */
struct journal_repair {
	uint64_t cut_bytes;         /* of the journal, as positions count */
	uint64_t safe_bytes;        /* of these, so many had been synced */
	uint64_t quarantined_bytes; /* copied or moved into JOURNAL_QUARANTINE */
	uint32_t quarantined_files;
};

/* Mends all that a survey of directory finds, keeping a copy of whatever it overwrites; with is_dry
 * it only says what it would do, and takes no lock.  Killed at any point and run again, it comes to
 * the same end.  Gives the survey of before, its findings being what was mended.  0, JOURNAL_HELD,
 * JOURNAL_NONE, JOURNAL_UNKNOWN; JOURNAL_UNMENDABLE (nothing was changed; the survey is given); or
 * a fault (-ENOSPC: nothing was changed, there is no room for the copies). */
int journal_repair(struct journal_survey **ret, struct journal_repair *ret_repair,
		   const char *directory, bool is_dry, journal_progress_fn *progress,
		   void *context) MUST_USE;

#endif
