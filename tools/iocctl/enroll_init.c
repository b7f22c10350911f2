/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl enroll init: a site's own authority. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "enroll.h"
#include "enroll_files.h"
#include "enroll_ready.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define OWN         "iocd"
#define PREFIX      "ioc/v1"
#define BROKER_USER "mosquitto"

/* Names go into a certificate between commas. */
static bool is_host(const char *host)
{
	size_t n =
		strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:");

	return n > 0 && n < ENROLL_HOST_MAX && host[n] == '\0';
}

static bool is_prefix(const char *prefix)
{
	size_t n = strlen(prefix);

	return n > 0 && n < 128 && strcspn(prefix, "+# \t\r\n\"") == n && prefix[0] != '/' &&
	       prefix[0] != '$' && prefix[n - 1] != '/';
}

static int check(const struct call *call, const char *own, const char *prefix)
{
	const char *wrong = call->n_hosts == 0 ? "--host" : NULL;

	if (call->n_hosts == CALL_HOSTS_MAX &&
	    call->given[OPTION_HOST] != call->hosts[CALL_HOSTS_MAX - 1])
		wrong = call->given[OPTION_HOST]; /* too many */

	for (int i = 0; i < call->n_hosts && !wrong; i++)
		wrong = is_host(call->hosts[i]) ? NULL : call->hosts[i];
	if (!wrong && (!enroll_is_name(own) || strcmp(own, ENROLL_BROKER) == 0 ||
		       strcmp(own, ENROLL_PROBE) == 0))
		wrong = own;
	if (!wrong && !is_prefix(prefix))
		wrong = prefix;
	if (!wrong)
		return STATUS_GOOD;
	fprintf(stderr,
		SAY(call, "iocctl: thiếu hoặc không dùng được: '%s'\n",
		    "iocctl: missing, or cannot be used: '%s'\n"),
		wrong);
	return STATUS_USAGE;
}

static int make_directories(const struct enroll_site *site)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct stat status;
	int r;

	if (stat(enroll_path(&path, site->directory, ENROLL_BOOK), &status) == 0)
		return err_raise(-EEXIST);
	r = disk_make_directory(site->directory);
	/* The broker's user must come through to its own folder. */
	if (!r)
		r = enroll_make_directory(site->directory, 0711);
	if (!r)
		r = enroll_make_directory(enroll_path(&path, site->directory, ENROLL_READY), 0700);
	if (!r)
		r = enroll_make_directory(enroll_path(&path, site->directory, ENROLL_BROKER_FILES),
					  0700);
	if (!r)
		enroll_give_directory(text_get(&path), BROKER_USER);
	return err_pass(r);
}

static int add_identity(const struct call *call, struct enroll_site *site, const char *name,
			enum enroll_role role, int64_t for_ms)
{
	struct enroll_identity identity = { .role = role, .port = ENROLL_PORT };
	int status;

	(void)snprintf(identity.name, sizeof(identity.name), "%s", name);
	(void)snprintf(identity.host, sizeof(identity.host), "%s", call->hosts[0]);
	status = enroll_read_above(call, &identity);
	return status ? status
		      : enroll_prove(call, site, enroll_book_add(site->book, &identity), for_ms);
}

static void print_next(const struct call *call, const struct enroll_site *site, const char *own)
{
	const char *at = site->directory;

	if (call->json)
		return;
	printf(SAY(call,
		   "Đã lập cơ quan chứng thực tại %s (giữ kín ca.key).\n\n"
		   "Tiếp theo:\n"
		   "1. Cho máy chủ MQTT dùng mosquitto-tls.conf, với các tệp trong %s/%s.\n"
		   "2. Cho iocd này, trong iocd.yml, instance: %s và ở mqtt:\n"
		   "   host: %s, port: %d, ca-file, cert-file và key-file từ %s/%s/%s\n"
		   "3. Mỗi đơn vị: iocctl enroll UNIT\n",
		   "Made an authority in %s (keep its ca.key to yourself).\n\n"
		   "Next:\n"
		   "1. Have the broker use mosquitto-tls.conf, with the files in %s/%s.\n"
		   "2. Have this iocd use, in iocd.yml, instance: %s and in mqtt:\n"
		   "   host: %s, port: %d, ca-file, cert-file and key-file from %s/%s/%s\n"
		   "3. For each unit: iocctl enroll UNIT\n"),
	       at, at, ENROLL_BROKER_FILES, own,
	       enroll_book_of_role(site->book, ENROLL_ROLE_OWN)->host,
	       enroll_book_of_role(site->book, ENROLL_ROLE_OWN)->port, at, ENROLL_READY, own);
}

int enroll_init(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	const char *own = call->given[OPTION_INSTANCE] ? call->given[OPTION_INSTANCE] : OWN;
	const char *prefix = call->given[OPTION_PREFIX] ? call->given[OPTION_PREFIX] : PREFIX;
	CLEANUP_TEXT struct text title = { 0 };
	int64_t for_ms;
	int status = check(call, own, prefix);
	int r;

	if (!status)
		status = enroll_read_days(call, &for_ms);
	if (!status)
		status = enroll_open(call, &site);
	if (status)
		return status;
	text_add(&title, "iocd authority of %s", call->hosts[0]);
	r = make_directories(&site);
	if (!r)
		r = enroll_ca_make(&site.ca, site.directory, text_get(&title), site.now_ms);
	if (r)
		return enroll_complain(call, site.directory, r);
	site.book = enroll_book_new(prefix);
	for (int i = 0; i < call->n_hosts; i++)
		enroll_book_add_host(site.book, call->hosts[i]);
	status = add_identity(call, &site, own, ENROLL_ROLE_OWN, for_ms);
	if (!status)
		status = add_identity(call, &site, ENROLL_BROKER, ENROLL_ROLE_BROKER, for_ms);
	if (!status)
		status = enroll_keep(call, &site);
	if (!status)
		print_next(call, &site, own);
	return status;
}
