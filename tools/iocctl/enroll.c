/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl enroll: who may speak at the broker; its verbs. */
#include "enroll.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "iocd/base/defs.h"

static const struct {
	const char *name;
	int n_arguments; /* behind the verb */
	command_fn *run;
} verbs[] = {
	{ "init", 0, enroll_init },     { "list", 0, enroll_list },   { "add", 1, enroll_add },
	{ "revoke", 1, enroll_revoke }, { "renew", 1, enroll_renew }, { "test", 1, enroll_test },
};

static int run_verb(const struct call *call, int n_arguments, command_fn *run)
{
	if (call->n_arguments == 1 + n_arguments)
		return run(call);
	fprintf(stderr,
		SAY(call, "iocctl: 'enroll %s' có %d đối số\n",
		    "iocctl: 'enroll %s' takes %d arguments\n"),
		call->arguments[0], n_arguments);
	return STATUS_USAGE;
}

/* A word that is no verb is a unit, to be added. */
static int add_unit(const struct call *call)
{
	char add[] = "add";
	char *arguments[] = { add, call->arguments[0] };
	struct call as_add = *call;

	if (call->n_arguments != 1)
		return run_verb(call, 0, enroll_add);
	as_add.arguments = arguments;
	as_add.n_arguments = COUNT(arguments);
	return enroll_add(&as_add);
}

int run_enroll(const struct call *call)
{
	if (call->n_arguments == 0) {
		command_help(call->command, call->vietnamese);
		return STATUS_USAGE;
	}
	(void)umask(022);
	(void)signal(SIGPIPE, SIG_IGN); /* a broker that hangs up is an answer too */
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (strcmp(call->arguments[0], verbs[i].name) == 0)
			return run_verb(call, verbs[i].n_arguments, verbs[i].run);
	return add_unit(call);
}
