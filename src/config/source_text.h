/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_text: the files that a reload replaces, as one text and back.
 *
 * File after file in the order of sources: "== rules.d/flood.yml 123", a line end, its 123 bytes, a
 * line end.  There is one way only to write a set of files.
 */
#ifndef IOCD_CONFIG_SOURCE_TEXT_H
#define IOCD_CONFIG_SOURCE_TEXT_H

#include <stdbool.h>

#include "iocd/base/text.h"
#include "source.h"

/* Appends those of sources that a reload replaces. */
void source_text_write(const struct sources *sources, struct text *text);

/* Adds the files of size bytes of such a text to sources, which is empty.  False: it is not of that
 * form, and some may have been added. */
bool source_text_read(struct sources *sources, const char *text, size_t size);

#endif
