/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_broker: just enough of an MQTT 5.0 broker, on a thread and a socket of its own, to answer in
 * ways that a real one cannot be made to.  One client at a time.
 */
#ifndef IOCD_TESTS_FAKE_BROKER_H
#define IOCD_TESTS_FAKE_BROKER_H

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct fake_broker {
	/* How to answer; set before fake_start(), or any time where atomic. */
	atomic_int connack;        /* reason code of the next CONNACK; then 0 again */
	atomic_int suback;         /* of the next SUBACK to a filter under "t/"; then QoS 1 again */
	atomic_int puback;         /* of every PUBACK; -1: none is sent */
	atomic_bool knows_session; /* what every CONNACK says */
	atomic_bool keeps_beats;   /* heartbeats do not go back */
	const uint8_t *properties; /* of every CONNACK, with their size first; NULL: none */

	/* What came. */
	atomic_int n_connects;
	atomic_int n_beats;
	atomic_int n_publishes; /* QoS 1 */
	atomic_int n_pubacks;
	atomic_int last_puback; /* its message id */
	atomic_int n_disconnects;
	atomic_int connect_flags;
	atomic_int subscribe_options; /* of the latest filter under "t/" */
	atomic_uint session_expiry;

	int port;
	int listener;
	atomic_int client; /* -1: none */
	atomic_bool ending;
	uint8_t unanswered[256][2]; /* message ids of QoS 1 publications */
	int n_unanswered;
	pthread_mutex_t mutex; /* one packet at a time to the client; and the two above */
	pthread_t thread;
};

static inline void fake_send(struct fake_broker *fake, const void *bytes, size_t n)
{
	pthread_mutex_lock(&fake->mutex);
	(void)!send(fake->client, bytes, n, MSG_NOSIGNAL);
	pthread_mutex_unlock(&fake->mutex);
}

/* Sends a PUBLISH of QoS 1 with message id 7; topic and payload are short. */
static inline void fake_publish(struct fake_broker *fake, const char *topic, const char *payload)
{
	uint8_t packet[128] = { 0x32 };
	size_t topic_size = strlen(topic);
	size_t n = 2;

	packet[n++] = 0;
	packet[n++] = (uint8_t)topic_size;
	memcpy(packet + n, topic, topic_size);
	n += topic_size;
	packet[n++] = 0;
	packet[n++] = 7;
	packet[n++] = 0; /* no properties */
	memcpy(packet + n, payload, strlen(payload));
	n += strlen(payload);
	packet[1] = (uint8_t)(n - 2);
	fake_send(fake, packet, n);
}

static inline void fake_disconnect(struct fake_broker *fake, uint8_t reason)
{
	fake_send(fake, (uint8_t[]){ 0xe0, 2, reason, 0 }, 4);
}

/* Ends the connection with a TCP reset. */
static inline void fake_reset(struct fake_broker *fake)
{
	const struct linger now = { .l_onoff = 1 };
	int nothing = open("/dev/null", O_RDWR);

	assert(nothing >= 0);
	pthread_mutex_lock(&fake->mutex);
	if (fake->client >= 0) {
		setsockopt(fake->client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		dup2(nothing, fake->client); /* closes it under fake_serve(), which ends */
	}
	pthread_mutex_unlock(&fake->mutex);
	close(nothing);
}

/* Takes the packet id that has waited longest, if it may be answered. */
static inline bool fake_next_unanswered(struct fake_broker *fake, uint8_t id[2])
{
	bool there;

	pthread_mutex_lock(&fake->mutex);
	there = fake->puback >= 0 && fake->n_unanswered > 0;
	if (there) {
		memcpy(id, fake->unanswered[0], 2);
		fake->n_unanswered--;
		memmove(fake->unanswered, fake->unanswered + 1, sizeof(fake->unanswered) - 2);
	}
	pthread_mutex_unlock(&fake->mutex);
	return there;
}

/* Answers the oldest QoS 1 publications with fake->puback. */
static inline void fake_answer(struct fake_broker *fake)
{
	uint8_t id[2];

	while (fake_next_unanswered(fake, id))
		fake_send(fake, (uint8_t[]){ 0x40, 4, id[0], id[1], (uint8_t)fake->puback, 0 }, 6);
}

static inline void fake_take_connect(struct fake_broker *fake, const uint8_t *body)
{
	const uint8_t *properties = fake->properties ? fake->properties : (const uint8_t *)"";
	uint8_t packet[32] = { 0x20, (uint8_t)(3 + properties[0]), fake->knows_session,
			       (uint8_t)fake->connack };

	fake->connect_flags = body[7];
	for (int i = 0; i < body[10]; i++) /* ours are all shorter than that */
		if (body[11 + i] == 0x11) {
			fake->session_expiry = ((unsigned)body[12 + i] << 24) |
					       ((unsigned)body[13 + i] << 16) |
					       ((unsigned)body[14 + i] << 8) | body[15 + i];
			break;
		}
	memcpy(packet + 4, properties, 1u + properties[0]);
	fake->n_connects++;
	fake->connack = 0;
	fake_send(fake, packet, 5u + properties[0]);
}

static inline void fake_take_subscribe(struct fake_broker *fake, const uint8_t *body)
{
	size_t size = body[4]; /* after the message id, no properties, and a zero */
	bool is_beat = memcmp(body + 5, "iocd/beat/", 10) == 0;
	int reason = 0;

	assert(body[2] == 0 && body[3] == 0);
	if (!is_beat) {
		fake->subscribe_options = body[5 + size];
		reason = fake->suback;
		fake->suback = 1;
	}
	fake_send(fake, (uint8_t[]){ 0x90, 4, body[0], body[1], 0, (uint8_t)reason }, 6);
}

/* Takes a PUBLISH; n_head is the number of bytes before body.  A heartbeat goes back. */
static inline void fake_take_publish(struct fake_broker *fake, const uint8_t *packet,
				     const uint8_t *body, size_t size)
{
	size_t topic_size = (size_t)body[0] << 8 | body[1];

	if ((packet[0] & 0x06) == 0) {
		fake->n_beats++;
		if (!fake->keeps_beats)
			fake_send(fake, packet, (size_t)(body - packet) + size);
		return;
	}
	pthread_mutex_lock(&fake->mutex);
	assert(fake->n_unanswered < 256);
	memcpy(fake->unanswered[fake->n_unanswered++], body + 2 + topic_size, 2);
	pthread_mutex_unlock(&fake->mutex);
	fake->n_publishes++;
	fake_answer(fake);
}

static inline void fake_take(struct fake_broker *fake, const uint8_t *packet, const uint8_t *body,
			     size_t size)
{
	switch (packet[0] >> 4) {
	case 1:
		fake_take_connect(fake, body);
		break;
	case 3:
		fake_take_publish(fake, packet, body, size);
		break;
	case 4:
		fake->last_puback = body[0] << 8 | body[1];
		fake->n_pubacks++;
		break;
	case 8:
		fake_take_subscribe(fake, body);
		break;
	case 12:
		fake_send(fake, (uint8_t[]){ 0xd0, 0 }, 2);
		break;
	case 14:
		fake->n_disconnects++;
		break;
	default:
		break;
	}
}

/* Takes the whole packets of n bytes at bytes; returns how many bytes they were. */
static inline size_t fake_take_all(struct fake_broker *fake, const uint8_t *bytes, size_t n)
{
	size_t done = 0;

	for (;;) {
		size_t size = 0;
		size_t head = done + 1;
		int shift = 0;

		do {
			if (head >= n)
				return done;
			size |= (size_t)(bytes[head] & 0x7f) << shift;
			shift += 7;
		} while (bytes[head++] & 0x80);
		if (head + size > n)
			return done;
		fake_take(fake, bytes + done, bytes + head, size);
		done = head + size;
	}
}

/* Serves one client until it goes. */
static inline void fake_serve(struct fake_broker *fake)
{
	static uint8_t bytes[65536];
	size_t n = 0;

	for (;;) {
		ssize_t r = recv(fake->client, bytes + n, sizeof(bytes) - n, 0);
		size_t done;

		if (r <= 0)
			return;
		n += (size_t)r;
		done = fake_take_all(fake, bytes, n);
		memmove(bytes, bytes + done, n - done);
		n -= done;
	}
}

static inline void *fake_run(void *context)
{
	struct fake_broker *fake = context;

	while (!fake->ending) {
		int fd = accept(fake->listener, NULL, NULL);

		if (fd < 0)
			break;
		fake->n_unanswered = 0;
		fake->client = fd;
		fake_serve(fake);
		pthread_mutex_lock(&fake->mutex);
		fake->client = -1;
		pthread_mutex_unlock(&fake->mutex);
		close(fd);
	}
	return NULL;
}

static inline void fake_start(struct fake_broker *fake)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fake->client = -1;
	fake->suback = 1;
	fake->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert(fake->listener >= 0);
	assert(bind(fake->listener, (struct sockaddr *)&address, size) == 0);
	assert(getsockname(fake->listener, (struct sockaddr *)&address, &size) == 0);
	assert(listen(fake->listener, 5) == 0);
	fake->port = ntohs(address.sin_port);
	assert(pthread_mutex_init(&fake->mutex, NULL) == 0);
	assert(pthread_create(&fake->thread, NULL, fake_run, fake) == 0);
}

static inline void fake_stop(struct fake_broker *fake)
{
	fake->ending = true;
	shutdown(fake->listener, SHUT_RDWR);
	pthread_mutex_lock(&fake->mutex);
	if (fake->client >= 0)
		shutdown(fake->client, SHUT_RDWR);
	pthread_mutex_unlock(&fake->mutex);
	assert(pthread_join(fake->thread, NULL) == 0);
	close(fake->listener);
	pthread_mutex_destroy(&fake->mutex);
}

#endif
