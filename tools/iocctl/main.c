/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl: the operator's and administrator's command line of iocd. */
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "call.h"
#include "iocd/base/text.h"
#include "token.h"

#define SOCKET "/run/iocd/iocd.sock"

/* Options of single commands have the number of their bit above these. */
#define OF_COMMAND 256

static const struct option options[] = {
	{ "socket", required_argument, NULL, 'S' },
	{ "url", required_argument, NULL, 'u' },
	{ "token-file", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },
	{ "as", required_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "unit", required_argument, NULL, OF_COMMAND + OPTION_UNIT },
	{ "severity", required_argument, NULL, OF_COMMAND + OPTION_SEVERITY },
	{ "indicator", required_argument, NULL, OF_COMMAND + OPTION_INDICATOR },
	{ "reason", required_argument, NULL, OF_COMMAND + OPTION_REASON },
	{ "limit", required_argument, NULL, OF_COMMAND + OPTION_LIMIT },
	{ "filter", required_argument, NULL, OF_COMMAND + OPTION_FILTER },
	{ "all", no_argument, NULL, OF_COMMAND + OPTION_ALL },
	{ "once", no_argument, NULL, OF_COMMAND + OPTION_ONCE },
	{ "config", required_argument, NULL, OF_COMMAND + OPTION_CONFIG },
	{ "dry-run", no_argument, NULL, OF_COMMAND + OPTION_DRY_RUN },
	{ "from", required_argument, NULL, OF_COMMAND + OPTION_FROM },
	{ "to", required_argument, NULL, OF_COMMAND + OPTION_TO },
	{ "topic", required_argument, NULL, OF_COMMAND + OPTION_TOPIC },
	{ "payload", required_argument, NULL, OF_COMMAND + OPTION_PAYLOAD },
	{ "at", required_argument, NULL, OF_COMMAND + OPTION_AT },
	{ "format", required_argument, NULL, OF_COMMAND + OPTION_FORMAT },
	{ "period", required_argument, NULL, OF_COMMAND + OPTION_PERIOD },
	{ "track", required_argument, NULL, OF_COMMAND + OPTION_TRACK },
	{ "state", required_argument, NULL, OF_COMMAND + OPTION_STATE },
	{ "missing", no_argument, NULL, OF_COMMAND + OPTION_MISSING },
	{ "since", required_argument, NULL, OF_COMMAND + OPTION_SINCE },
	{ "until", required_argument, NULL, OF_COMMAND + OPTION_UNTIL },
	{ "every", required_argument, NULL, OF_COMMAND + OPTION_EVERY },
	{ "as-was", no_argument, NULL, OF_COMMAND + OPTION_AS_WAS },
	{ "below", no_argument, NULL, OF_COMMAND + OPTION_BELOW },
	{ "rule", required_argument, NULL, OF_COMMAND + OPTION_RULE },
	{ "note", required_argument, NULL, OF_COMMAND + OPTION_NOTE },
	{ "for", required_argument, NULL, OF_COMMAND + OPTION_FOR },
	{ "fold", no_argument, NULL, OF_COMMAND + OPTION_FOLD },
	{ "junit", required_argument, NULL, OF_COMMAND + OPTION_JUNIT },
	{ "journal", required_argument, NULL, OF_COMMAND + OPTION_JOURNAL },
	{ "suggest", required_argument, NULL, OF_COMMAND + OPTION_SUGGEST },
	{ "per-week", required_argument, NULL, OF_COMMAND + OPTION_PER_WEEK },
	{ "log", required_argument, NULL, OF_COMMAND + OPTION_LOG },
	{ "strict", no_argument, NULL, OF_COMMAND + OPTION_STRICT },
	{ "not", no_argument, NULL, OF_COMMAND + OPTION_NOT },
	{ "week", required_argument, NULL, OF_COMMAND + OPTION_WEEK },
	{ "open", no_argument, NULL, OF_COMMAND + OPTION_OPEN },
	{ "authority", required_argument, NULL, OF_COMMAND + OPTION_AUTHORITY },
	{ "host", required_argument, NULL, OF_COMMAND + OPTION_HOST },
	{ "instance", required_argument, NULL, OF_COMMAND + OPTION_INSTANCE },
	{ "prefix", required_argument, NULL, OF_COMMAND + OPTION_PREFIX },
	{ "password", no_argument, NULL, OF_COMMAND + OPTION_PASSWORD },
	{ "days", required_argument, NULL, OF_COMMAND + OPTION_DAYS },
	{ "above", required_argument, NULL, OF_COMMAND + OPTION_ABOVE },
	{ "reload", required_argument, NULL, OF_COMMAND + OPTION_RELOAD },
	{ "feed", required_argument, NULL, OF_COMMAND + OPTION_FEED },
	{ "type", required_argument, NULL, OF_COMMAND + OPTION_TYPE },
	{ "port", required_argument, NULL, OF_COMMAND + OPTION_PORT },
	{ "ca", required_argument, NULL, OF_COMMAND + OPTION_CA },
	{ "cert", required_argument, NULL, OF_COMMAND + OPTION_CERT },
	{ "key", required_argument, NULL, OF_COMMAND + OPTION_KEY },
	{ "username", required_argument, NULL, OF_COMMAND + OPTION_USERNAME },
	{ "password-file", required_argument, NULL, OF_COMMAND + OPTION_PASSWORD_FILE },
	{ "outbox", required_argument, NULL, OF_COMMAND + OPTION_OUTBOX },
	{ "sender", required_argument, NULL, OF_COMMAND + OPTION_SENDER },
	{ "file", required_argument, NULL, OF_COMMAND + OPTION_FILE },
	{ "stdin", no_argument, NULL, OF_COMMAND + OPTION_STDIN },
	{ "watch", required_argument, NULL, OF_COMMAND + OPTION_WATCH },
	{ "drain", no_argument, NULL, OF_COMMAND + OPTION_DRAIN },
	{ "queue", no_argument, NULL, OF_COMMAND + OPTION_QUEUE },
	{ "wait", required_argument, NULL, OF_COMMAND + OPTION_WAIT },
	{ "id-field", required_argument, NULL, OF_COMMAND + OPTION_ID_FIELD },
	{ "quiet", no_argument, NULL, OF_COMMAND + OPTION_QUIET },
	{ "users", required_argument, NULL, OF_COMMAND + OPTION_USERS },
	{ "role", required_argument, NULL, OF_COMMAND + OPTION_ROLE },
	{ "name", required_argument, NULL, OF_COMMAND + OPTION_NAME },
	{ NULL, 0, NULL, 0 },
};

static const char *option_name(enum filter option)
{
	for (const struct option *at = options; at->name; at++)
		if (at->val == OF_COMMAND + (int)option)
			return at->name;

	return "";
}

/* What the environment says; options go above it. */
static void set_defaults(struct call *call)
{
	const char *socket = getenv("IOCD_SOCKET");
	const char *language;
	struct winsize size;

	setlocale(LC_CTYPE, "");
	language = setlocale(LC_MESSAGES, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8"); /* our words are UTF-8 whatever LANG says */
	if (!language) /* the locale is not installed, but its name says what is wanted */
		language = getenv("LC_ALL") ? getenv("LC_ALL") : getenv("LANG");

	call->socket = socket && *socket ? socket : SOCKET;
	call->by = getenv("USER") ? getenv("USER") : "";
	call->vietnamese = language && strncmp(language, "vi", 2) == 0;
	call->colour = isatty(STDOUT_FILENO) && !(getenv("NO_COLOR") && *getenv("NO_COLOR"));
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		call->width = size.ws_col;
}

/* message is about what; "" if it is about nothing in particular. */
static int complain(const struct call *call, const char *message, const char *what)
{
	fprintf(stderr, *what ? "iocctl: %s: '%s'\n" : "iocctl: %s%s\n", message, what);
	fputs(SAY(call, "Xem 'iocctl --help'.\n", "Try 'iocctl --help'.\n"), stderr);
	return STATUS_USAGE;
}

static int take_option(struct call *call, int option, bool *ret_help)
{
	if (option == OF_COMMAND + OPTION_HOST && call->n_hosts < CALL_HOSTS_MAX)
		call->hosts[call->n_hosts++] = optarg;
	if (option == OF_COMMAND + OPTION_UNIT && call->n_units < CALL_UNITS_MAX)
		call->units[call->n_units++] = optarg;
	if (option >= OF_COMMAND) {
		call->given[option - OF_COMMAND] = optarg ? optarg : "";
		return STATUS_GOOD;
	}

	switch (option) {
	case 'S':
		call->socket = optarg;
		return STATUS_GOOD;
	case 'u':
		call->url = optarg;
		return STATUS_GOOD;
	case 't':
		call->token_file = optarg;
		return STATUS_GOOD;
	case 'a':
		call->by = call->as = optarg;
		return STATUS_GOOD;
	case 'j':
		call->json = true;
		return STATUS_GOOD;
	case 'h':
		*ret_help = true;
		return STATUS_GOOD;
	case 'l':
		if (strcmp(optarg, "vi") != 0 && strcmp(optarg, "en") != 0)
			return complain(
				call, SAY(call, "ngôn ngữ là vi hoặc en", "a language is vi or en"),
				optarg);
		call->vietnamese = *optarg == 'v';
		return STATUS_GOOD;
	default:
		fputs("Try 'iocctl --help'.\n", stderr); /* getopt_long() has told what is wrong */
		return STATUS_USAGE;
	}
}

/* The nearest name, for a command that is not there. */
static int complain_unknown(const struct call *call, const char *name)
{
	for (const struct subcommand *command = commands; command->name; command++)
		if (text_distance(name, command->name, 2) <= 2) {
			fprintf(stderr,
				SAY(call, "iocctl: không có lệnh '%s'; có phải '%s'?\n",
				    "iocctl: there is no command '%s'; did you mean '%s'?\n"),
				name, command->name);
			return STATUS_USAGE;
		}

	return complain(call, SAY(call, "không có lệnh này", "there is no such command"), name);
}

static int check(const struct call *call)
{
	const struct subcommand *command = call->command;

	for (int i = 0; i < N_OPTIONS; i++)
		if (call->given[i] && !(command->options & (option_set)1 << i))
			return complain(call,
					SAY(call, "lệnh này không có tùy chọn",
					    "this command has no option"),
					option_name((enum filter)i));
	if (command->n_arguments >= 0 && call->n_arguments < command->n_arguments)
		return complain(call, SAY(call, "thiếu đối số", "an argument is missing"),
				command->arguments);
	if (command->n_arguments >= 0 && call->n_arguments > command->n_arguments)
		return complain(call, SAY(call, "thừa đối số", "an argument too many"),
				call->arguments[command->n_arguments]);
	return STATUS_GOOD;
}

static int run(struct call *call, int argc, char **argv, bool help)
{
	int status;

	if (optind == argc) {
		if (help) {
			command_help(NULL, call->vietnamese);
			return STATUS_GOOD;
		}
		return complain(call, SAY(call, "thiếu tên lệnh", "no command was named"), "");
	}

	call->command = command_find(argv[optind]);
	if (!call->command)
		return complain_unknown(call, argv[optind]);
	call->arguments = argv + optind + 1;
	call->n_arguments = argc - optind - 1;
	if (help) {
		command_help(call->command, call->vietnamese);
		return STATUS_GOOD;
	}
	status = check(call);
	if (!status)
		status = token_read(call);
	if (!status)
		status = call->command->run(call);
	token_forget(call);
	return status;
}

int main(int argc, char **argv)
{
	struct call call = { .width = 0 };
	bool help = false;
	int option, status;

	set_defaults(&call);
	while ((option = getopt_long(argc, argv, "S:u:jl:hV", options, NULL)) != -1) {
		if (option == 'V') {
			puts("iocctl " IOCD_VERSION);
			return STATUS_GOOD;
		}
		status = take_option(&call, option, &help);
		if (status)
			return status;
	}
	return run(&call, argc, argv, help);
}
