/* SPDX-License-Identifier: Apache-2.0 */
#include "look.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

/* When the connection ends every reply is NULL, and its owner is told as well. */

static bool is_of_wrong_type(const struct redis_reply *reply)
{
	return reply_is_error(reply) && strncmp(reply_text(reply, NULL), "WRONGTYPE", 9) == 0;
}

/* What Redis does not tell is not taken for nothing: what is left of an older view would stay.  A
 * key of a wrong type holds nothing of ours. */
static void judge(struct look *look, const struct redis_reply *reply)
{
	if (reply && reply_is_error(reply) && !is_of_wrong_type(reply) && !*look->why)
		(void)snprintf(look->why, sizeof(look->why), "%s", reply_text(reply, NULL));
}

static void on_done(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
}

/* Finds "name:value" on a line of its own in the answer to INFO; "" if it is not there. */
static void read_info(const char *info, const char *name, char *value, size_t size)
{
	const char *at = strstr(info, name);

	*value = '\0';
	if (at)
		(void)snprintf(value, size, "%.*s", (int)strcspn(at + strlen(name), "\r\n"),
			       at + strlen(name));
}

/* Whoever may not ask (an error) cannot know. */
static void on_info(void *context, const struct redis_reply *reply)
{
	struct look *look = context;
	char limit[32];
	char policy[sizeof(look->evicts)];

	if (!reply)
		return;

	read_info(reply_text(reply, NULL), "\nmaxmemory:", limit, sizeof(limit));
	read_info(reply_text(reply, NULL), "\nmaxmemory_policy:", policy, sizeof(policy));
	if (*limit && strcmp(limit, "0") != 0 && strncmp(policy, "allkeys", 7) == 0)
		memcpy(look->evicts, policy, sizeof(policy));
}

static void copy_list(struct redis_command *list, const struct redis_reply *reply)
{
	for (size_t i = 0; reply && i < reply_n_items(reply); i++) {
		size_t n;
		const char *item = reply_text(reply_item(reply, i), &n);

		command_add_bytes(list, item, n);
	}
}

static void on_units(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
	copy_list(&((struct look *)context)->units, reply);
}

static void on_members(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
	copy_list(&((struct look *)context)->members, reply);
}

static void on_ranks(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
	copy_list(&((struct look *)context)->ranks, reply);
}

static bool is_stream(const struct redis_reply *reply)
{
	return reply && strcmp(reply_text(reply, NULL), "stream") == 0;
}

static void on_alertlog(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
	((struct look *)context)->has_alertlog = is_stream(reply);
}

static void on_deadletter(void *context, const struct redis_reply *reply)
{
	judge(context, reply);
	((struct look *)context)->has_deadletter = is_stream(reply);
}

/* The last answer.  A cursor of a wrong type is nobody's: it is replaced. */
static void on_cursor(void *context, const struct redis_reply *reply)
{
	struct look *look = context;

	if (!reply)
		return;

	judge(look, reply);
	cursor_read(&look->cursor, look->writer, reply);
	look->is_under_way = false;
	look->fn(look->context, look->why);
}

static void ask(struct look *look, redis_reply_fn *fn)
{
	command_send(&look->command, look->redis, fn, look);
}

static void begin_with_key(struct look *look, const char *name,
			   void (*key)(struct text *, const char *))
{
	command_begin(&look->command, name);
	key(command_arg(&look->command), look->prefix);
	command_end(&look->command);
}

static void ask_about_key(struct look *look, const char *name,
			  void (*key)(struct text *, const char *), redis_reply_fn *fn)
{
	begin_with_key(look, name, key);
	ask(look, fn);
}

static void ask_about_memory(struct look *look)
{
	command_begin(&look->command, "INFO");
	command_add(&look->command, "memory");
	ask(look, on_info);
}

static void ask_about_alerts(struct look *look)
{
	begin_with_key(look, "ZRANGE", key_alerts);
	command_add(&look->command, "0");
	command_add(&look->command, "-1");
	ask(look, on_members);
}

void look_init(struct look *look, struct redis *redis, const struct writer *writer,
	       const char *prefix, look_fn *fn, void *context)
{
	*look = (struct look){
		.redis = redis,
		.writer = writer,
		.prefix = prefix,
		.fn = fn,
		.context = context,
	};
}

void look_fini(struct look *look)
{
	command_fini(&look->command);
	command_fini(&look->units);
	command_fini(&look->members);
	command_fini(&look->ranks);
}

void look_begin(struct look *look)
{
	assert(!look->is_under_way);

	look->is_under_way = true;
	look->why[0] = '\0';
	look->evicts[0] = '\0';
	look->has_alertlog = false;
	look->has_deadletter = false;
	command_clear(&look->units);
	command_clear(&look->members);
	command_clear(&look->ranks);
	command_begin(&look->command, "UNWATCH");
	ask(look, on_done);
	ask_about_key(look, "WATCH", key_cursor, on_done);
	ask_about_memory(look);
	ask_about_key(look, "SMEMBERS", key_units, on_units);
	ask_about_key(look, "SMEMBERS", key_ranks, on_ranks);
	ask_about_alerts(look);
	ask_about_key(look, "TYPE", key_alertlog, on_alertlog);
	ask_about_key(look, "TYPE", key_deadletter, on_deadletter);
	ask_about_key(look, "HGETALL", key_cursor, on_cursor);
}

void look_forget(struct look *look)
{
	look->is_under_way = false;
}
