/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection is a slot: what was read ahead and the acknowledgements held back.  A slot opens
 * with the first byte that Paho reads from a descriptor and ends when it closes it.  Paho's
 * receiving thread reads and polls; both of its threads write; so a slot has a lock, held only for
 * copying and for a send that cannot block.
 *
 * Holding a PUBACK back is safe at any time: until it arrives the broker still owns the message.
 */
#include "mqtt_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "iocd/base/clock.h"

#define SLOTS      8             /* connections at once; further ones work without read-ahead */
#define AHEAD      (256u << 10)  /* bytes read ahead */
#define ACKS       (4u * 65536u) /* bytes of acknowledgements: of every packet id there is */
#define FLUSH_AT   4096        /* bytes of acknowledgements that leave without waiting for a lull */
#define PUBACK     0x40        /* first byte, MQTT 5.0 section 3.4 */
#define PUBACK_MAX 8           /* bytes: one that carries properties is passed on */
#define BUSY       4           /* messages a millisecond: beyond, it pays to let some gather */
#define WINDOW_NS  100000000   /* over which they are counted */
#define PAUSE_NS   3000000     /* at most one read in this time while busy, */
#define PLENTY     (16u << 10) /* unless the last one brought so many bytes: that is a group */

struct slot {
	pthread_mutex_t lock;
	int fd;         /* -1: free */
	size_t read_at; /* what is read ahead is ahead[read_at .. read_end) */
	size_t read_end;
	size_t n_acks;       /* bytes in acks */
	bool full;           /* the last write was not taken whole: ask before the next */
	int64_t read_ns;     /* when the socket was last read */
	int64_t window_ns;   /* when counting acknowledgements began */
	int64_t n_in_window; /* counted since */
	bool plenty;         /* the last read brought PLENTY */
	bool busy;           /* more than BUSY messages a millisecond in the window before */
	unsigned char ahead[AHEAD];
	unsigned char acks[ACKS];
};

/* Paho's calls carry no context, so this is one of the few globals.  Opening and closing slots is
 * under `slots_lock`; a slot's other members are under its own. */
static struct slot slots[SLOTS];
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t slots_once = PTHREAD_ONCE_INIT;

static void make_slots(void)
{
	for (size_t i = 0; i < SLOTS; i++) {
		pthread_mutex_init(&slots[i].lock, NULL);
		slots[i].fd = -1;
	}
}

static struct slot *find_slot(int fd)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (__atomic_load_n(&slots[i].fd, __ATOMIC_ACQUIRE) == fd)
			return &slots[i];
	return NULL;
}

/* Lends the slot of fd, locked; NULL if there is none. */
static struct slot *lock_slot(int fd)
{
	struct slot *slot;

	pthread_once(&slots_once, make_slots);
	slot = find_slot(fd);
	if (!slot)
		return NULL;

	pthread_mutex_lock(&slot->lock);
	if (slot->fd == fd)
		return slot;
	pthread_mutex_unlock(&slot->lock); /* it was closed in between */
	return NULL;
}

/* Opens a slot for fd, a connection that Paho reads from for the first time, and locks it. */
static struct slot *open_slot(int fd)
{
	int on = 1;
	struct slot *slot;

	pthread_mutex_lock(&slots_lock);
	slot = find_slot(-1);
	if (slot) {
		slot->read_at = slot->read_end = slot->n_acks = 0;
		slot->busy = slot->full = slot->plenty = false;
		slot->n_in_window = 0;
		slot->window_ns = slot->read_ns = 0;
		__atomic_store_n(&slot->fd, fd, __ATOMIC_RELEASE);
		pthread_mutex_lock(&slot->lock);
	}
	pthread_mutex_unlock(&slots_lock);

	/* Paho never asks for it, and an alert must not wait for the acknowledgement of another. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return slot;
}

/* Sends what was held back.  What the socket does not take stays; a fault shows at the next read.
 */
static void flush(struct slot *slot)
{
	ssize_t sent;

	if (slot->n_acks == 0)
		return;
	sent = send(slot->fd, slot->acks, slot->n_acks, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent <= 0)
		return;
	slot->n_acks -= (size_t)sent;
	memmove(slot->acks, slot->acks + sent, slot->n_acks);
}

ssize_t paho_recv(int fd, void *bytes, size_t n, int flags)
{
	struct slot *slot;
	ssize_t got;

	if (n == 0)
		return recv(fd, bytes, n, flags);
	slot = lock_slot(fd);
	if (!slot)
		slot = open_slot(fd);
	if (!slot)
		return recv(fd, bytes, n, flags);

	if (slot->read_at == slot->read_end) {
		got = recv(fd, slot->ahead, AHEAD, flags);
		slot->read_ns = clock_mono_ns();
		if (got <= 0) {
			int error = errno;

			pthread_mutex_unlock(&slot->lock);
			errno = error;
			return got;
		}
		slot->plenty = got >= (ssize_t)PLENTY;
		slot->read_at = 0;
		slot->read_end = (size_t)got;
	}

	if (n > slot->read_end - slot->read_at)
		n = slot->read_end - slot->read_at;
	memcpy(bytes, slot->ahead + slot->read_at, n);
	slot->read_at += n;
	pthread_mutex_unlock(&slot->lock);
	return (ssize_t)n;
}

static bool is_writable(int fd)
{
	struct slot *slot = lock_slot(fd);
	bool writable;

	if (!slot)
		return false;
	writable = !slot->full;
	pthread_mutex_unlock(&slot->lock);
	return writable;
}

/* POLLOUT of a live connection: Paho asks before every message. */
static bool answer_writable(struct pollfd *fds, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].events != POLLOUT || !is_writable(fds[i].fd))
			return false;
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = POLLOUT;
	return n > 0;
}

static int answer_readable(struct pollfd *fds, nfds_t n)
{
	int n_ready = 0;

	for (nfds_t i = 0; i < n; i++) {
		struct slot *slot = lock_slot(fds[i].fd);

		fds[i].revents = 0;
		if (!slot)
			continue;
		if (slot->read_at < slot->read_end) {
			fds[i].revents = POLLIN;
			n_ready++;
		}
		if (n_ready == 0 || slot->n_acks >= FLUSH_AT)
			flush(slot);
		pthread_mutex_unlock(&slot->lock);
	}
	return n_ready;
}

static void measure(struct slot *slot, int64_t now_ns)
{
	int64_t elapsed_ns = now_ns - slot->window_ns;

	if (elapsed_ns < WINDOW_NS)
		return;
	slot->busy = slot->n_in_window * 1000000 > BUSY * elapsed_ns;
	slot->window_ns = now_ns;
	slot->n_in_window = 0;
}

/* How long to let the sockets fill: nothing while little arrives. */
static int64_t pause_ns(const struct pollfd *fds, nfds_t n)
{
	int64_t now_ns = clock_mono_ns(), pause = 0;

	for (nfds_t i = 0; i < n; i++) {
		struct slot *slot = lock_slot(fds[i].fd);

		if (!slot)
			continue;
		measure(slot, now_ns);
		if (slot->busy && !slot->plenty && slot->read_ns + PAUSE_NS - now_ns > pause)
			pause = slot->read_ns + PAUSE_NS - now_ns;
		pthread_mutex_unlock(&slot->lock);
	}
	return pause;
}

int paho_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	int64_t pause;
	int n_ready;

	pthread_once(&slots_once, make_slots);
	if (answer_writable(fds, n))
		return (int)n;
	if (n > 0 && fds[0].events == POLLOUT) /* as all are: what was read ahead is no answer */
		return poll(fds, n, timeout_ms);

	n_ready = answer_readable(fds, n);
	if (n_ready > 0)
		return n_ready;

	pause = timeout_ms == 0 ? 0 : pause_ns(fds, n);
	if (pause > 0)
		(void)usleep((useconds_t)(pause / 1000) + 1);
	return poll(fds, n, timeout_ms);
}

static size_t size_of(const struct iovec *parts, int n)
{
	size_t size = 0;

	for (int i = 0; i < n; i++)
		size += parts[i].iov_len;
	return size;
}

static bool is_puback(const struct iovec *parts, int n, size_t size)
{
	return n > 0 && size <= PUBACK_MAX && parts[0].iov_len > 0 &&
	       (*(const unsigned char *)parts[0].iov_base & 0xF0) == PUBACK;
}

static void hold_back(struct slot *slot, const struct iovec *parts, int n)
{
	slot->n_in_window++;
	for (int i = 0; i < n; i++) {
		memcpy(slot->acks + slot->n_acks, parts[i].iov_base, parts[i].iov_len);
		slot->n_acks += parts[i].iov_len;
	}
}

ssize_t paho_writev(int fd, const struct iovec *parts, int n)
{
	struct slot *slot = lock_slot(fd);
	size_t size = size_of(parts, n);
	ssize_t done;

	if (!slot)
		return writev(fd, parts, n);

	if (is_puback(parts, n, size) && slot->n_acks + size <= ACKS) {
		hold_back(slot, parts, n);
		done = (ssize_t)size;
	} else {
		flush(slot);
		/* Behind a cut acknowledgement nothing else may be written. */
		if (slot->n_acks > 0) {
			errno = EAGAIN;
			done = -1;
		} else {
			done = writev(fd, parts, n);
		}
		slot->full = done != (ssize_t)size;
	}
	pthread_mutex_unlock(&slot->lock);
	return done;
}

int paho_close(int fd)
{
	struct slot *slot = lock_slot(fd);

	if (slot) {
		__atomic_store_n(&slot->fd, -1, __ATOMIC_RELEASE);
		pthread_mutex_unlock(&slot->lock);
	}
	return close(fd);
}
