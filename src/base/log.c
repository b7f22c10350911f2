/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "utf8.h"

#define LINE_BYTES 2048

static const char cut_mark[] = "...\n"; /* every line keeps room for it */

struct line {
	char bytes[LINE_BYTES];
	size_t size;
	bool cut;
};

static _Atomic int highest_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&highest_level, (int)level, memory_order_relaxed);
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		return "debug";
	}
	return "error";
}

/* systemd hands JOURNAL_STREAM down to children whose stderr may be elsewhere: it names the
 * device and inode to compare with. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char expected[64];

	if (!stream || fstat(STDERR_FILENO, &status))
		return false;
	(void)snprintf(expected, sizeof(expected), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino);
	return strcmp(stream, expected) == 0;
}

/* Adds all n bytes or, if there is no room, none of them and nothing after them. */
static void add(struct line *line, const char *bytes, size_t n)
{
	if (line->cut || n > LINE_BYTES - line->size - strlen(cut_mark)) {
		line->cut = true;
		return;
	}
	memcpy(line->bytes + line->size, bytes, n);
	line->size += n;
}

static void add_prefix(struct line *line, enum log_level level)
{
	const int to_seconds = sizeof("2026-11-22T08:15:00") - 1;
	char time[CIVIL_TEXT_MAX];
	char prefix[64];
	int64_t now_ms;
	int n;

	if (stderr_is_journal()) {
		n = snprintf(prefix, sizeof(prefix), "<%d>", (int)level);
	} else {
		now_ms = clock_real_ms();
		civil_format(time, now_ms, 0);
		n = snprintf(prefix, sizeof(prefix), "%.*s.%03dZ %s ", to_seconds, time,
			     (int)(now_ms % 1000), level_name(level));
	}
	add(line, prefix, (size_t)n);
}

static bool is_control(const char *bytes, size_t size)
{
	unsigned char first = (unsigned char)bytes[0];

	if (size == 1)
		return first < 0x20 || first == 0x7f;
	return first == 0xc2 && (unsigned char)bytes[1] < 0xa0; /* U+0080 to U+009F */
}

static void add_escaped(struct line *line, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t size = utf8_size(bytes, n);
		char escape[8];

		if (size > 0 && !is_control(bytes, size)) {
			add(line, bytes, size);
		} else {
			size = 1;
			(void)snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)*bytes);
			add(line, escape, 4);
		}
		bytes += size;
		n -= size;
	}
}

static void write_line(struct line *line)
{
	const char *end = line->cut ? cut_mark : "\n";
	ssize_t r;

	memcpy(line->bytes + line->size, end, strlen(end));
	line->size += strlen(end);
	do
		r = write(STDERR_FILENO, line->bytes, line->size);
	while (r < 0 && errno == EINTR);
}

void log_line(enum log_level level, const char *name, const char *format, ...)
{
	struct line line = { .size = 0 };
	char fields[LINE_BYTES];
	va_list arguments;
	int n;

	if ((int)level > atomic_load_explicit(&highest_level, memory_order_relaxed))
		return;

	va_start(arguments, format);
	n = vsnprintf(fields, sizeof(fields), format, arguments);
	va_end(arguments);

	add_prefix(&line, level);
	add_escaped(&line, name, strlen(name));
	if (n > 0) {
		add(&line, " ", 1);
		add_escaped(&line, fields, strlen(fields));
	}
	write_line(&line);
}

int log_may(struct log_limit *limit, int64_t now_ms, int64_t period_ms, uint64_t *ret_dropped)
{
	if (now_ms < limit->next_ms) {
		limit->dropped++;
		return 0;
	}

	*ret_dropped = limit->dropped;
	limit->dropped = 0;
	limit->next_ms = now_ms + period_ms;
	return 1;
}
