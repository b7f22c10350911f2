/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay: runs a fuzz target over every file of the directories it is given, as an ordinary test.
 * Fails if there is nothing to replay.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
	const char *directory;
	int n_files;
};

static void replay(void *context, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct tally *tally = context;
	char *bytes;
	size_t size;

	text_add(&path, "%s/%s", tally->directory, name);
	if (disk_read_file(text_get(&path), 1 << 24, &bytes, &size)) {
		fprintf(stderr, "cannot read '%s': %s\n", text_get(&path), err_trace());
		exit(EXIT_FAILURE);
	}
	printf("%s\n", text_get(&path));
	fflush(stdout); /* so that a crash names its input */
	LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
	free(bytes);
	tally->n_files++;
}

int main(int argc, char **argv)
{
	int n_files = 0;

	for (int i = 1; i < argc; i++) {
		struct tally tally = { .directory = argv[i] };

		if (disk_list(argv[i], "", replay, &tally))
			return EXIT_FAILURE;
		n_files += tally.n_files;
	}
	printf("%d inputs replayed\n", n_files);
	return n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
