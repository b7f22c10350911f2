/* SPDX-License-Identifier: Apache-2.0 */
/* What stands under Paho's sockets, over a socket pair in the place of a broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "iocd/base/defs.h"
#include "mqtt_socket.h"

struct pair {
	int paho;   /* the end that is read and written through mqtt_socket */
	int broker; /* the other */
};

static struct pair open_pair(void)
{
	struct pair pair;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	pair.paho = fds[0];
	pair.broker = fds[1];
	return pair;
}

static void close_pair(struct pair *pair)
{
	assert_int_equal(paho_close(pair->paho), 0);
	close(pair->broker);
}

/* The first byte read opens the slot. */
static void begin(struct pair *pair)
{
	char byte;

	assert_int_equal(write(pair->broker, "x", 1), 1);
	assert_int_equal(paho_recv(pair->paho, &byte, 1, 0), 1);
}

static ssize_t write_packet(int fd, const char *header, const char *rest)
{
	const struct iovec parts[] = {
		{ .iov_base = (void *)header, .iov_len = strlen(header) },
		{ .iov_base = (void *)rest, .iov_len = strlen(rest) },
	};

	return paho_writev(fd, parts, COUNT(parts));
}

static int poll_readable(int fd)
{
	struct pollfd watched = { .fd = fd, .events = POLLIN };

	return paho_poll(&watched, 1, 0);
}

static int poll_writable(int fd)
{
	struct pollfd watched = { .fd = fd, .events = POLLOUT };

	return paho_poll(&watched, 1, 0) > 0 ? watched.revents : 0;
}

static void expect_arrived(int fd, const char *wanted)
{
	char got[64] = "";
	ssize_t n = read(fd, got, sizeof(got) - 1);

	assert_int_equal(n, strlen(wanted));
	assert_string_equal(got, wanted);
}

static void expect_nothing_arrived(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
}

static void one_read_fetches_all_that_has_arrived(void **state)
{
	struct pair pair = open_pair();
	char bytes[8] = "";

	(void)state;
	assert_int_equal(write(pair.broker, "abcdef", 6), 6);
	assert_int_equal(paho_recv(pair.paho, bytes, 2, 0), 2);
	/* the socket itself is empty now, and yet there is more to read */
	expect_nothing_arrived(pair.paho);
	assert_int_equal(poll_readable(pair.paho), 1);
	assert_int_equal(paho_recv(pair.paho, bytes + 2, 6, 0), 4);
	assert_string_equal(bytes, "abcdef");
	assert_int_equal(poll_readable(pair.paho), 0);
	assert_int_equal(paho_recv(pair.paho, bytes, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	close_pair(&pair);
}

static void acknowledgements_leave_together_before_a_wait(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	begin(&pair);
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "AB"), 4);
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "CD"), 4);
	expect_nothing_arrived(pair.broker);
	assert_int_equal(poll_readable(pair.paho), 0);
	expect_arrived(pair.broker, "\x40\x02"
				    "AB"
				    "\x40\x02"
				    "CD");
	close_pair(&pair);
}

static void acknowledgements_wait_while_messages_are_read_ahead(void **state)
{
	struct pair pair = open_pair();
	char byte;

	(void)state;
	begin(&pair);
	assert_int_equal(write(pair.broker, "yz", 2), 2);
	assert_int_equal(paho_recv(pair.paho, &byte, 1, 0), 1);
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "AB"), 4);
	assert_int_equal(poll_readable(pair.paho), 1);
	expect_nothing_arrived(pair.broker);
	assert_int_equal(paho_recv(pair.paho, &byte, 1, 0), 1);
	assert_int_equal(poll_readable(pair.paho), 0);
	expect_arrived(pair.broker, "\x40\x02"
				    "AB");
	close_pair(&pair);
}

static void other_packets_leave_at_once_behind_what_was_held_back(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	begin(&pair);
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "AB"), 4);
	assert_int_equal(write_packet(pair.paho, "\xC0", ""), 1);
	expect_arrived(pair.broker, "\x40\x02"
				    "AB"
				    "\xC0");
	close_pair(&pair);
}

static void nothing_is_held_back_on_a_connection_not_read_from(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "AB"), 4);
	expect_arrived(pair.broker, "\x40\x02"
				    "AB");
	close_pair(&pair);
}

static void a_full_socket_cuts_no_packet_and_loses_none(void **state)
{
	struct pair pair = open_pair();
	size_t sent = 0, arrived = 0;
	char bytes[4096];
	ssize_t n;

	(void)state;
	begin(&pair);
	while (sent < 300000) { /* more than a socket pair takes */
		if (write_packet(pair.paho, "\x40\x02", "AB") != 4)
			break;
		sent += 4;
		if (sent % 4096 == 0)
			(void)poll_readable(pair.paho);
	}
	assert_int_equal(write_packet(pair.paho, "\xC0", ""), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(poll_writable(pair.paho), 0);

	do {
		while ((n = read(pair.broker, bytes, sizeof(bytes))) > 0)
			arrived += (size_t)n;
		(void)poll_readable(pair.paho);
	} while (arrived < sent);
	assert_int_equal(arrived, sent);
	close_pair(&pair);
}

static void a_closed_connection_leaves_nothing_to_the_next_on_its_number(void **state)
{
	struct pair pair = open_pair();
	int number = pair.paho;
	struct pair next;
	char byte;

	(void)state;
	begin(&pair);
	assert_int_equal(write(pair.broker, "old", 3), 3);
	assert_int_equal(paho_recv(pair.paho, &byte, 1, 0), 1);
	assert_int_equal(write_packet(pair.paho, "\x40\x02", "AB"), 4);
	close_pair(&pair);

	next = open_pair();
	assert_int_equal(next.paho, number);
	assert_int_equal(write(next.broker, "n", 1), 1);
	assert_int_equal(paho_recv(next.paho, &byte, 1, 0), 1);
	assert_int_equal(byte, 'n');
	assert_int_equal(poll_readable(next.paho), 0);
	expect_nothing_arrived(next.broker);
	close_pair(&next);
}

static void a_peer_that_closes_is_told(void **state)
{
	struct pair pair = open_pair();
	char byte;

	(void)state;
	begin(&pair);
	close(pair.broker);
	assert_int_equal(paho_recv(pair.paho, &byte, 1, 0), 0);
	pair.broker = -1;
	close_pair(&pair);
}

static void a_connection_read_from_is_writable_without_asking(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	begin(&pair);
	assert_int_equal(poll_writable(pair.paho), POLLOUT);
	close_pair(&pair);
}

/* Paho asks for POLLOUT of all its sockets at once; one of them is still connecting and has no
 * slot, while another one has bytes read ahead. */
static void what_was_read_ahead_does_not_answer_who_may_write(void **state)
{
	int old[2], fresh[2];
	struct pollfd fds[2];
	char byte;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, old), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fresh), 0);
	assert_int_equal(write(old[1], "ab", 2), 2);
	assert_int_equal(paho_recv(old[0], &byte, 1, 0), 1); /* reads both */

	fds[0] = (struct pollfd){ .fd = old[0], .events = POLLOUT };
	fds[1] = (struct pollfd){ .fd = fresh[0], .events = POLLOUT };
	assert_int_equal(paho_poll(fds, 2, 0), 2);
	assert_int_equal(fds[0].revents, POLLOUT);
	assert_int_equal(fds[1].revents, POLLOUT);

	fds[0] = (struct pollfd){ .fd = old[0], .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = fresh[0], .events = POLLIN };
	assert_int_equal(paho_poll(fds, 2, 0), 1);
	assert_int_equal(fds[0].revents, POLLIN);
	assert_int_equal(fds[1].revents, 0);

	paho_close(old[0]);
	close(old[1]);
	paho_close(fresh[0]);
	close(fresh[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_read_fetches_all_that_has_arrived),
		cmocka_unit_test(acknowledgements_leave_together_before_a_wait),
		cmocka_unit_test(acknowledgements_wait_while_messages_are_read_ahead),
		cmocka_unit_test(other_packets_leave_at_once_behind_what_was_held_back),
		cmocka_unit_test(nothing_is_held_back_on_a_connection_not_read_from),
		cmocka_unit_test(a_full_socket_cuts_no_packet_and_loses_none),
		cmocka_unit_test(a_closed_connection_leaves_nothing_to_the_next_on_its_number),
		cmocka_unit_test(a_peer_that_closes_is_told),
		cmocka_unit_test(a_connection_read_from_is_writable_without_asking),
		cmocka_unit_test(what_was_read_ahead_does_not_answer_who_may_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
