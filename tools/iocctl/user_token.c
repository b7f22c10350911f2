/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl user token: keys for programs. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "user.h"

static struct access_token *find(struct access_user *user, const char *name)
{
	for (uint32_t i = 0; i < user->n_tokens; i++)
		if (strcmp(user->tokens[i].name, name) == 0)
			return &user->tokens[i];
	return NULL;
}

static int complain(const struct call *call, const char *vi, const char *en)
{
	fprintf(stderr, "iocctl: %s\n", SAY(call, vi, en));
	return STATUS_FINDING;
}

/* Fills a token as the options say; its digest is for the caller. */
static int fill(const struct call *call, const struct access_user *user, const char *name,
		struct access_token *token)
{
	int status = user_read_role(call, &token->role);

	if (!status)
		status = user_read_until(call, &token->until_ms);
	if (status)
		return status;
	if (!user_check_name(call, name))
		return STATUS_USAGE;
	(void)snprintf(token->name, sizeof(token->name), "%s", name);
	if (token->role > user->role)
		return complain(call, "khóa không được có vai trò cao hơn người dùng của nó",
				"a token may not have a role above its user's");
	return STATUS_GOOD;
}

static void print(const struct call *call, const struct access_user *user,
		  const struct access_token *token, const char *secret)
{
	json_t *json;

	if (!call->json) {
		printf("%s\n", secret);
		fprintf(stderr,
			SAY(call,
			    "Khóa '%s' của %s, vai trò %s: chép ngay, iocd không giữ lại. Dùng: "
			    "Authorization: Bearer KHÓA\n",
			    "Token '%s' of %s, as %s: copy it now, it is kept nowhere.  Use it so: "
			    "Authorization: Bearer TOKEN\n"),
			token->name, user->name, access_role_name(token->role));
		return;
	}
	json = json_pack("{s:s, s:s, s:s, s:s}", "user", user->name, "name", token->name, "role",
			 access_role_name(token->role), "token", secret);
	api_print(json);
	json_decref(json);
}

static int add(const struct call *call, struct user_book *book, struct access_user *user,
	       const char *name)
{
	struct access_token token = { .role = ROLE_VIEWER };
	char secret[TOKEN_MAX];
	int status = fill(call, user, name, &token);

	if (status)
		return status;
	if (find(user, name))
		return complain(call, "đã có khóa tên như vậy", "there is a token of that name");
	if (user->n_tokens == ACCESS_TOKENS_MAX)
		return complain(call, "đã có 16 khóa, nhiều nhất có thể",
				"there are 16 tokens, as many as there may be");
	token_draw(secret, token.digest);
	user->tokens[user->n_tokens++] = token;
	users_replace(book->users, user);
	status = user_keep(call, book);
	if (!status)
		print(call, user, &token, secret);
	explicit_bzero(secret, sizeof(secret));
	return status;
}

static int end(const struct call *call, struct user_book *book, struct access_user *user,
	       const char *name)
{
	struct access_token *token = find(user, name);

	if (!token)
		return complain(call, "không có khóa tên như vậy",
				"there is no token of that name");
	*token = user->tokens[--user->n_tokens];
	return user_keep_one(call, book, user, SAY(call, "đã bỏ khóa đó", "that token is ended"));
}

int user_token(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	bool adds = strcmp(call->arguments[1], "add") == 0;
	struct access_user user;
	int status;

	if (!adds && strcmp(call->arguments[1], "remove") != 0) {
		fprintf(stderr,
			SAY(call, "iocctl: 'user token' là add hoặc remove, không phải '%s'\n",
			    "iocctl: 'user token' is add or remove, not '%s'\n"),
			call->arguments[1]);
		return STATUS_USAGE;
	}
	status = user_open(call, &book);
	if (status)
		return status;
	if (!user_named(call, &book, call->arguments[2], &user))
		return STATUS_FINDING;
	return (adds ? add : end)(call, &book, &user, call->arguments[3]);
}
