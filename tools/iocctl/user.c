/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl user: who may log in; its verbs. */
#include "user.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *name;
	int n_least, n_most; /* arguments behind the verb */
	command_fn *run;
	option_set options; /* beside --config and --users */
} verbs[] = {
#define BIT(option) ((option_set)1 << OPTION_##option)
	{ "add", 1, 1, user_add, BIT(ROLE) | BIT(UNIT) | BIT(NAME) | BIT(PASSWORD_FILE) },
	{ "change", 1, 1, user_change, BIT(ROLE) | BIT(UNIT) | BIT(NAME) },
	{ "passwd", 1, 1, user_passwd, BIT(PASSWORD_FILE) },
	{ "totp", 1, 2, user_totp, 0 },
	{ "token", 3, 3, user_token, BIT(ROLE) | BIT(UNTIL) },
	{ "list", 0, 0, user_list, 0 },
	{ "disable", 1, 1, user_disable, 0 },
	{ "enable", 1, 1, user_enable, 0 },
	{ "remove", 1, 1, user_remove, 0 },
};

/* An option that means nothing to a verb was meant for another. */
static bool has_strange_option(const struct call *call, option_set options)
{
	options |= BIT(CONFIG) | BIT(USERS);
	for (int i = 0; i < N_OPTIONS; i++)
		if (call->given[i] && !(options & (option_set)1 << i))
			return true;
	return false;
}

int run_user(const struct call *call)
{
	size_t verb = 0;

	if (call->n_arguments == 0) {
		command_help(call->command, call->vietnamese);
		return STATUS_USAGE;
	}
	while (verb < COUNT(verbs) && strcmp(call->arguments[0], verbs[verb].name) != 0)
		verb++;
	if (verb == COUNT(verbs)) {
		fprintf(stderr,
			SAY(call, "iocctl: 'user' không có lệnh '%s'; xem 'iocctl help user'\n",
			    "iocctl: 'user' has no '%s'; see 'iocctl help user'\n"),
			call->arguments[0]);
		return STATUS_USAGE;
	}
	if (call->n_arguments - 1 < verbs[verb].n_least ||
	    call->n_arguments - 1 > verbs[verb].n_most ||
	    has_strange_option(call, verbs[verb].options)) {
		fprintf(stderr,
			SAY(call, "iocctl: 'user %s' không dùng như vậy; xem 'iocctl help user'\n",
			    "iocctl: 'user %s' is not used so; see 'iocctl help user'\n"),
			call->arguments[0]);
		return STATUS_USAGE;
	}
	(void)umask(077);
	return verbs[verb].run(call);
}
