/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: hands what has happened to the rules, and their verdicts to the alert book.
 *
 * Events and records are judged as they come, figures at the next tick, once for all that came.
 */
#ifndef IOCD_FLOW_JUDGE_H
#define IOCD_FLOW_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/flow.h"

/* Judges an event by the rules on its type, as of now_ms; one that is no news only makes late
 * findings. */
void judge_news(struct flow *flow, const struct event *event, int64_t now_ms);

/* Judges what happened to a record, of a sequence or of a track; cause is the event that made it
 * happen, NULL: the clock. */
void judge_record(struct flow *flow, bool is_sequence, const struct track_news *news,
		  const struct event *cause);

/* At a tick, before figures are rolled up: who fell silent or came back. */
void judge_senders(struct flow *flow);

/* At a tick, with the n figures that have changed: everything else.  before_ms is the tick before.
 */
void judge_tick(struct flow *flow, int64_t before_ms, const struct change *changes, size_t n);

/* review.c: judge anew all that a rule looks at (what was not judged while its hours were over), or
 * everything by all rules. */
void review_rule(struct flow *flow, uint32_t number);
void review_all(struct flow *flow);

/* Enters a verdict on what has not changed: an alert that there is keeps the record that it follows
 * from. */
void review_enter(struct flow *flow, const struct verdict *verdict);

#endif
