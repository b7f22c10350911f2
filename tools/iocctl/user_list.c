/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl user list: who may log in, and with what. */
#include <stdio.h>

#include "api.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "show.h"
#include "user.h"

static const struct column columns[] = {
	{ "tên", "name", COLUMN_TINTED },
	{ "họ tên", "person", COLUMN_FLEXIBLE },
	{ "vai trò", "role", 0 },
	{ "đơn vị", "units", COLUMN_FLEXIBLE },
	{ "đăng nhập bằng", "logs in with", 0 },
	{ "khóa", "tokens", COLUMN_FLEXIBLE },
	{ "", "", 0 },
};

static bool is_over(const struct access_token *token, int64_t now_ms)
{
	return token->until_ms && token->until_ms <= now_ms;
}

static json_t *token_json(const struct access_token *token, int64_t now_ms)
{
	char until[CIVIL_TEXT_MAX];

	return json_pack("{s:s, s:s, s:o, s:b}", "name", token->name, "role",
			 access_role_name(token->role), "until",
			 token->until_ms ? json_string(civil_format(until, token->until_ms, 0))
					 : json_null(),
			 "over", is_over(token, now_ms));
}

json_t *user_json(const struct access_user *user, int64_t now_ms)
{
	json_t *units = json_array();
	json_t *tokens = json_array();

	for (uint32_t i = 0; i < user->n_units; i++)
		json_array_append_new(units, json_string(user->units[i]));
	for (uint32_t i = 0; i < user->n_tokens; i++)
		json_array_append_new(tokens, token_json(&user->tokens[i], now_ms));
	return json_pack("{s:s, s:s, s:s, s:b, s:o, s:b, s:b, s:b, s:o}", "name", user->name,
			 "title", user->title, "role", access_role_name(user->role), "whole",
			 user->n_units == 0, "units", units, "password", user->password[0] != 0,
			 "second_factor", user->totp[0] != 0, "disabled", user->is_disabled,
			 "tokens", tokens);
}

static const char *proof_words(const struct call *call, const struct access_user *user)
{
	if (!user->password[0])
		return SAY(call, "không", "nothing");
	return user->totp[0] ? SAY(call, "mật khẩu và mã", "password and code")
			     : SAY(call, "mật khẩu", "password");
}

static void add_line(const struct call *call, struct table *table, const struct access_user *user,
		     int64_t now_ms)
{
	CLEANUP_TEXT struct text units = { 0 };
	CLEANUP_TEXT struct text tokens = { 0 };

	for (uint32_t i = 0; i < user->n_units; i++)
		text_add(&units, "%s%s", i ? ", " : "", user->units[i]);
	for (uint32_t i = 0; i < user->n_tokens; i++)
		text_add(&tokens, "%s%s%s", i ? ", " : "", user->tokens[i].name,
			 is_over(&user->tokens[i], now_ms) ? SAY(call, " (hết hạn)", " (over)")
							   : "");
	table_row(table, user->is_disabled ? TINT_DIM : TINT_NONE,
		  (const char *const[]){
			  user->name,
			  user->title,
			  access_role_name(user->role),
			  user->n_units ? text_get(&units) : SAY(call, "tất cả", "all"),
			  proof_words(call, user),
			  text_get(&tokens),
			  user->is_disabled ? SAY(call, "đã tạm khóa", "disabled") : "",
		  });
}

int user_list(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);
	int64_t now_ms = clock_real_ms();
	json_t *list, *whole;
	int status = user_open(call, &book);

	if (status)
		return status;
	list = json_array();
	for (size_t i = 0; i < users_count(book.users); i++) {
		add_line(call, table, users_at(book.users, i), now_ms);
		json_array_append_new(list, user_json(users_at(book.users, i), now_ms));
	}
	whole = json_pack("{s:s, s:o}", "file", book.path, "users", list);
	if (call->json)
		api_print(whole);
	else if (users_count(book.users) == 0)
		printf(SAY(call, "'%s' chưa có ai; thêm bằng: iocctl user add NAME\n",
			   "'%s' has nobody yet; add one with: iocctl user add NAME\n"),
		       book.path);
	else
		show_table(call, table, NULL);
	json_decref(whole);
	return STATUS_GOOD;
}
