/* SPDX-License-Identifier: Apache-2.0 */
#include "cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/text.h"

static void copy_name(char name[CURSOR_NAME_MAX], const char *value)
{
	(void)snprintf(name, CURSOR_NAME_MAX, "%s", value);
}

static uint64_t number_of(const struct redis_reply *reply)
{
	const char *text;
	int64_t number;
	size_t n;

	text = reply_text(reply, &n);
	return text_read_integer(text, n, &number) == 0 && number >= 0 ? (uint64_t)number : 0;
}

static uint64_t *mark_of(struct cursor_marks *marks, const char *name)
{
	if (strcmp(name, "alertlog") == 0)
		return &marks->alertlog;
	if (strcmp(name, "alertlog_at") == 0)
		return &marks->alertlog_at;
	if (strcmp(name, "published") == 0)
		return &marks->published;
	if (strcmp(name, "deadletter") == 0)
		return &marks->deadletter;
	return strcmp(name, "deadletter_at") == 0 ? &marks->deadletter_at : NULL;
}

static void read_field(struct cursor *cursor, const struct writer *writer, const char *name,
		       const struct redis_reply *value)
{
	const char *text = reply_text(value, NULL);
	uint64_t *mark = mark_of(&cursor->marks, name);

	if (mark)
		*mark = number_of(value);
	else if (strcmp(name, "instance") == 0)
		copy_name(cursor->instance, text);
	else if (strcmp(name, "epoch") == 0)
		copy_name(cursor->epoch, text);
	else if (strcmp(name, "journal") == 0)
		cursor->same_journal = strcmp(text, writer->journal_id) == 0;
	else if (strcmp(name, "position") == 0)
		cursor->position = number_of(value);
	else if (strcmp(name, "time") == 0)
		copy_name(cursor->time, text);
}

static enum cursor_owner owner_of(const struct cursor *cursor, const struct writer *writer)
{
	if (strncmp(cursor->instance, writer->instance, CURSOR_NAME_MAX - 1) != 0)
		return CURSOR_FOREIGN;
	return strcmp(cursor->epoch, writer->epoch) == 0 ? CURSOR_OURS : CURSOR_PAST;
}

void cursor_read(struct cursor *ret, const struct writer *writer, const struct redis_reply *reply)
{
	size_t n = reply_n_items(reply);

	*ret = (struct cursor){ .owner = CURSOR_NOBODY };
	for (size_t i = 0; i + 1 < n; i += 2)
		read_field(ret, writer, reply_text(reply_item(reply, i), NULL),
			   reply_item(reply, i + 1));
	if (ret->marks.published < ret->marks.alertlog) /* written before there was this mark */
		ret->marks.published = ret->marks.alertlog;
	if (n > 0)
		ret->owner = owner_of(ret, writer);
}

static void add_number(struct redis_command *command, const char *name, uint64_t number)
{
	command_add(command, name);
	command_add_integer(command, number);
}

static void add_text(struct redis_command *command, const char *name, const char *text)
{
	command_add(command, name);
	command_add(command, text);
}

void cursor_write(struct redis_command *command, const struct writer *writer,
		  const struct cursor_state *state)
{
	add_text(command, "instance", writer->instance);
	add_text(command, "epoch", writer->epoch);
	add_text(command, "journal", writer->journal_id);
	add_text(command, "format", CURSOR_FORMAT);
	add_number(command, "position", state->position);
	add_number(command, "alertlog", state->marks.alertlog);
	add_number(command, "alertlog_at", state->marks.alertlog_at);
	add_number(command, "published", state->marks.published);
	add_number(command, "deadletter", state->marks.deadletter);
	add_number(command, "deadletter_at", state->marks.deadletter_at);
	add_number(command, "rewriting", state->is_rewriting);
	add_text(command, "time", state->time);
}

void cursor_ask_fence(struct redis_command *command)
{
	command_add(command, "instance");
	command_add(command, "epoch");
	command_add(command, "journal");
}

bool cursor_is_ours(const struct writer *writer, const struct redis_reply *reply)
{
	const char *const ours[] = { writer->instance, writer->epoch, writer->journal_id };

	if (reply_n_items(reply) != COUNT(ours))
		return false;
	for (size_t i = 0; i < COUNT(ours); i++)
		if (strcmp(reply_text(reply_item(reply, i), NULL), ours[i]) != 0)
			return false;
	return true;
}
