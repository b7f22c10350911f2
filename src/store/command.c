/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

void command_clear(struct redis_command *command)
{
	text_clear(&command->bytes);
	command->n = 0;
	command->complete = 0;
}

void command_begin(struct redis_command *command, const char *name)
{
	command_clear(command);
	command_add(command, name);
}

void command_fini(struct redis_command *command)
{
	text_fini(&command->bytes);
	free(command->sizes);
	free(command->args);
	*command = (struct redis_command){ 0 };
}

void command_add(struct redis_command *command, const char *arg)
{
	command_add_bytes(command, arg, strlen(arg));
}

void command_add_bytes(struct redis_command *command, const char *bytes, size_t n)
{
	text_add_bytes(&command->bytes, bytes, n);
	command_end(command);
}

void command_add_integer(struct redis_command *command, uint64_t number)
{
	text_add(&command->bytes, "%" PRIu64, number);
	command_end(command);
}

struct text *command_arg(struct redis_command *command)
{
	return &command->bytes;
}

void command_end(struct redis_command *command)
{
	if (command->n == command->capacity) {
		command->capacity = command->capacity ? command->capacity * 2 : 64;
		command->sizes =
			xrealloc(command->sizes, command->capacity, sizeof(*command->sizes));
		command->args = xrealloc(command->args, command->capacity, sizeof(*command->args));
	}
	command->sizes[command->n++] = command->bytes.size - command->complete;
	command->complete = command->bytes.size;
}

void command_send(struct redis_command *command, struct redis *redis, redis_reply_fn *fn,
		  void *context)
{
	const char *at = text_get(&command->bytes);

	assert(command->n > 0 && command->complete == command->bytes.size);

	for (size_t i = 0; i < command->n; at += command->sizes[i++])
		command->args[i] = at;
	if (redis_send(redis, command->n, command->args, command->sizes, fn, context) != 0)
		return; /* REDIS_DOWN */
}
