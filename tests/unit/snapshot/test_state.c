/* SPDX-License-Identifier: Apache-2.0 */
#include "test_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void save(void *context, struct bytes_writer *writer)
{
	const struct state *state = context;

	if (state->stops)
		(void)raise(SIGSTOP);
	bytes_put_part(writer, "number", 1);
	bytes_put_u64(writer, state->number);
	bytes_put_text(writer, "twelve bytes");
	for (int i = 0; state->is_large && i < 100000; i++)
		bytes_put_u64(writer, state->number + (uint64_t)i);
}

void load(void *context, struct bytes_reader *reader)
{
	struct state *state = context;
	const char *text;
	size_t n;

	state->n_loads++;
	bytes_get_part(reader, "number", 1);
	state->number = bytes_get_u64(reader);
	text = bytes_get_text(reader, &n);
	if (n != 12 || memcmp(text, "twelve bytes", 12) != 0)
		bytes_reject(reader, "its text is another");
	for (int i = 0; state->is_large && i < 100000; i++)
		assert_int_equal(bytes_get_u64(reader), state->number + (uint64_t)i);
	if (state->refused && state->number == state->refused)
		bytes_reject(reader, "its number is not liked");
	if (state->leaves_some)
		reader->at--;
}

struct snapshots *open_id(const char *directory, const char *id)
{
	struct snapshots *snapshots = NULL;

	assert_int_equal(snapshots_new(&snapshots, directory, id), 0);
	return snapshots;
}

struct snapshots *open_here(void **state)
{
	return open_id(*state, ID);
}

struct snapshot_status status_of(const struct snapshots *snapshots)
{
	struct snapshot_status status;

	memset(&status, 0xff, sizeof(status));
	snapshots_get_status(snapshots, &status);
	return status;
}

void begin(struct snapshots *snapshots, uint64_t position)
{
	struct state state = { .number = position };

	assert_int_equal(snapshots_begin(snapshots, position, save, &state), 0);
}

void wait_for_writer(void)
{
	siginfo_t info;

	assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

int fork_one(struct snapshots *snapshots, uint64_t position)
{
	begin(snapshots, position);
	wait_for_writer();
	return snapshots_poll(snapshots);
}

void write_one(struct snapshots *snapshots, uint64_t position)
{
	struct state state = { .number = position };

	assert_int_equal(snapshots_write(snapshots, position, save, &state), 0);
}

uint64_t load_up_to(struct snapshots *snapshots, uint64_t limit, struct state *state,
		    struct text *report)
{
	uint64_t position = 0;
	int r = snapshots_load(snapshots, limit, load, state, &position, report);

	if (r == SNAPSHOT_NONE)
		return 0;
	assert_int_equal(r, 0);
	assert_int_equal(state->number, position);
	return position;
}

int n_lines(const struct text *report)
{
	int n = 0;

	for (const char *at = text_get(report); *at; at++)
		n += *at == '\n';
	return n;
}

uint64_t load_anew(void **directory, int n_passed_over)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	CLEANUP_TEXT struct text report = { 0 };
	struct state state = { 0 };
	uint64_t position = load_up_to(snapshots, NO_LIMIT, &state, &report);

	assert_int_equal(n_lines(&report), n_passed_over);
	return position;
}

char *file_of(void **state, uint64_t position)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%016" PRIx64 ".snap", position);
	return path_of(*state, name);
}

void fail_at(enum disk_call call, int nth, int fault)
{
	hooks_clear();
	disk_hooks->fail_call = call;
	disk_hooks->fail_nth = nth;
	disk_hooks->fault = fault;
}
