/* SPDX-License-Identifier: Apache-2.0 */
#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define BACKLOG         512 /* all browsers of a house may come back at once */
#define PEER_TIMEOUT_MS 30000

static int make_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* ---- UNIX ---- */

/* 0 if nobody answers there, or -EADDRINUSE, or what else went wrong. */
static int knock(const struct sockaddr_un *un)
{
	int fd = make_socket(AF_UNIX);
	int r;

	if (fd < 0)
		return err_raise(-errno);
	r = connect(fd, (const struct sockaddr *)un, sizeof(*un)) ? -errno : 0;
	close(fd);

	if (r == -ECONNREFUSED)
		return 0;
	/* EAGAIN: somebody listens, with a full backlog. */
	return err_raise(r == 0 || r == -EAGAIN ? -EADDRINUSE : r);
}

/* A process that was killed leaves its socket behind, and bind() does not take its name over. */
static int remove_stale(const struct sockaddr_un *un)
{
	struct stat status;
	int r;

	if (lstat(un->sun_path, &status))
		return errno == ENOENT ? 0 : err_raise(-errno);
	if (!S_ISSOCK(status.st_mode))
		return err_raise(-EEXIST);

	r = knock(un);
	return r ? err_pass(r) : err_pass(disk_remove(un->sun_path));
}

/* Between bind() and listen() nobody can connect yet, so the mode is right from the first. */
static int bind_unix(int fd, struct listen_mark *ret_mark, const struct sockaddr_un *un)
{
	struct stat status;

	if (bind(fd, (const struct sockaddr *)un, sizeof(*un)))
		return err_raise(-errno);
	if (chmod(un->sun_path, 0660) || lstat(un->sun_path, &status) || listen(fd, BACKLOG))
		return err_raise(-errno);

	ret_mark->device = status.st_dev;
	ret_mark->inode = status.st_ino;
	return 0;
}

int listen_unix(int *ret, struct listen_mark *ret_mark, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;
	int r;

	if (strlen(path) >= sizeof(un.sun_path))
		return err_raise(-ENAMETOOLONG);
	memcpy(un.sun_path, path, strlen(path));
	r = remove_stale(&un);
	if (r)
		return err_pass(r);

	fd = make_socket(AF_UNIX);
	if (fd < 0)
		return err_raise(-errno);
	r = bind_unix(fd, ret_mark, &un);
	if (r) {
		close(fd);
		return err_pass(r);
	}

	*ret = fd;
	return 0;
}

void listen_remove(const char *path, const struct listen_mark *mark)
{
	struct stat status;

	if (lstat(path, &status) == 0 && status.st_dev == mark->device &&
	    status.st_ino == mark->inode && disk_remove(path))
		log_warning("http.socket_left", "socket=%s", path); /* the next start removes it */
}

/* ---- TCP ---- */

/* Accepted sockets inherit all of these: a vanished reader of a stream is noticed in the end. */
static void set_options(int fd)
{
	const int on = 1;
	const unsigned int peer_ms = PEER_TIMEOUT_MS;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &peer_ms, sizeof(peer_ms));
}

static int listen_on(int *ret, const struct addrinfo *info)
{
	int fd = make_socket(info->ai_family);
	int r;

	if (fd < 0)
		return err_raise(-errno);
	set_options(fd);
	if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, BACKLOG)) {
		r = -errno;
		close(fd);
		return err_raise(r);
	}

	*ret = fd;
	return 0;
}

int listen_tcp(int *ret, const char *address, int port)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *info;
	char digits[16];
	int r;

	(void)snprintf(digits, sizeof(digits), "%d", port);
	if (getaddrinfo(address, digits, &hints, &info))
		return err_raise(-EINVAL);
	r = listen_on(ret, info);
	freeaddrinfo(info);
	return err_pass(r);
}
