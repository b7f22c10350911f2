/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own: what iocd writes into its own journal beside messages and time, so that a replay knows it.
 *
 * The topic of a RECORD_OWN says which of these it is.
 */
#ifndef IOCD_OWN_H
#define IOCD_OWN_H

/* Payload: command.h. */
#define OWN_TOPIC_COMMAND "command"

/* Payload: by whom, a line end, then the rulebook's source. */
#define OWN_TOPIC_RULES "rules"

/* Payload: "PART LIGHT DETAIL" of iocd itself; PART as in own_part_name(), LIGHT green, amber or
 * red, DETAIL in words. */
#define OWN_TOPIC_STATE "state"

/* Payload: an order from the iocd above (message.h), as it came. */
#define OWN_TOPIC_ABOVE "above"

/* Where a broker says how many messages it has dropped since it was started. */
#define OWN_DROPPED_TOPIC "$SYS/broker/publish/messages/dropped"

#endif
