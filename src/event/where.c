/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/where.h"

#include <string.h>

static bool condition_holds(const struct condition *condition, const struct value *value)
{
	if (!value->present)
		return false;

	switch (condition->test) {
	case WHERE_CHOICE:
		return condition->choices >> value->choice & 1;
	case WHERE_TEXT:
		return value->text.size == condition->text.size &&
		       memcmp(value->text.bytes, condition->text.bytes, value->text.size) == 0;
	case WHERE_FLAG:
	case WHERE_EQ:
		return value->number == condition->number;
	case WHERE_NE:
		return value->number != condition->number;
	case WHERE_LT:
		return value->number < condition->number;
	case WHERE_LE:
		return value->number <= condition->number;
	case WHERE_GT:
		return value->number > condition->number;
	case WHERE_GE:
		return value->number >= condition->number;
	}
	return false;
}

bool where_holds(const struct where *where, const struct event *event)
{
	for (uint32_t i = 0; i < where->n_conditions; i++) {
		const struct condition *condition = &where->conditions[i];

		if (!condition_holds(condition, &event->values[condition->field]))
			return false;
	}
	return true;
}
