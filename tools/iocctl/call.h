/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call: one call of iocctl: its command, what was asked for, and how the answer is to look.
 *
 * Made by main.c, read by every command.  Single-threaded.
 */
#ifndef IOCCTL_CALL_H
#define IOCCTL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "option.h"

/* Exit status. */
enum {
	STATUS_GOOD = 0,
	STATUS_FINDING = 1,     /* it works, and found something wrong */
	STATUS_USAGE = 2,       /* it was called wrongly */
	STATUS_UNREACHABLE = 3, /* iocd does not answer; files cannot be read */
};

#define CALL_HOSTS_MAX 16
#define CALL_UNITS_MAX 64

struct call {
	const struct subcommand *command;
	const char *socket;
	const char *url;        /* NULL: by the socket */
	const char *token_file; /* of the token that is sent to url; NULL: none is */
	char *token;            /* owned */
	const char *by;         /* who calls, for what changes something; "" if it is not known */
	const char *as;         /* the same if it was given as an option; else NULL */
	bool json;
	bool vietnamese;
	bool colour;
	int timeout_ms;                    /* of one question; 0: 15 s */
	int width;                         /* of the terminal in columns; 0: it is none */
	const char *given[N_OPTIONS];      /* values; NULL: not given */
	const char *hosts[CALL_HOSTS_MAX]; /* of OPTION_HOST, which may be repeated */
	int n_hosts;
	const char *units[CALL_UNITS_MAX]; /* of OPTION_UNIT, where it may be repeated */
	int n_units;
	char **arguments;
	int n_arguments;
};

typedef int command_fn(const struct call *call);

/* A row of the table in commands.c; texts in Vietnamese and English. */
struct subcommand {
	const char *name;
	const char *arguments; /* as the usage shows them */
	int n_arguments;       /* how many there must be; -1: any */
	option_set options;    /* bits 1 << enum filter */
	command_fn *run;
	const char *vi;
	const char *en;
	const char *examples; /* one a line, the same for both */
};

/* The table, ended by a row without a name. */
extern const struct subcommand commands[];

/* Finds a row by name; NULL: there is none. */
const struct subcommand *command_find(const char *name);

/* Prints the help of one command, or of all if it is NULL. */
void command_help(const struct subcommand *command, bool vietnamese);

/* The commands.  Each returns an exit status. */
command_fn run_status, run_watch, run_alerts, run_explain, run_indicators, run_feeds, run_units,
	run_rules, run_deadletter, run_journal, run_check, run_reload, run_report, run_records,
	run_rank, run_findings, run_help, run_test, run_backtest, run_diff, run_sites, run_enroll,
	run_publish, run_user;
/* Those of people on watch. */
command_fn run_acknowledge, run_unacknowledge, run_assign, run_comment, run_reset, run_shelve,
	run_unshelve, run_disable, run_enable, run_maintain, run_suppressions, run_log, run_load;

/* One of two texts, by the language of call; a macro, so that both are checked as formats. */
#define SAY(call, vi, en) ((call)->vietnamese ? (vi) : (en))

#endif
