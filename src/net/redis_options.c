/* SPDX-License-Identifier: Apache-2.0 */
#include "redis_options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "iocd/base/err.h"

static bool is_numeric(const char *address)
{
	struct in6_addr any;

	return inet_pton(AF_INET, address, &any) == 1 || inet_pton(AF_INET6, address, &any) == 1;
}

int redis_options_check(const struct redis_options *options)
{
	struct sockaddr_un un;

	if (options->timeout_ms <= 0 || options->timeout_ms > INT32_MAX)
		return err_raise(-EINVAL);
	if (options->username && !options->password)
		return err_raise(-EINVAL);
	if (options->socket) /* hiredis would cut it */
		return strlen(options->socket) < sizeof(un.sun_path) ? 0 : err_raise(-ENAMETOOLONG);
	/* hiredis would resolve a name here and now, and the loop would stand still. */
	if (!options->address || !is_numeric(options->address))
		return err_raise(-EINVAL);
	return options->port > 0 && options->port <= UINT16_MAX ? 0 : err_raise(-EINVAL);
}

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

void redis_options_copy(struct redis_options *ret, const struct redis_options *options)
{
	*ret = *options;
	ret->socket = copy(options->socket);
	ret->address = copy(options->address);
	ret->username = copy(options->username);
	ret->password = copy(options->password);
}

void redis_options_fini(struct redis_options *options)
{
	if (options->password)
		explicit_bzero((char *)options->password, strlen(options->password));
	free((char *)options->socket);
	free((char *)options->address);
	free((char *)options->username);
	free((char *)options->password);
	*options = (struct redis_options){ 0 };
}

void redis_options_name(const struct redis_options *options, char *name, size_t size)
{
	if (options->socket)
		(void)snprintf(name, size, "%s", options->socket);
	else
		(void)snprintf(name, size, "%s port=%d", options->address, options->port);
}
