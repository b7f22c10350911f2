/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: from the terminal, where nobody sees them, or from a file. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "iocd/base/secret.h"
#include "user.h"

#define LINE_MAX_BYTES (PASSWORD_MAX + 3) /* one more than may be, its end, and the zero */

static void on_interrupt(int signal)
{
	(void)signal; /* that a wait was interrupted is all there is to know */
}

/* How the terminal and interrupts were before somebody was asked. */
struct before {
	struct termios terminal;
	struct sigaction action;
	sigset_t mask;
};

/* Interrupts wait until wait_for_line(), so that none is missed. */
static bool prepare(struct before *ret, bool is_shown)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	struct termios terminal;
	sigset_t interrupts;

	if (tcgetattr(STDIN_FILENO, &ret->terminal))
		return false;
	terminal = ret->terminal;
	terminal.c_lflag &= ~(tcflag_t)(is_shown ? 0 : ECHO);
	sigemptyset(&action.sa_mask);
	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &interrupts, &ret->mask);
	(void)sigaction(SIGINT, &action, &ret->action);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
	return true;
}

static void restore(const struct before *before)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before->terminal);
	(void)sigaction(SIGINT, &before->action, NULL);
	(void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* False: interrupted. */
static bool wait_for_line(const sigset_t *mask)
{
	fd_set files;

	FD_ZERO(&files);
	FD_SET(STDIN_FILENO, &files);
	return pselect(STDIN_FILENO + 1, &files, NULL, NULL, NULL, mask) > 0;
}

static bool read_line(FILE *file, char *ret, size_t size)
{
	size_t n;

	if (!fgets(ret, (int)size, file))
		return false;
	n = strcspn(ret, "\r\n");
	ret[n] = '\0';
	return true;
}

bool user_ask(const char *prompt, bool is_shown, char *ret, size_t size)
{
	struct before before;
	bool good;

	if (!prepare(&before, is_shown))
		return false;
	fputs(prompt, stderr);
	(void)fflush(stderr);
	good = wait_for_line(&before.mask) && read_line(stdin, ret, size);
	restore(&before);
	if (!is_shown || !good)
		fputc('\n', stderr);
	return good;
}

static int ask_twice(const struct call *call, char ret[LINE_MAX_BYTES])
{
	char again[LINE_MAX_BYTES];
	bool same;

	if (!isatty(STDIN_FILENO)) {
		fputs(SAY(call, "iocctl: không có bàn phím để hỏi mật khẩu; dùng --password-file\n",
			  "iocctl: there is no terminal to ask for a password; use "
			  "--password-file\n"),
		      stderr);
		return STATUS_USAGE;
	}
	if (!user_ask(SAY(call, "Mật khẩu: ", "Password: "), false, ret, LINE_MAX_BYTES))
		return STATUS_USAGE;
	if (!user_ask(SAY(call, "Nhập lại mật khẩu: ", "Once more: "), false, again, sizeof(again)))
		return STATUS_USAGE;
	same = strcmp(ret, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (same)
		return STATUS_GOOD;
	fputs(SAY(call, "iocctl: hai lần nhập không giống nhau\n",
		  "iocctl: they are not the same\n"),
	      stderr);
	return STATUS_USAGE;
}

static int read_file(const char *name, char ret[LINE_MAX_BYTES])
{
	char why[SECRET_WHY_MAX];
	char *line;

	if (secret_read(&line, name, why)) {
		fprintf(stderr, "iocctl: %s\n", why);
		return STATUS_UNREACHABLE;
	}
	(void)snprintf(ret, LINE_MAX_BYTES, "%s", line);
	explicit_bzero(line, strlen(line));
	free(line);
	return STATUS_GOOD;
}

static int read_password(const struct call *call, char ret[LINE_MAX_BYTES])
{
	const char *name = call->given[OPTION_PASSWORD_FILE];

	if (!name)
		return ask_twice(call, ret);
	if (strcmp(name, "-") != 0)
		return read_file(name, ret);
	if (read_line(stdin, ret, LINE_MAX_BYTES))
		return STATUS_GOOD;
	fputs(SAY(call, "iocctl: đầu vào chuẩn không có mật khẩu\n",
		  "iocctl: there is no password on standard input\n"),
	      stderr);
	return STATUS_USAGE;
}

static const char *wrong_words(const struct call *call, enum password_outcome wrong)
{
	switch (wrong) {
	case PASSWORD_NO_TEXT:
		return SAY(call, "mật khẩu phải là văn bản UTF-8", "a password must be UTF-8");
	case PASSWORD_SHORT:
		return SAY(call, "mật khẩu phải có ít nhất 10 ký tự",
			   "a password has at least 10 characters");
	case PASSWORD_LONG:
		return SAY(call, "mật khẩu có nhiều nhất 256 byte",
			   "a password has at most 256 bytes");
	case PASSWORD_NAME:
		return SAY(call, "mật khẩu không được là tên đăng nhập",
			   "a password is not the user's own name");
	case PASSWORD_COMMON:
		break;
	}
	return SAY(call, "mật khẩu này quá dễ đoán, thuộc loại bị thử đầu tiên",
		   "this password is one of those that are tried first");
}

int user_ask_password(const struct call *call, const char *user, bool may_be_empty,
		      char ret_hash[ACCESS_HASH_MAX])
{
	char password[LINE_MAX_BYTES];
	int status = read_password(call, password);
	int wrong, r = 0;

	if (status)
		return status;
	ret_hash[0] = '\0';
	wrong = may_be_empty && !password[0] ? 0 : password_check(password, user);
	if (!wrong && password[0])
		r = password_hash(ret_hash, password);
	explicit_bzero(password, sizeof(password));
	if (wrong) {
		fprintf(stderr, "iocctl: %s\n", wrong_words(call, (enum password_outcome)wrong));
		return STATUS_USAGE;
	}
	if (!r)
		return STATUS_GOOD;
	fprintf(stderr, "iocctl: %s\n", strerror(-r));
	return STATUS_UNREACHABLE;
}
