/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source: the files of a configuration directory as they were read, in a fixed order: that of enum
 * part, each folder's files in byte order of their names.
 *
 * Knows lines and columns, and nothing of YAML.  Blocks on files in sources_read() only.
 */
#ifndef IOCD_CONFIG_SOURCE_H
#define IOCD_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"

#define SOURCE_BYTES_MAX (1 << 20) /* of one file: administrators write by hand */
#define SOURCES_MAX      10000

/* What a file says something about. */
enum part {
	PART_SETTINGS,
	PART_CALENDAR,
	PART_UNITS,
	PART_FEEDS,
	PART_INDICATORS,
	PART_RULES,
	PART_RECEIVERS,
	PART_MAINTENANCE,
	PART_REPORTS,
	PART_OVERRIDES, /* the "key=value" of the command line, one per line */
	PART_TESTS,     /* of rules: never among the others, see rule_tests.h */
	PART_USERS,     /* likewise, see users_file.h */
	N_PARTS
};

struct source {
	char *name; /* owned; relative to the directory, "rules.d/flood.yml" */
	enum part part;
	int fault;     /* negative errno: it could not be read, and bytes is "" */
	char *bytes;   /* owned; zero-terminated, without byte order mark; NULL once forgotten */
	size_t size;   /* bytes */
	size_t *lines; /* owned; where each line starts */
	uint32_t n_lines;
	uint64_t digest; /* XXH3-64 of what the file means: comments and spacing do not count */
	uint64_t exact;  /* XXH3-64 of bytes */
};

/* A file that stands in the directory and is not read, with the name that was perhaps meant. */
struct stray {
	char *name; /* owned */
};

struct sources {
	struct source **list; /* owned, each on its own so that it does not move */
	uint32_t n;
	struct stray *strays; /* owned */
	uint32_t n_strays;
};

/* Makes an empty set.  Gives it; never NULL. */
struct sources *sources_new(void) MUST_USE;
struct sources *sources_free(struct sources *sources);
DEFINE_CLEANUP(struct sources, sources_free)

/* Whether a reload replaces the files of part. */
static inline bool part_is_reloaded(enum part part)
{
	return part == PART_RULES || part == PART_RECEIVERS || part == PART_MAINTENANCE;
}

/* The part that a file of that name is read as, N_PARTS if it is none. */
enum part part_of_name(const char *name);

/* Adds a file; copies name and size bytes. */
void sources_add(struct sources *sources, enum part part, const char *name, const char *bytes,
		 size_t size);

/* Adds the files of directory.  0; or a fault: the directory cannot be read.  A file that cannot be
 * read is a source with its fault. */
int sources_read(struct sources *sources, const char *directory) MUST_USE;

/* Gives back the memory of all contents; names and digests stay. */
void sources_forget_bytes(struct sources *sources);

/* The line and column, in characters, of the byte at offset. */
struct place source_place(const struct source *source, size_t offset);

/* Lends line number line (from 1) without its end; its size in *ret_size. */
const char *source_line(const struct source *source, uint32_t line, size_t *ret_size);

/* True if byte goes on with a character that began before it. */
static inline int utf8_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

#endif
