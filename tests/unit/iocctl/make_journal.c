/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a journal for the tests of 'iocctl journal': make_journal DIR.  Each line of stdin,
 * "ARRIVAL KIND FLAGS TOPIC PAYLOAD" with tabs between, is appended as a record; the answer to each
 * is the position behind it.  The journal stays in use until stdin ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/journal.h"

static int append(struct journal *journal, char *line)
{
	struct record record = { .kind = RECORD_MESSAGE };
	char *fields[5];
	long long arrival_ms;

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 5; i++) {
		fields[i] = strsep(&line, "\t");
		if (!fields[i])
			return -1;
	}
	arrival_ms = strtoll(fields[0], NULL, 10);
	record.kind = (enum record_kind)strtol(fields[1], NULL, 10);
	record.flags = (unsigned)strtoul(fields[2], NULL, 10);
	record.topic = fields[3];
	record.topic_size = strlen(fields[3]);
	record.payload = fields[4];
	record.payload_size = strlen(fields[4]);
	if (journal_append(journal, &record, arrival_ms))
		return -1;
	printf("%llu\n", (unsigned long long)journal_end(journal));
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	const struct journal_options options = {
		.directory = argc > 1 ? argv[1] : "",
		.segment_bytes = 1u << 20,
		.mode = JOURNAL_INTERVAL,
	};
	struct journal_recovery recovery;
	struct journal *journal = NULL;
	char *line = NULL;
	size_t capacity = 0;
	int r = journal_open(&journal, &options, &recovery);

	if (r) {
		fprintf(stderr, "cannot open: %d %s\n", r, recovery.where);
		return 1;
	}
	while (r == 0 && getline(&line, &capacity, stdin) > 0)
		r = append(journal, line);
	free(line);
	journal = journal_free(journal);
	return r ? 1 : 0;
}
