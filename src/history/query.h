/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query: reads the rows that a question is about and adds them up, over time and over units.
 *
 * Step by step, so that what stands in memory is one step of the units asked for.  Belongs to the
 * thread of the file.
 */
#ifndef IOCD_HISTORY_QUERY_H
#define IOCD_HISTORY_QUERY_H

#include "question.h"
#include "write.h"

/* Takes what is in piece, and has it back empty; false: nothing more is wanted. */
typedef bool query_piece_fn(void *context, struct question *question, struct piece *piece);

/* Answers question in pieces.  0, also where question.reason says why there is nothing;
 * FILE_DAMAGED or a fault. */
int query_run(struct question *question, struct writer *writer, query_piece_fn *give,
	      void *context) MUST_USE;

#endif
