/* SPDX-License-Identifier: Apache-2.0 */
#include "transaction.h"

#include <assert.h>
#include <stdio.h>

#include "iocd/store.h"

/* When the connection ends every reply is NULL, and the owner of the connection is told as well:
 * nothing is to be done here. */

static void refuse(struct transaction *transaction, const char *why)
{
	if (transaction->outcome == TRANSACTION_REFUSED)
		return; /* what follows from the first refusal explains less */

	transaction->outcome = TRANSACTION_REFUSED;
	(void)snprintf(transaction->why, sizeof(transaction->why), "%s", why);
}

static void on_queued(void *context, const struct redis_reply *reply)
{
	if (reply && reply_is_error(reply))
		refuse(context, reply_text(reply, NULL));
}

static void look_at_parts(struct transaction *transaction, const struct redis_reply *reply)
{
	for (size_t i = 0; i < reply_n_items(reply); i++) {
		const struct redis_reply *part = reply_item(reply, i);

		if (reply_is_error(part))
			refuse(transaction, reply_text(part, NULL));
	}
}

static void on_executed(void *context, const struct redis_reply *reply)
{
	struct transaction *transaction = context;

	if (!reply)
		return;

	if (reply_is_error(reply))
		refuse(transaction, reply_text(reply, NULL));
	else if (reply_is_array(reply))
		look_at_parts(transaction, reply);
	else if (!reply_is_nil(reply))
		refuse(transaction, "unexpected reply to EXEC");
	else if (transaction->outcome == TRANSACTION_DONE)
		transaction->outcome = TRANSACTION_OVERTAKEN;
}

static void on_fence(void *context, const struct redis_reply *reply)
{
	struct transaction *transaction = context;

	if (!reply)
		return;

	if (reply_is_error(reply))
		refuse(transaction, reply_text(reply, NULL));
	else if (transaction->outcome == TRANSACTION_DONE &&
		 !cursor_is_ours(transaction->writer, reply))
		transaction->outcome = TRANSACTION_OVERTAKEN;

	transaction->is_under_way = false;
	transaction->fn(transaction->context, transaction->outcome, transaction->why);
}

static void send(struct transaction *transaction, struct redis_command *command, redis_reply_fn *fn)
{
	command_send(command, transaction->redis, fn, transaction);
}

void transaction_init(struct transaction *transaction, struct redis *redis,
		      const struct writer *writer, const char *cursor_key, transaction_fn *fn,
		      void *context)
{
	*transaction = (struct transaction){
		.redis = redis,
		.writer = writer,
		.cursor_key = cursor_key,
		.fn = fn,
		.context = context,
	};
}

void transaction_fini(struct transaction *transaction)
{
	command_fini(&transaction->command);
}

void transaction_begin(struct transaction *transaction)
{
	assert(!transaction->is_under_way);

	transaction->is_under_way = true;
	transaction->weight = 0;
	transaction->fields = 0;
	transaction->outcome = TRANSACTION_DONE;
	transaction->why[0] = '\0';
	command_begin(&transaction->command, "MULTI");
	send(transaction, &transaction->command, on_queued);
}

void transaction_send(struct transaction *transaction, struct redis_command *command, size_t weight)
{
	transaction->weight += weight;
	send(transaction, command, on_queued);
}

bool transaction_is_full(const struct transaction *transaction)
{
	return transaction->weight >= STORE_CHUNK;
}

void transaction_end(struct transaction *transaction)
{
	struct redis_command *command = &transaction->command;

	command_begin(command, "EXEC");
	send(transaction, command, on_executed);
	command_begin(command, "WATCH");
	command_add(command, transaction->cursor_key);
	send(transaction, command, on_queued);
	command_begin(command, "HMGET");
	command_add(command, transaction->cursor_key);
	cursor_ask_fence(command);
	send(transaction, command, on_fence);
}

void transaction_forget(struct transaction *transaction)
{
	transaction->is_under_way = false;
}
