/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_model: the wire between iocd/net/redis.h and a simulated server.
 *
 * Commands wait in one direction and replies in the other until the scheduler moves them; a
 * connection that ends may lose any number of the last of either, but nothing in between.  One
 * client at a time.
 */
#ifndef SIM_REDIS_MODEL_H
#define SIM_REDIS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/random.h"
#include "redis_server.h"

/* Puts server, borrowed, at the other end; NULL: nobody listens. */
void redis_model_begin(struct redis_server *server, struct random_stream *random);
void redis_model_listen(bool listens);

/* Let the server run up to n commands, and the client hear up to n replies.  Return how many there
 * were. */
size_t redis_model_serve(size_t n);
size_t redis_model_deliver(size_t n);

/* The connection breaks: the server runs some of what was sent, the client hears some of what was
 * answered. */
void redis_model_break(void);

/* The client's process died, or will be freed by others: the server runs some of what was sent. */
void redis_model_client_died(void);

/* The server died: nothing more is run, the client hears some of what was answered. */
void redis_model_server_died(void);

/* Commands and replies under way. */
size_t redis_model_under_way(void);

#endif
