/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl user totp: the second factor. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "user.h"

/* A secret that no authenticator has would keep its user out: where there is somebody to ask, the
 * first code is asked for. */
static bool is_confirmed(const struct call *call, const char *secret)
{
	char code[32];

	if (!isatty(STDIN_FILENO))
		return true;
	for (int i = 0; i < 3; i++) {
		if (!user_ask(SAY(call, "Mã mà ứng dụng đang hiện: ",
				  "The code that the authenticator shows: "),
			      true, code, sizeof(code)))
			break;
		if (totp_check(secret, code, clock_real_ms(), 0))
			return true;
		fputs(SAY(call, "Mã không đúng. ", "That is wrong.  "), stderr);
	}
	fputs(SAY(call, "iocctl: chưa đổi gì\n", "iocctl: nothing was changed\n"), stderr);
	return false;
}

static int give_secret(const struct call *call, struct user_book *book, struct access_user *user)
{
	CLEANUP_TEXT struct text issuer = { 0 };
	CLEANUP_TEXT struct text address = { 0 };
	json_t *json;
	int status;

	text_add(&issuer, "iocd");
	if (book->config)
		text_add(&issuer, " %s", config_settings(book->config)->instance);
	totp_draw(user->totp);
	totp_add_address(&address, user->totp, text_get(&issuer), user->name);
	if (!call->json) {
		printf(SAY(call, "Bí mật:  %s\nĐịa chỉ: %s\n", "Secret:  %s\nAddress: %s\n"),
		       user->totp, text_get(&address));
		(void)fflush(stdout);
	}
	if (!is_confirmed(call, user->totp))
		return STATUS_FINDING;
	if (!call->json)
		return user_keep_one(call, book, user,
				     SAY(call, "từ nay đăng nhập cần thêm mã; phải đăng nhập lại",
					 "needs a code to log in from now on, and must log in "
					 "again"));
	users_replace(book->users, user);
	status = user_keep(call, book);
	if (status)
		return status;
	json = json_pack("{s:s, s:s, s:s}", "name", user->name, "secret", user->totp, "address",
			 text_get(&address));
	api_print(json);
	json_decref(json);
	return STATUS_GOOD;
}

int user_totp(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	bool is_off = call->n_arguments == 3;
	struct access_user user;
	int status;

	if (is_off && strcmp(call->arguments[2], "off") != 0) {
		fprintf(stderr,
			SAY(call,
			    "iocctl: 'user totp NAME' hoặc 'user totp NAME off', không phải '%s'\n",
			    "iocctl: 'user totp NAME' or 'user totp NAME off', not '%s'\n"),
			call->arguments[2]);
		return STATUS_USAGE;
	}
	status = user_open(call, &book);
	if (status)
		return status;
	if (!user_named(call, &book, call->arguments[1], &user))
		return STATUS_FINDING;
	if (!is_off)
		return give_secret(call, &book, &user);
	user.totp[0] = '\0';
	return user_keep_one(call, &book, &user,
			     SAY(call, "không còn cần mã", "needs no code any more"));
}
