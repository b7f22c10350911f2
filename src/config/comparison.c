/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <string.h>

/* clang-format off */
/* Longer ones first: ">" begins ">=". */
static const struct {
	const char *text;
	enum operator operator;
} operators[] = {
	{ ">=", OP_GE }, { ">", OP_GT },
	{ "<=", OP_LE }, { "<", OP_LT },
	{ "!=", OP_NE }, { "=", OP_EQ },
};
/* clang-format on */

int comparison_read(const char *text, struct comparison_text *ret)
{
	struct comparison_text result = { .percent = false };
	size_t size;
	size_t i = 0;
	int r;

	while (i < COUNT(operators) &&
	       strncmp(text, operators[i].text, strlen(operators[i].text)) != 0)
		i++;
	if (i == COUNT(operators))
		return TEXT_SYNTAX;

	result.operator= operators[i].operator;
	text += strlen(operators[i].text);
	text += strspn(text, " ");
	size = strlen(text);
	if (size > 0 && text[size - 1] == '%') {
		result.percent = true;
		size--;
		while (size > 0 && text[size - 1] == ' ')
			size--;
	}
	r = text_read_number(text, size, &result.value);
	if (r)
		return r;

	if (result.percent)
		result.value /= 100;
	*ret = result;
	return 0;
}
