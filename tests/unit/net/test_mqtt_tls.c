/* SPDX-License-Identifier: Apache-2.0 */
/* TLS against a real mosquitto, with certificates made on the spot by openssl(1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker.h"
#include "client.h"

struct scene {
	struct broker broker;
	struct loop *loop;
	struct client client;
	char ca_file[128];
	char cert_file[128];
	char key_file[128];
};

/* Makes name.crt, signed by an authority of that very name, for the given subjectAltName. */
static void make_certificate(const struct scene *scene, const char *name, const char *alt)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
		 "-nodes "
		 "-days 2 -subj /CN=%s -addext subjectAltName=%s -keyout %s.key -out %s.crt "
		 ">/dev/null 2>&1 && chmod 644 %s.key",
		 scene->broker.directory, name, alt, name, name, name);
	assert_int_equal(system(command), 0);
}

static void put_path(const struct scene *scene, char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", scene->broker.directory, name);
}

static int make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert(scene);
	broker_init(&scene->broker);
	put_path(scene, scene->ca_file, "server.crt");
	put_path(scene, scene->cert_file, "client.crt");
	put_path(scene, scene->key_file, "client.key");
	make_certificate(scene, "client", "DNS:client");
	make_certificate(scene, "stranger", "IP:127.0.0.1");
	*state = scene;
	return loop_new(&scene->loop);
}

static int unmake(void **state)
{
	static const char *const names[] = { "server.crt", "server.key",   "client.crt",
					     "client.key", "stranger.crt", "stranger.key" };
	struct scene *scene = *state;
	char path[128];

	client_fini(&scene->client);
	loop_free(scene->loop);
	for (size_t i = 0; i < COUNT(names); i++) {
		put_path(scene, path, names[i]);
		unlink(path);
	}
	broker_fini(&scene->broker);
	free(scene);
	return 0;
}

/* Starts a broker whose certificate is for alt and which wants one of its clients, and a client
 * that trusts ca_file. */
static void open_scene(struct scene *scene, const char *alt, const char *ca_file)
{
	const struct mqtt_hooks hooks = { .context = &scene->client };
	struct mqtt_options options = { .host = "127.0.0.1",
					.client_id = "client",
					.keepalive_s = 60,
					.session_expiry_s = 60,
					.ca_file = ca_file,
					.cert_file = scene->cert_file,
					.key_file = scene->key_file };

	make_certificate(scene, "server", alt);
	scene->broker.tls = true;
	broker_start(&scene->broker);
	options.port = scene->broker.port;
	assert_int_equal(mqtt_new(&scene->client.mqtt, scene->loop, &options, &hooks), 0);
	mqtt_start(scene->client.mqtt);
}

static bool is_settled(void *context)
{
	struct scene *scene = context;
	enum mqtt_state state = client_status(&scene->client).state;

	return state == MQTT_UP || state == MQTT_WAITING;
}

static void a_broker_with_the_right_certificate_is_trusted(void **state)
{
	struct scene *scene = *state;

	open_scene(scene, "IP:127.0.0.1", scene->ca_file);
	assert_true(wait_until(scene->loop, is_settled, scene));
	assert_int_equal(client_status(&scene->client).state, MQTT_UP);
}

static void a_certificate_of_another_host_is_refused(void **state)
{
	struct scene *scene = *state;

	open_scene(scene, "IP:127.0.0.2", scene->ca_file);
	assert_true(wait_until(scene->loop, is_settled, scene));
	assert_int_equal(client_status(&scene->client).state, MQTT_WAITING);
	assert_int_equal(client_status(&scene->client).connects, 0);
}

static void a_certificate_of_another_authority_is_refused(void **state)
{
	struct scene *scene = *state;
	char stranger[128];

	put_path(scene, stranger, "stranger.crt");
	open_scene(scene, "IP:127.0.0.1", stranger);
	assert_true(wait_until(scene->loop, is_settled, scene));
	assert_int_equal(client_status(&scene->client).state, MQTT_WAITING);
	assert_non_null(strstr(client_status(&scene->client).reason, "certificate verify failed"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(a_broker_with_the_right_certificate_is_trusted),
		TEST(a_certificate_of_another_host_is_refused),
		TEST(a_certificate_of_another_authority_is_refused),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
