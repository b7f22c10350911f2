/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

/* clang-format off */
static const struct {
	enum part part;
	const char *file;   /* the one file of the part, or NULL */
	const char *folder; /* or the folder of its files */
} parts[] = {
	{ PART_SETTINGS,   "iocd.yml",     NULL },
	{ PART_CALENDAR,   "calendar.yml", NULL },
	{ PART_UNITS,      "units.yml",    NULL },
	{ PART_FEEDS,      NULL,           "feeds.d" },
	{ PART_INDICATORS, NULL,           "indicators.d" },
	{ PART_RULES,      NULL,           "rules.d" },
	{ PART_RECEIVERS,  "receivers.yml", NULL },
	{ PART_MAINTENANCE, "maintenance.yml", NULL },
	{ PART_REPORTS,    NULL,           "reports.d" },
};
/* clang-format on */

/* Of others: tests of the rules, and users. */
#define TESTS_FOLDER "tests.d"
#define USERS_FILE   "users.yml"

struct sources *sources_new(void)
{
	return xcalloc(1, sizeof(struct sources));
}

static void source_free(struct source *source)
{
	free(source->lines);
	free(source->bytes);
	free(source->name);
	free(source);
}

struct sources *sources_free(struct sources *sources)
{
	if (!sources)
		return NULL;

	for (uint32_t i = 0; i < sources->n_strays; i++)
		free(sources->strays[i].name);
	free(sources->strays);
	for (uint32_t i = 0; i < sources->n; i++)
		source_free(sources->list[i]);
	free(sources->list);
	free(sources);
	return NULL;
}

static void find_lines(struct source *source)
{
	uint32_t n = 1;

	for (size_t i = 0; i < source->size; i++)
		n += source->bytes[i] == '\n';

	source->lines = xcalloc(n, sizeof(*source->lines));
	source->n_lines = 1;
	for (size_t i = 0; i < source->size; i++)
		if (source->bytes[i] == '\n')
			source->lines[source->n_lines++] = i + 1;
}

/* Takes bytes. */
static struct source *add(struct sources *sources, enum part part, const char *name, char *bytes,
			  size_t size)
{
	struct source *source = xcalloc(1, sizeof(*source));

	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		size -= 3;
		memmove(bytes, bytes + 3, size + 1);
	}
	source->name = xstrdup(name);
	source->part = part;
	source->bytes = bytes;
	source->size = size;
	source->exact = XXH3_64bits(bytes, size);
	find_lines(source);

	sources->list = xrealloc(sources->list, sources->n + 1, sizeof(*sources->list));
	sources->list[sources->n++] = source;
	return source;
}

enum part part_of_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < COUNT(parts); i++) {
		size_t folder = parts[i].folder ? strlen(parts[i].folder) : 0;

		if (parts[i].file && strcmp(name, parts[i].file) == 0)
			return parts[i].part;
		if (folder && n > folder + 5 && strncmp(name, parts[i].folder, folder) == 0 &&
		    name[folder] == '/' && name[folder + 1] != '.' &&
		    !strchr(name + folder + 1, '/') && strcmp(name + n - 4, ".yml") == 0)
			return parts[i].part;
	}
	return N_PARTS;
}

void sources_add(struct sources *sources, enum part part, const char *name, const char *bytes,
		 size_t size)
{
	add(sources, part, name, xstrndup(bytes, size), size);
}

/* A walk through one folder. */
struct walk {
	struct sources *sources;
	const char *directory;
	const char *folder; /* NULL: the directory itself */
	enum part part;
};

static void read_source(const struct walk *walk, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct source *source;
	char *bytes;
	size_t size;
	int r;

	text_add(&path, "%s/%s", walk->directory, name);
	r = disk_read_file(text_get(&path), SOURCE_BYTES_MAX, &bytes, &size);
	if (r == -ENOENT)
		return;
	if (r) {
		bytes = xstrdup("");
		size = 0;
	}
	source = add(walk->sources, walk->part, name, bytes, size);
	source->fault = r;
}

static void on_name(void *context, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };
	const struct walk *walk = context;

	if (walk->sources->n >= SOURCES_MAX)
		return;
	text_add(&path, "%s/%s", walk->folder, name);
	if (name[0] != '.')
		read_source(walk, text_get(&path));
}

static void add_stray(struct sources *sources, const char *folder, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };

	if (name[0] == '.' || sources->n_strays >= SOURCES_MAX)
		return;
	text_add(&path, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
	sources->strays =
		xrealloc(sources->strays, sources->n_strays + 1, sizeof(*sources->strays));
	sources->strays[sources->n_strays++].name = xstrdup(text_get(&path));
}

static void on_stray(void *context, const char *name)
{
	const struct walk *walk = context;

	add_stray(walk->sources, walk->folder, name);
}

/* Of the directory itself: what looks as if it should be read, but is not. */
static void on_top_name(void *context, const char *name)
{
	const struct walk *walk = context;

	for (size_t i = 0; i < COUNT(parts); i++)
		if (strcmp(name, parts[i].file ? parts[i].file : parts[i].folder) == 0)
			return;
	if (strcmp(name, TESTS_FOLDER) == 0 || strcmp(name, USERS_FILE) == 0)
		return;
	add_stray(walk->sources, NULL, name);
}

/* Lists path below the directory; that it is missing is no fault. */
static int list(struct walk *walk, const char *suffix, disk_name_fn *each)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r;

	text_add(&path, "%s/%s", walk->directory, walk->folder);
	r = disk_list(text_get(&path), suffix, each, walk);
	return r == -ENOENT ? 0 : err_pass(r);
}

static int read_folder(struct walk *walk)
{
	int r;

	r = list(walk, ".yml", on_name);
	if (!r)
		r = list(walk, ".yaml", on_stray);
	return err_pass(r);
}

static int list_top(struct walk *walk)
{
	static const char *const suffixes[] = { ".yml", ".yaml", ".d" };
	int r = 0;

	for (size_t i = 0; i < COUNT(suffixes) && !r; i++)
		r = disk_list(walk->directory, suffixes[i], on_top_name, walk);
	return err_pass(r);
}

int sources_read(struct sources *sources, const char *directory)
{
	struct walk walk = { .sources = sources, .directory = directory };
	int r;

	r = list_top(&walk);
	for (size_t i = 0; i < COUNT(parts) && !r; i++) {
		walk.part = parts[i].part;
		walk.folder = parts[i].folder;
		if (parts[i].file)
			read_source(&walk, parts[i].file);
		else
			r = read_folder(&walk);
	}
	return err_pass(r);
}

void sources_forget_bytes(struct sources *sources)
{
	for (uint32_t i = 0; i < sources->n; i++) {
		struct source *source = sources->list[i];

		free(source->bytes);
		free(source->lines);
		source->bytes = NULL;
		source->lines = NULL;
	}
}

/* Index of the line that the byte at offset stands on. */
static uint32_t find_line(const struct source *source, size_t offset)
{
	uint32_t first = 0;
	uint32_t end = source->n_lines;

	while (end - first > 1) {
		uint32_t middle = first + (end - first) / 2;

		if (source->lines[middle] <= offset)
			first = middle;
		else
			end = middle;
	}
	return first;
}

struct place source_place(const struct source *source, size_t offset)
{
	uint32_t line = find_line(source, offset);
	uint32_t column = 1;

	assert(source->bytes);

	if (offset > source->size)
		offset = source->size;
	for (size_t i = source->lines[line]; i < offset; i++)
		column += !utf8_continues(source->bytes[i]);
	return (struct place){ .file = source->name, .line = line + 1, .column = column };
}

const char *source_line(const struct source *source, uint32_t line, size_t *ret_size)
{
	const char *start;
	size_t size;

	assert(line >= 1 && line <= source->n_lines);

	start = source->bytes + source->lines[line - 1];
	size = source->size - source->lines[line - 1];
	if (line < source->n_lines)
		size = source->lines[line] - source->lines[line - 1] - 1;
	if (size > 0 && start[size - 1] == '\r')
		size--;

	*ret_size = size;
	return start;
}
