/* SPDX-License-Identifier: Apache-2.0 */
#include "status.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define PATIENCE_S 10

static int connect_to(const char *path)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (file < 0)
		return -errno;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(file, (struct sockaddr *)&address, sizeof(address)) == 0)
		return file;
	(void)close(file);
	return -ECONNREFUSED; /* not an error while iocd starts: no trace */
}

static int ask(const char *path, struct text *answer)
{
	static const char request[] = "GET /api/v1/status HTTP/1.0\r\nHost: localhost\r\n\r\n";
	char bytes[4096];
	ssize_t n;
	int file = connect_to(path);

	if (file < 0)
		return file;
	n = send(file, request, sizeof(request) - 1, MSG_NOSIGNAL);
	while (n > 0) {
		n = recv(file, bytes, sizeof(bytes), 0);
		if (n > 0)
			text_add_bytes(answer, bytes, (size_t)n);
	}
	(void)close(file);
	return n < 0 ? err_raise(-EIO) : 0;
}

static uint64_t number(const json_t *object, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(object, name));
}

static bool are_green(const json_t *parts)
{
	const json_t *part;
	size_t i;

	json_array_foreach(parts, i, part)
	{
		const char *light = json_string_value(json_object_get(part, "light"));

		if (!light || strcmp(light, "green") != 0)
			return false;
	}
	return json_array_size(parts) > 0;
}

int status_read(const char *socket_path, struct status *ret)
{
	CLEANUP_TEXT struct text answer = { 0 };
	const json_t *events, *journal;
	const char *body;
	json_t *root;
	int r;

	r = ask(socket_path, &answer);
	if (r)
		return r;
	body = strstr(text_get(&answer), "\r\n\r\n");
	root = body ? json_loads(body + 4, 0, NULL) : NULL;
	events = json_object_get(root, "events");
	journal = json_object_get(root, "journal");
	if (!json_is_object(events)) {
		json_decref(root);
		return err_raise(-EPROTO);
	}

	*ret = (struct status){
		.ready = json_is_true(json_object_get(root, "ready")),
		.all_green = are_green(json_object_get(root, "parts")),
		.seen = number(events, "seen"),
		.accepted = number(events, "accepted"),
		.raised = number(json_object_get(root, "alerts"), "raised"),
		.series = number(root, "indicators_live"),
		.snapshot = number(journal, "snapshot"),
		.snapshot_bytes = number(journal, "snapshot_bytes"),
		.pause_us = number(journal, "snapshot_pause_us"),
		.stall_us = number(root, "stall_us"),
	};
	json_decref(root);
	return 0;
}
