/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rollup.h"

#include "iocd/unit.h"

void rollup_write(struct bytes_writer *writer, const struct units *units,
		  const struct rollup *rollup)
{
	uint32_t sender = rollup->former ? rollup->former : rollup->unit;

	bytes_put_u64(writer, rollup->series);
	bytes_put_text(writer, units_at(units, sender)->id);
	bytes_put_u32(writer, rollup->minute);
	bytes_put_u64(writer, rollup->n);
	bytes_put_i64(writer, rollup->last_ms);
	bytes_put_u32(writer, (uint32_t)rollup->size);
	bytes_put(writer, rollup->body, rollup->size);
}

static void read_unit(struct bytes_reader *reader, const struct units *units, struct rollup *ret)
{
	size_t n;
	const char *id = bytes_get_text(reader, &n);
	uint32_t number = n > 0 ? units_find_sender(units, id, n) : UNIT_NONE;
	bool is_former = number != UNIT_NONE && number >= units_count(units);

	if (n == 0)
		bytes_reject(reader, "a roll-up is of no unit");
	ret->unit = is_former ? units_successor(units, number) : number;
	ret->former = is_former ? number : 0;
}

bool rollup_read(struct bytes_reader *reader, const struct units *units, struct rollup *ret)
{
	struct rollup rollup;
	uint32_t size;

	if (reader->is_bad || reader->at == reader->end)
		return false;
	rollup.series = bytes_get_u64(reader);
	read_unit(reader, units, &rollup);
	rollup.minute = bytes_get_u32(reader);
	rollup.n = bytes_get_u64(reader);
	rollup.last_ms = bytes_get_i64(reader);
	size = bytes_get_u32(reader);
	if (size > ROLLUP_BODY_MAX)
		bytes_reject(reader, "a roll-up is too long");
	rollup.size = size;
	rollup.body = bytes_get(reader, size);
	if (size > 0 && !rollup.body)
		bytes_reject(reader, "a roll-up is cut off");
	if (reader->is_bad)
		return false;
	*ret = rollup;
	return true;
}
