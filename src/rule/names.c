/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rule.h"

const char *rule_kind_name(enum rule_kind kind)
{
	static const char *const names[] = {
		[RULE_THRESHOLD] = "threshold",
		[RULE_EVENT] = "event",
		[RULE_SILENCE] = "silence",
		[RULE_EACH] = "each",
		[RULE_SEQUENCE] = "sequence",
		[RULE_DEADLINE] = "deadline",
		[RULE_OWN] = "own",
	};

	return names[kind];
}

const char *own_part_name(enum own_part part)
{
	static const char *const names[] = {
#define X(name, word) [OWN_##name] = word,
		OWN_PARTS(X)
#undef X
	};

	return names[part];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NONE] = "none",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[severity];
}

const char *comparison_name(enum comparison comparison)
{
	static const char *const names[] = {
		[COMPARE_NONE] = "", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
		[COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
	};

	return names[comparison];
}
