/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define KEPT "public, max-age=31536000, immutable"

/* Whether a weight is 0: "q=0", "q=0.0". */
static bool is_nothing(const char *parameter, size_t size)
{
	const char *weight = memmem(parameter, size, "q=", 2);

	return weight && strtod(weight + 2, NULL) <= 0;
}

/* Whether an item of a list is word, or "*", and no weight of 0 says that it is not wanted. */
static bool names(const char *list, const char *word)
{
	bool any = false;

	while (*list) {
		size_t size = strcspn(list, ","), blank = strspn(list, " \t");
		size_t name = strcspn(list + (blank < size ? blank : size), ";, \t");

		if (name == strlen(word) && strncasecmp(list + blank, word, name) == 0)
			return !is_nothing(list, size);
		any |= name == 1 && list[blank] == '*' && !is_nothing(list, size);
		list += size + (list[size] == ',');
	}
	return any;
}

/* A tag may be weak: it is compared as if it were not. */
static bool has_already(const struct http_request *request, const char *tag)
{
	const char *list = http_header(request, "If-None-Match");

	return list && (strcmp(list, "*") == 0 || strstr(list, tag));
}

static bool takes_packed(const struct http_request *request)
{
	const char *list = http_header(request, "Accept-Encoding");

	return list && names(list, "gzip");
}

void page_answer(const struct console_file *file, const struct http_request *request,
		 struct http_response *response)
{
	http_add_header(response, "ETag", "%s", file->tag);
	http_add_header(response, "Vary", "Accept-Encoding");
	http_add_header(response, "Cache-Control", "%s", file->is_fixed ? KEPT : "no-cache");
	response->content_type = file->content_type;
	if (has_already(request, file->tag)) {
		response->status = 304;
		return;
	}
	if (file->packed && takes_packed(request)) {
		http_add_header(response, "Content-Encoding", "gzip");
		response->lent = file->packed;
		response->lent_size = file->packed_size;
		return;
	}
	response->lent = file->bytes;
	response->lent_size = file->size;
}

void page_answer_absent(struct http_response *response)
{
	http_add_header(response, "Cache-Control", "no-cache");
	response->status = 404;
	response->content_type = "text/plain; charset=utf-8";
	text_add(&response->body, "iocd was built without its console: build it where npm is\n"
				  "(meson configure -Dconsole=enabled).  The API is at /api/v1.\n");
}
