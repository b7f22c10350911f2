/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console: the operator's web page, built from src/console and kept in the program.
 *
 * Read only; any thread.
 */
#ifndef IOCD_CONSOLE_H
#define IOCD_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct console_file {
	const char *path;         /* "/", "/assets/app-1a2b3c.js" */
	const char *content_type; /* with its charset */
	const char *tag;          /* of its content, with its quotation marks: for ETag */
	const unsigned char *bytes;
	size_t size;
	const unsigned char *packed; /* gzip (RFC 1952); NULL: not smaller */
	size_t packed_size;
	bool is_fixed; /* its name changes with its content: may be kept for ever */
};

/* Lends the file at path, for ever; the page itself for a path of one of its views ("/alerts");
 * NULL: there is none. */
const struct console_file *console_find(const char *path);

/* Whether the program was built with the page; else "/" says how to get it. */
bool console_is_built(void);

#endif
