/* SPDX-License-Identifier: Apache-2.0 */
#include "receipts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

/* What stands before every id, just as fact.c writes it; nothing else of an event looks like it. */
static const char mark[] = "\"id\":\"";

struct receipts {
	FILE *file; /* owned */
};

int receipts_new(struct receipts **ret, const char *path)
{
	struct receipts *receipts;
	FILE *file = fopen(path, "we");

	if (!file)
		return err_raise(-errno);

	receipts = xcalloc(1, sizeof(*receipts));
	receipts->file = file;
	*ret = receipts;
	return 0;
}

struct receipts *receipts_free(struct receipts *receipts)
{
	if (!receipts)
		return NULL;

	(void)fclose(receipts->file);
	free(receipts);
	return NULL;
}

void receipts_take(void *context, struct slice packet)
{
	struct receipts *receipts = context;
	const char *end = packet.bytes + packet.size;
	const char *at = packet.bytes;

	while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1))) {
		const char *id = at + sizeof(mark) - 1;
		const char *quote = memchr(id, '"', (size_t)(end - id));

		if (!quote)
			return;
		(void)fwrite(id, 1, (size_t)(quote - id), receipts->file); /* see finish() */
		(void)fputc('\n', receipts->file);
		at = quote;
	}
}

int receipts_finish(struct receipts *receipts)
{
	if (fflush(receipts->file) || ferror(receipts->file))
		return err_raise(errno ? -errno : -EIO);
	return 0;
}
