/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "process.h"
#include "status.h"

#define READY_MS    20000
#define STEP_MS     20
#define CATCH_UP_MS 300000

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

bool site_interrupted(void)
{
	static bool watching;

	if (!watching) {
		(void)signal(SIGINT, on_signal);
		(void)signal(SIGTERM, on_signal);
		watching = true;
	}
	return interrupted;
}

static int free_port(int *ret)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(address);
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = 0;

	if (file < 0)
		return err_raise(-errno);
	if (bind(file, (struct sockaddr *)&address, n) ||
	    getsockname(file, (struct sockaddr *)&address, &n))
		r = err_raise(-errno);
	(void)close(file);
	if (!r)
		*ret = ntohs(address.sin_port);
	return r;
}

static bool answers(const struct sockaddr *address, socklen_t n)
{
	int file = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = file >= 0 && connect(file, address, n) == 0;

	if (file >= 0)
		(void)close(file);
	return ok;
}

static bool broker_answers(struct site *site)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)site->port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return answers((struct sockaddr *)&address, sizeof(address));
}

static bool redis_answers(struct site *site)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", site->redis);
	return answers((struct sockaddr *)&address, sizeof(address));
}

static bool null_is_ready(struct site *site)
{
	return atomic_load(&site->null->subscribed);
}

static bool iocd_is_ready(struct site *site)
{
	struct status status;

	return status_read(site->http, &status) == 0 && status.ready && status.all_green;
}

/* Waits until is_ready says so, as long as the child runs. */
static int await(struct site *site, const char *what, pid_t child,
		 bool (*is_ready)(struct site *site))
{
	int64_t end_ms = clock_mono_ms() + READY_MS;

	while (!is_ready(site)) {
		if (site_interrupted())
			return err_raise(-EINTR);
		if (!process_runs(child) || clock_mono_ms() > end_ms) {
			fprintf(stderr, "iocbench: %s did not start; see its log in %s\n", what,
				site->directory);
			site->directory[0] = '\0'; /* the log is needed */
			return err_raise(-ETIMEDOUT);
		}
		(void)poll(NULL, 0, STEP_MS);
	}
	return 0;
}

static int start(struct site *site, const char *const *argv, const char *log_name, pid_t *ret)
{
	CLEANUP_TEXT struct text log = { 0 };
	int r;

	text_add(&log, "%s/%s", site->directory, log_name);
	r = process_start(argv, text_get(&log));
	if (r < 0)
		return err_pass(r);
	*ret = r;
	return 0;
}

static int write_broker_config(const struct site *site, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return err_raise(-errno);
	fprintf(file,
		"listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n"
		"set_tcp_nodelay true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
		"log_type error\n",
		site->port);
	return fclose(file) ? err_raise(-errno) : 0;
}

static const char *find_broker(void)
{
	return access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto";
}

static int start_broker(struct site *site)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r;

	text_add(&path, "%s/mosquitto.conf", site->directory);
	r = free_port(&site->port);
	if (!r)
		r = write_broker_config(site, text_get(&path));
	if (!r) {
		const char *const argv[] = { find_broker(), "-c", text_get(&path), NULL };

		r = start(site, argv, "broker.log", &site->broker_pid);
	}
	return r ? err_pass(r) : await(site, "the broker", site->broker_pid, broker_answers);
}

static int start_redis(struct site *site)
{
	const char *const argv[] = { "redis-server",  "--port",    "0",
				     "--unixsocket",  site->redis, "--dir",
				     site->directory, "--save",    "",
				     "--appendonly",  "no",        NULL };
	int r = start(site, argv, "redis.log", &site->redis_pid);

	return r ? err_pass(r) : await(site, "Redis", site->redis_pid, redis_answers);
}

static int begin(struct site *site, const struct site_options *options)
{
	const char *temporary = getenv("TMPDIR");

	*site = (struct site){ .options = options };
	(void)snprintf(site->directory, sizeof(site->directory), "%.40s/iocbench-XXXXXX",
		       temporary ? temporary : "/tmp");
	if (!mkdtemp(site->directory)) {
		site->directory[0] = '\0';
		return err_raise(-errno);
	}
	(void)snprintf(site->http, sizeof(site->http), "%s/iocd.sock", site->directory);
	(void)snprintf(site->redis, sizeof(site->redis), "%s/redis.sock", site->directory);
	return err_pass(start_broker(site));
}

static int run_null(void *context)
{
	const struct site *site = context;
	CLEANUP_TEXT struct text filter = { 0 };
	CLEANUP_TEXT struct text port = { 0 };

	text_add(&filter, "%s/+/+/evt/+", site->options->prefix);
	text_add(&port, "%d", site->port);
	return null_run(&(struct null_target){ "127.0.0.1", text_get(&port), text_get(&filter), 0 },
			site->null);
}

int site_start_null(struct site *site, const struct site_options *options)
{
	void *shared;
	int r;

	r = begin(site, options);
	if (r)
		return err_pass(r);
	shared = mmap(NULL, sizeof(struct null_counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return err_raise(-errno);
	site->null = shared;
	r = process_fork(run_null, site);
	if (r < 0)
		return err_pass(r);
	site->subscriber_pid = r;
	return await(site, "the null subscriber", site->subscriber_pid, null_is_ready);
}

int site_start_servers(struct site *site, const struct site_options *options)
{
	int r = begin(site, options);

	return err_pass(r ? r : start_redis(site));
}

void site_add_journal(const struct site *site, struct text *path)
{
	text_add(path, "%s/journal", site->directory);
}

int site_launch_iocd(struct site *site)
{
	const struct site_options *options = site->options;
	CLEANUP_TEXT struct text port = { 0 };
	CLEANUP_TEXT struct text redis = { 0 };
	CLEANUP_TEXT struct text journal = { 0 };
	CLEANUP_TEXT struct text history = { 0 };
	CLEANUP_TEXT struct text reports = { 0 };
	CLEANUP_TEXT struct text http = { 0 };

	text_add(&port, "mqtt.port=%d", site->port);
	text_add(&redis, "redis.socket=%s", site->redis);
	text_add(&journal, "journal.directory=");
	site_add_journal(site, &journal);
	text_add(&history, "history.file=%s/history.db", site->directory);
	text_add(&reports, "reports.directory=%s/reports", site->directory);
	text_add(&http, "http.socket=%s", site->http);
	{
		/* the rate of a unit is no limit here: it is flooded on purpose */
		const char *const argv[] = {
			options->iocd,         "--config", options->config,    "--set",
			"mqtt.host=127.0.0.1", "--set",    text_get(&port),    "--set",
			text_get(&redis),      "--set",    text_get(&journal), "--set",
			text_get(&history),    "--set",    text_get(&reports), "--set",
			text_get(&http),       "--set",    "limits.rate=0",    NULL
		};

		return err_pass(start(site, argv, "iocd.log", &site->subscriber_pid));
	}
}

int site_await_iocd(struct site *site)
{
	return err_pass(await(site, "iocd", site->subscriber_pid, iocd_is_ready));
}

void site_kill_iocd(struct site *site)
{
	(void)kill(site->subscriber_pid, SIGKILL);
	(void)process_wait(site->subscriber_pid);
	site->subscriber_pid = 0;
}

int site_time_iocd(struct site *site, int64_t *ret_ns)
{
	int64_t start_ns = clock_mono_ns();
	struct status status = { .ready = false };
	int r = site_launch_iocd(site);

	while (!r && (status_read(site->http, &status) || !status.ready)) {
		if (site_interrupted())
			return err_raise(-EINTR);
		if (!process_runs(site->subscriber_pid) ||
		    clock_mono_ns() - start_ns > INT64_C(1000000) * CATCH_UP_MS)
			return err_raise(-ETIMEDOUT);
		(void)poll(NULL, 0, 1);
	}
	*ret_ns = clock_mono_ns() - start_ns;
	return err_pass(r);
}

int site_start_iocd(struct site *site, const struct site_options *options)
{
	int r = site_start_servers(site, options);

	if (!r)
		r = site_launch_iocd(site);
	return err_pass(r ? r : site_await_iocd(site));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void site_stop(struct site *site)
{
	(void)process_stop(site->subscriber_pid);
	(void)process_stop(site->redis_pid);
	(void)process_stop(site->broker_pid);
	if (site->null)
		(void)munmap(site->null, sizeof(*site->null));
	if (site->directory[0])
		(void)nftw(site->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*site = (struct site){ 0 };
}

int site_end(struct site *site, int r)
{
	if (r)
		fprintf(stderr, "iocbench: this measurement failed: %s (%s)\n", strerror(-r),
			err_trace());
	site_stop(site);
	return r;
}

int site_events(struct site *site, struct site_events *ret)
{
	struct status status;
	int r;

	if (site->null) {
		*ret = (struct site_events){ .accepted = atomic_load(&site->null->messages) };
		return process_runs(site->subscriber_pid) ? 0 : err_raise(-ECHILD);
	}
	r = status_read(site->http, &status);
	if (r)
		return err_pass(r);
	*ret = (struct site_events){
		.accepted = status.accepted,
		.refused = status.seen - status.accepted,
		.raised = status.raised,
	};
	return 0;
}
