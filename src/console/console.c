/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/console.h"

#include <string.h>

#include "files.h"

/* The page decides by its address which of these it shows; app/lib/router.ts has the same list. */
static const char *const pages[] = {
	"alerts", "overview", "indicator", "feeds", "rules", "shift", "report", "audit",
};

static const struct console_file *find(const char *path)
{
	for (size_t i = 0; i < console_n_files; i++)
		if (strcmp(console_files[i].path, path) == 0)
			return &console_files[i];
	return NULL;
}

static bool is_page(const char *path)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if (*path == '/' && strcmp(path + 1, pages[i]) == 0)
			return true;
	return false;
}

const struct console_file *console_find(const char *path)
{
	return find(is_page(path) ? "/" : path);
}

bool console_is_built(void)
{
	return console_n_files > 0;
}
