/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maker: what all makers use.  Pure.
 */
#ifndef IOCSIM_MAKER_H
#define IOCSIM_MAKER_H

#include "kinds.h"

#define DAY_MS INT64_C(86400000)

/* A number below n (at least 1), drawn; and whether one of n draws was hit. */
uint32_t maker_draw(struct making *making, uint32_t n);
bool maker_rarely(struct making *making, uint32_t n);

/* Gives a field text, a number, a time or one of n choices at random. */
void maker_text(struct making *making, const char *field, const char *format, ...) PRINTF(3, 4);
void maker_number(struct making *making, const char *field, double number);
void maker_time(struct making *making, const char *field, int64_t time_ms);
void maker_pick(struct making *making, const char *field, const char *const *choices, size_t n);

/* Names a thing of a unit and this run in field, and makes it the subject. */
void maker_name(struct making *making, const char *field, const char *prefix, uint32_t unit,
		uint32_t number);

/* Takes a step of a walk between 0 and 1, begun in the middle. */
double maker_walk(struct making *making, double *walk);

/* Enters a new number among papers, unless the oldest has waited for too long; takes the oldest
 * out; false if there is no room, or none. */
bool papers_add(struct papers *papers, int64_t now_ms, int64_t patience_ms, uint32_t *ret);
bool papers_take(struct papers *papers, int64_t now_ms, uint32_t *ret);

/* Makers, by file; the order is that of kinds.c. */
make_fn make_received, make_suspended, make_resumed, make_transferred, make_resolved,
	make_withdrawn, make_sent, make_delivered, make_feedback, make_answer, make_question,
	make_comment;
make_fn make_link_state, make_sync, make_call, make_incident, make_login, make_submission,
	make_sample, make_catalog, make_heartbeat, make_mirrored, make_forward, make_bridge;
make_fn make_payment, make_product, make_scan, make_attendance, make_beds, make_case, make_air,
	make_water, make_flow, make_road;
make_fn make_meeting, make_mail, make_antimalware, make_work, make_inspection, make_training,
	make_staff, make_signed, make_paid, make_services, make_records, make_score, make_project,
	make_society;

#endif
