/* SPDX-License-Identifier: Apache-2.0 */
#include "sse.h"

#include <string.h>

void sse_init(struct sse *sse, sse_fn *fn, void *context)
{
	*sse = (struct sse){ .fn = fn, .context = context };
}

void sse_fini(struct sse *sse)
{
	text_fini(&sse->line);
	text_fini(&sse->event);
	text_fini(&sse->data);
}

static void dispatch(struct sse *sse)
{
	if (sse->has_data && !sse->is_too_big)
		sse->fn(sse->context, sse->event.size > 0 ? text_get(&sse->event) : "message",
			text_get(&sse->data), sse->data.size);
	text_clear(&sse->event);
	text_clear(&sse->data);
	sse->has_data = false;
	sse->is_too_big = false;
}

static void take_field(struct sse *sse, const char *name, size_t size, const char *value)
{
	if (size == 5 && memcmp(name, "event", 5) == 0) {
		text_clear(&sse->event);
		text_add(&sse->event, "%s", value);
	} else if (size == 4 && memcmp(name, "data", 4) == 0) {
		if (sse->has_data)
			text_add(&sse->data, "\n");
		text_add(&sse->data, "%s", value);
		sse->has_data = true;
		sse->is_too_big = sse->is_too_big || sse->data.size > SSE_MAX;
	}
}

static void end_line(struct sse *sse)
{
	const char *line = text_get(&sse->line);
	size_t size = strcspn(line, ":");
	const char *value = line[size] == ':' ? line + size + 1 : "";

	if (!*line)
		dispatch(sse);
	else if (size > 0)
		take_field(sse, line, size, *value == ' ' ? value + 1 : value);
	text_clear(&sse->line);
}

void sse_feed(struct sse *sse, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool is_rest = bytes[i] == '\n' && sse->was_return;

		sse->was_return = bytes[i] == '\r';
		if (is_rest)
			continue;
		if (bytes[i] == '\n' || bytes[i] == '\r')
			end_line(sse);
		else if (sse->line.size < SSE_MAX)
			text_add_bytes(&sse->line, &bytes[i], 1);
		else
			sse->is_too_big = true;
	}
}
