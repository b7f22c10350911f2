/* SPDX-License-Identifier: Apache-2.0 */
/*
 * member: what the messages hold, as tables of their members, by which message.c writes them and
 * message_read.c reads them.  A member has the name in JSON that it has in its struct.
 *
 * Pure.
 */
#ifndef IOCD_FRAME_MEMBER_H
#define IOCD_FRAME_MEMBER_H

#include "iocd/message.h"

#define MESSAGE_MAX   32768 /* bytes of one that is read; what we write is smaller */
#define ID_HEX_DIGITS 16

enum member_kind {
	MEMBER_NONE,   /* behind the last */
	MEMBER_WORD,   /* char[FRAME_WORD_MAX]: printable ASCII */
	MEMBER_EPOCH,  /* char[FRAME_EPOCH_MAX] */
	MEMBER_ID,     /* uint64_t: 16 hex digits, for JSON numbers end at 2^53 */
	MEMBER_NUMBER, /* uint64_t to FRAME_NUMBER_MAX */
	MEMBER_COUNT,  /* uint32_t */
	MEMBER_TIME,   /* int64_t from 0 to FRAME_TIME_MAX, in milliseconds */
	MEMBER_MARK,   /* struct mark: [number,position] */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t at;       /* in its struct */
	const char *why; /* what is said if it is not there as it should be */
};

/* Each ends with MEMBER_NONE; lent for ever. */
extern const struct member heartbeat_members[];
extern const struct member heartbeat_stream_members[];
extern const struct member receipt_members[];
extern const struct member receipt_stream_members[];
extern const struct member order_members[];

/* Lends the name of kind, the value of the member "kind" of a message. */
const char *message_kind_name(enum message_kind kind);

#endif
