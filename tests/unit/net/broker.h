/* SPDX-License-Identifier: Apache-2.0 */
/*
 * broker: a real mosquitto of one's own, on a free port of the loopback, for a test program.
 */
#ifndef IOCD_TESTS_BROKER_H
#define IOCD_TESTS_BROKER_H

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BROKER_START_MS 20000

struct broker {
	char directory[64];
	bool persistence; /* keeps sessions over a clean stop */
	bool tls;         /* with server.crt, server.key; takes client.crt, all in directory */
	int port;
	pid_t pid; /* 0: not running */
};

/* A port that was free a moment ago. */
static inline int broker_free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert(fd >= 0);
	assert(bind(fd, (struct sockaddr *)&address, size) == 0);
	assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	close(fd);
	return ntohs(address.sin_port);
}

static inline void broker_write_config(const struct broker *broker)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/mosquitto.conf", broker->directory);
	file = fopen(path, "w");
	assert(file);
	fprintf(file, "listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n",
		broker->port);
	fprintf(file, "max_queued_messages 0\npersistence_location %s/\npersistence %s\n",
		broker->directory, broker->persistence ? "true" : "false");
	if (broker->tls)
		fprintf(file,
			"cafile %s/client.crt\ncertfile %s/server.crt\nkeyfile %s/server.key\n"
			"require_certificate true\n",
			broker->directory, broker->directory, broker->directory);
	if (getuid() == 0)
		fprintf(file, "user root\n"); /* or it could not write where we say */
	assert(fclose(file) == 0);
}

static inline void broker_exec(const struct broker *broker, int log)
{
	char config[128];

	snprintf(config, sizeof(config), "%s/mosquitto.conf", broker->directory);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to outlive a test that crashes */
	dup2(log, STDERR_FILENO);
	execl("/usr/sbin/mosquitto", "mosquitto", "-c", config, (char *)NULL);
	_exit(127);
}

/* Reads the broker's log until it says that it runs. */
static inline void broker_wait(int log)
{
	char text[8192] = "";
	size_t n = 0;

	while (!strstr(text, " running")) {
		struct pollfd fd = { .fd = log, .events = POLLIN };
		ssize_t r;

		assert(poll(&fd, 1, BROKER_START_MS) == 1);
		r = read(log, text + n, sizeof(text) - 1 - n);
		assert(r > 0);
		n += (size_t)r;
		text[n] = '\0';
	}
}

/* Starts the broker; it listens when this returns. */
static inline void broker_start(struct broker *broker)
{
	int log[2];

	assert(!broker->pid && pipe(log) == 0);
	broker_write_config(broker);
	broker->pid = fork();
	assert(broker->pid >= 0);
	if (broker->pid == 0)
		broker_exec(broker, log[1]);
	close(log[1]);
	broker_wait(log[0]);
	close(log[0]); /* mosquitto ignores SIGPIPE and writes on into nothing */
}

/* Stops the broker with the given signal and waits until it is gone. */
static inline void broker_stop(struct broker *broker, int number)
{
	if (!broker->pid)
		return;

	assert(kill(broker->pid, number) == 0);
	assert(waitpid(broker->pid, NULL, 0) == broker->pid);
	broker->pid = 0;
}

static inline void broker_init(struct broker *broker)
{
	*broker = (struct broker){ .directory = "/tmp/iocd-broker-XXXXXX" };
	assert(mkdtemp(broker->directory));
	broker->port = broker_free_port();
}

static inline void broker_fini(struct broker *broker)
{
	const char *const names[] = { "mosquitto.conf", "mosquitto.db", "mosquitto.db.new" };
	char path[128];

	broker_stop(broker, SIGKILL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", broker->directory, names[i]);
		unlink(path);
	}
	rmdir(broker->directory);
}

#endif
