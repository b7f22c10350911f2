/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/tcp.h> /* glibc's knows less of a connection */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <utlist.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define REQUEST_MS 10000
#define IDLE_MS    30000
#define LOOK_MS    1000
#define BYTES_PER_MS                                                                               \
	1024 /* that a reader of an answer must take, beyond the time for a request                \
	      */
#define LOOKS_A_REQUEST 10

struct peers {
	struct timer *timer;
	struct peer *first;
	int64_t request_ms;
	int64_t idle_ms;
};

/* ---- late ones ---- */

/* Bytes that came so far; only TCP counts them. */
static uint64_t received(const struct peer *peer)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	if (peer->is_local || getsockopt(peer->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return 0;
	return info.tcpi_bytes_received;
}

void peer_shut(const struct peer *peer)
{
	(void)shutdown(peer->fd, SHUT_RDWR);
}

/* Nothing of an answer was sent yet, so this one is whole. */
static void refuse(const struct peer *peer)
{
	static const char answer[] = "HTTP/1.1 408 Request Timeout\r\n"
				     "Connection: close\r\n"
				     "Cache-Control: no-store\r\n"
				     "Content-Length: 0\r\n\r\n";

	(void)send(peer->fd, answer, sizeof(answer) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void cut(struct peer *peer)
{
	log_debug("http.late", "address=%s state=%d", peer->address, (int)peer->state);
	if (peer->state == PEER_ASKING)
		refuse(peer);
	peer_shut(peer);
	peer->until_ms = INT64_MAX;
}

/* libmicrohttpd does not tell the first bytes of a request. */
static void look_at(struct peer *peer, int64_t now_ms)
{
	if (peer->state == PEER_IDLE && received(peer) != peer->n_received)
		peer_asks(peer);
	if (now_ms >= peer->until_ms)
		cut(peer);
}

static void on_timer(void *context)
{
	struct peers *peers = context;
	int64_t now_ms = clock_mono_ms();
	struct peer *peer;

	DL_FOREACH (peers->first, peer)
		look_at(peer, now_ms);
}

/* ---- the set ---- */

struct peers *peers_new(struct loop *loop, int64_t request_ms, int64_t idle_ms)
{
	struct peers *peers = xcalloc(1, sizeof(*peers));

	peers->request_ms = request_ms ? request_ms : REQUEST_MS;
	peers->idle_ms = idle_ms ? idle_ms : IDLE_MS;
	peers->timer = timer_new(loop, on_timer, peers);
	return peers;
}

void peers_close(struct peers *peers)
{
	if (!peers)
		return;

	assert(!peers->first);
	timer_close(peers->timer);
	free(peers);
}

static void start_looking(struct peers *peers)
{
	int64_t look_ms = peers->request_ms / LOOKS_A_REQUEST + 1;

	if (!timer_is_started(peers->timer))
		timer_start(peers->timer, look_ms < LOOK_MS ? look_ms : LOOK_MS,
			    look_ms < LOOK_MS ? look_ms : LOOK_MS);
}

/* ---- who it is ---- */

static void name_v4(struct peer *peer, const struct in_addr *in)
{
	(void)inet_ntop(AF_INET, in, peer->address, sizeof(peer->address));
	peer->is_loopback = ntohl(in->s_addr) >> 24 == 127;
}

static void name_v6(struct peer *peer, const struct in6_addr *in6)
{
	struct in_addr in;

	if (IN6_IS_ADDR_V4MAPPED(in6)) {
		memcpy(&in, in6->s6_addr + 12, sizeof(in));
		name_v4(peer, &in);
		return;
	}
	(void)inet_ntop(AF_INET6, in6, peer->address, sizeof(peer->address));
	peer->is_loopback = IN6_IS_ADDR_LOOPBACK(in6);
}

static void name(struct peer *peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} u = { 0 };
	socklen_t size = sizeof(u);

	if (getpeername(peer->fd, &u.any, &size))
		return;
	if (u.any.sa_family == AF_INET)
		name_v4(peer, &u.in.sin_addr);
	else if (u.any.sa_family == AF_INET6)
		name_v6(peer, &u.in6.sin6_addr);
}

static void note_user(struct peer *peer)
{
	struct ucred user;
	socklen_t size = sizeof(user);

	if (getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &user, &size) == 0)
		peer->uid = user.uid;
}

bool peer_read_last(char ret[HTTP_ADDRESS_MAX], const char *list)
{
	const char *comma = strrchr(list, ',');
	const char *begin = comma ? comma + 1 : list;
	unsigned char bytes[16];
	char word[HTTP_ADDRESS_MAX];
	size_t n;

	begin += strspn(begin, " \t");
	n = strcspn(begin, " \t");
	if (n == 0 || n >= sizeof(word) || begin[n + strspn(begin + n, " \t")])
		return false;
	memcpy(word, begin, n);
	word[n] = '\0';
	if (inet_pton(AF_INET, word, bytes) != 1 && inet_pton(AF_INET6, word, bytes) != 1)
		return false;

	memcpy(ret, word, n + 1);
	return true;
}

/* ---- a connection ---- */

static void enter(struct peer *peer, enum peer_state state, int64_t limit_ms)
{
	peer->state = state;
	peer->until_ms = clock_mono_ms() + limit_ms;
}

struct peer *peer_join(struct peers *peers, int fd, bool is_local)
{
	struct peer *peer = xcalloc(1, sizeof(*peer));

	peer->peers = peers;
	peer->fd = fd;
	peer->is_local = is_local;
	peer->uid = -1;
	if (is_local)
		note_user(peer);
	else
		name(peer);
	enter(peer, PEER_IDLE, peers->request_ms);
	DL_APPEND(peers->first, peer);
	start_looking(peers);
	return peer;
}

void peer_leave(struct peer *peer)
{
	struct peers *peers = peer->peers;

	DL_DELETE(peers->first, peer);
	free(peer);
	if (!peers->first)
		timer_stop(peers->timer);
}

/* Who was silent for nearly as long as it may be has no more time for that. */
void peer_asks(struct peer *peer)
{
	int64_t until_ms = peer->until_ms;

	if (peer->state == PEER_ASKING)
		return;
	enter(peer, PEER_ASKING, peer->peers->request_ms);
	if (until_ms < peer->until_ms)
		peer->until_ms = until_ms;
}

void peer_reads(struct peer *peer, size_t size)
{
	enter(peer, PEER_READING, peer->peers->request_ms + (int64_t)(size / BYTES_PER_MS));
}

void peer_stays(struct peer *peer)
{
	peer->state = PEER_STAYS;
	peer->until_ms = INT64_MAX;
}

void peer_waits(struct peer *peer)
{
	peer->n_received = received(peer);
	/* Of a local one nobody sees when it begins. */
	enter(peer, PEER_IDLE,
	      peer->peers->idle_ms + (peer->is_local ? peer->peers->request_ms : 0));
}
