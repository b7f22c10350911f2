/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form: how a frame lies on the wire.  Numbers are little-endian.
 *
 *    0   4  "IOCF"
 *    4   1  version of this form
 *    5   1  enum frame_class
 *    6   1  enum form_packing
 *    7   1  0
 *    8   8  checksum: XXH3-64, seeded with the 8 bytes before, of the rest of the header and all
 *           items before packing: so nothing of a frame can change unseen
 *   16  16  epoch: the bytes that its 32 hex digits stand for
 *   32   8  number of the first item
 *   40   8  its position
 *   48   8  position behind the last item
 *   56   4  how many items
 *   60   4  their bytes before packing
 *   64      the items, packed; each:
 *             0   8  recorded_ms
 *             8   4  bytes of body
 *            12   1  bytes of about
 *            13      about, body
 *
 * Pure.
 */
#ifndef IOCD_FRAME_FORM_H
#define IOCD_FRAME_FORM_H

#include <endian.h>
#include <string.h>

#include "iocd/frame.h"

#define FORM_VERSION   1
#define FORM_HEADER    64u
#define FORM_ITEM      13u /* bytes of an item beside about and body */
#define FORM_ABOUT_MAX 255u

enum form_packing { FORM_PLAIN, FORM_ZSTD, N_FORM_PACKINGS };

/* Places in the header. */
enum {
	FORM_AT_VERSION = 4,
	FORM_AT_CLASS = 5,
	FORM_AT_PACKING = 6,
	FORM_AT_ZERO = 7,
	FORM_AT_CHECKSUM = 8,
	FORM_AT_EPOCH = 16,
	FORM_AT_NUMBER = 32,
	FORM_AT_FROM = 40,
	FORM_AT_TO = 48,
	FORM_AT_ITEMS = 56,
	FORM_AT_BYTES = 60,
};

/* The checksum of size bytes that are a header with the items behind it, before packing. */
uint64_t form_checksum(const char *frame, size_t size);

static inline void form_put_u32(char *at, uint32_t number)
{
	number = htole32(number);
	memcpy(at, &number, sizeof(number));
}

static inline void form_put_u64(char *at, uint64_t number)
{
	number = htole64(number);
	memcpy(at, &number, sizeof(number));
}

static inline uint32_t form_get_u32(const char *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof(number));
	return le32toh(number);
}

static inline uint64_t form_get_u64(const char *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return le64toh(number);
}

#endif
