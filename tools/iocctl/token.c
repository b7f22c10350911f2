/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/secret.h"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Whether nobody on the way can read what is sent to url. */
static bool is_private(const char *url)
{
	static const char *const places[] = { "https://", "http://localhost", "http://127.",
					      "http://[::1]" };

	for (size_t i = 0; i < COUNT(places); i++)
		if (begins(url, places[i]))
			return true;

	return false;
}

static int complain(const struct call *call, const char *message)
{
	fprintf(stderr, "iocctl: --token-file '%s': %s\n", call->token_file, message);
	return STATUS_USAGE;
}

int token_read(struct call *call)
{
	char why[SECRET_WHY_MAX];

	if (!call->token_file)
		return STATUS_GOOD;
	if (!call->url)
		return complain(call, SAY(call, "chỉ dùng cùng --url", "it needs --url"));
	if (!is_private(call->url))
		return complain(call, SAY(call, "mã sẽ đi qua mạng không mã hóa; hãy dùng https://",
					  "it would cross the network readable; use https://"));
	if (secret_read(&call->token, call->token_file, why))
		return complain(call, why);

	call->by = call->as ? call->as : "";
	return STATUS_GOOD;
}

void token_forget(struct call *call)
{
	if (call->token)
		explicit_bzero(call->token, strlen(call->token));
	free(call->token);
	call->token = NULL;
}
