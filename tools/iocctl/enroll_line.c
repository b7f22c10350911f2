/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "mqtt_wire.h"

#define IN_BYTES   (512u << 10) /* more than any packet that a broker with our settings sends */
#define PATIENCE_S 5
#define PAYLOAD    "{}"

struct enroll_line {
	enroll_line_fn *fn;
	void *context;
	SSL_CTX *tls;
	SSL *ssl;
	int socket; /* -1: none */
	uint16_t id;
	size_t in_size, in_used;
	char in[IN_BYTES];
};

/* ---- the socket ---- */

static int open_address(const struct addrinfo *address)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	const int yes = 1;
	int fault = 0;
	int file = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (file < 0)
		return -errno;
	(void)setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) ||
	    connect(file, address->ai_addr, address->ai_addrlen))
		fault = -errno;
	if (!fault)
		return file;
	(void)close(file);
	return fault;
}

static int open_socket(const char *host, int port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	char service[16];
	int file = -EHOSTUNREACH;

	(void)snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(host, service, &hints, &list))
		return err_raise(-EHOSTUNREACH);
	for (const struct addrinfo *at = list; at && file < 0; at = at->ai_next)
		file = open_address(at);
	freeaddrinfo(list);
	return file < 0 ? err_raise(file == -EINPROGRESS ? -ETIMEDOUT : file) : file;
}

/* ---- TLS ---- */

static X509 *read_certificate(const struct text *pem)
{
	BIO *bio = BIO_new_mem_buf(text_get(pem), (int)pem->size);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return certificate;
}

static bool trust(SSL_CTX *tls, const struct text *authority)
{
	X509 *certificate = read_certificate(authority);
	bool is_good =
		certificate && X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), certificate) == 1;

	X509_free(certificate);
	return is_good;
}

static bool present(SSL_CTX *tls, const struct enroll_credentials *credentials)
{
	X509 *certificate = read_certificate(&credentials->certificate);
	BIO *bio = BIO_new_mem_buf(text_get(&credentials->key), (int)credentials->key.size);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	bool is_good = certificate && key && SSL_CTX_use_certificate(tls, certificate) == 1 &&
		       SSL_CTX_use_PrivateKey(tls, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	X509_free(certificate);
	return is_good;
}

static bool name_host(SSL *ssl, const char *host)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
	return SSL_set_tlsext_host_name(ssl, host) == 1 && SSL_set1_host(ssl, host) == 1;
}

static int make_tls(struct enroll_line *line, const struct enroll_line_options *options)
{
	line->tls = SSL_CTX_new(TLS_client_method());
	if (!line->tls)
		return err_raise(-ENOMEM);
	SSL_CTX_set_verify(line->tls, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_set_min_proto_version(line->tls, TLS1_2_VERSION) != 1 ||
	    !trust(line->tls, options->authority) ||
	    (options->credentials && !present(line->tls, options->credentials)))
		return err_raise(-EBADMSG);
	line->ssl = SSL_new(line->tls);
	if (!line->ssl || SSL_set_fd(line->ssl, line->socket) != 1 ||
	    !name_host(line->ssl, options->host))
		return err_raise(-EINVAL);
	return 0;
}

static int shake_hands(struct enroll_line *line, struct text *why)
{
	long verdict;

	ERR_clear_error();
	if (SSL_connect(line->ssl) == 1)
		return 0;
	verdict = SSL_get_verify_result(line->ssl);
	if (verdict != X509_V_OK) {
		text_add(why, "%s", X509_verify_cert_error_string(verdict));
		return ENROLL_LINE_STRANGER;
	}
	text_add(why, "TLS: %s",
		 ERR_peek_error() ? ERR_reason_error_string(ERR_peek_error())
				  : "the connection ended");
	return ENROLL_LINE_REFUSED;
}

/* ---- packets ---- */

static int write_out(struct enroll_line *line, const struct text *out)
{
	ERR_clear_error();
	return SSL_write(line->ssl, out->bytes, (int)out->size) == (int)out->size
		       ? 0
		       : err_raise(-EPIPE);
}

static int read_in(struct enroll_line *line)
{
	int n;

	memmove(line->in, line->in + line->in_used, line->in_size - line->in_used);
	line->in_size -= line->in_used;
	line->in_used = 0;
	if (line->in_size == sizeof(line->in))
		return err_raise(-EMSGSIZE);
	ERR_clear_error();
	n = SSL_read(line->ssl, line->in + line->in_size, (int)(sizeof(line->in) - line->in_size));
	if (n <= 0)
		return err_raise(-ECONNRESET);
	line->in_size += (size_t)n;
	return 0;
}

static int next(struct enroll_line *line, struct wire_packet *ret)
{
	int r;

	while ((r = wire_next(line->in + line->in_used, line->in_size - line->in_used, ret)) ==
	       WIRE_MORE) {
		r = read_in(line);
		if (r)
			return err_pass(r);
	}
	if (!r)
		line->in_used += ret->size;
	return err_pass(r);
}

/* Tells of a message and acknowledges it; *ret lends its topic. */
static int take_message(struct enroll_line *line, const struct wire_packet *packet,
			struct slice *ret)
{
	CLEANUP_TEXT struct text out = { 0 };
	struct wire_publish message;
	int r = wire_read_publish(packet, &message);

	if (r)
		return err_pass(r);
	if (line->fn)
		line->fn(line->context, message.topic);
	*ret = message.topic;
	if (message.qos == 0)
		return 0;
	wire_add_puback(&out, message.id);
	return err_pass(write_out(line, &out));
}

/* Sends what is in out and waits for its answer, of that type. */
static int ask(struct enroll_line *line, const struct text *out, enum wire_type type,
	       int *ret_reason)
{
	struct wire_packet packet;
	struct slice topic;
	unsigned char reason;
	uint16_t id;
	int r = write_out(line, out);

	while (!r) {
		r = next(line, &packet);
		if (!r && packet.type == WIRE_PUBLISH)
			r = take_message(line, &packet, &topic);
		else if (!r && packet.type == type)
			break;
	}
	if (!r)
		r = wire_read_ack(&packet, &id, &reason);
	if (!r)
		*ret_reason = reason;
	return err_pass(r);
}

static int enter(struct enroll_line *line, const struct enroll_line_options *options,
		 struct text *why)
{
	const struct wire_connect connect = {
		.client_id = options->name,
		.username = options->password ? options->name : NULL,
		.password = options->password,
		.keepalive_s = 60,
		.receive_max = 100,
	};
	struct wire_connack connack = { 0 };
	struct wire_packet packet;
	CLEANUP_TEXT struct text out = { 0 };
	int r;

	wire_add_connect(&out, &connect);
	r = write_out(line, &out);
	OPENSSL_cleanse(out.bytes, out.size);
	/* With TLS 1.3 a broker that dislikes our certificate says so only now. */
	if (!r)
		r = next(line, &packet);
	if (r) {
		text_add(why, "TLS: %s",
			 ERR_peek_error() ? ERR_reason_error_string(ERR_peek_error())
					  : "the connection ended");
		return ENROLL_LINE_REFUSED;
	}
	r = wire_read_connack(&packet, &connack);
	if (r)
		return err_pass(r);
	if (connack.reason < WIRE_REASON_FAILED)
		return 0;
	text_add(why, "MQTT 0x%02x", connack.reason);
	return ENROLL_LINE_REFUSED;
}

/* ---- the line ---- */

int enroll_line_open(struct enroll_line **ret, const struct enroll_line_options *options,
		     struct text *why)
{
	CLEANUP(enroll_line_close) struct enroll_line *line = xcalloc(1, sizeof(*line));
	int r;

	line->fn = options->fn;
	line->context = options->context;
	line->socket = open_socket(options->host, options->port);
	r = line->socket < 0 ? line->socket : make_tls(line, options);
	if (r < 0) {
		text_add(why, "%s", strerror(-r));
		return err_pass(r);
	}
	r = shake_hands(line, why);
	if (!r)
		r = enter(line, options, why);
	if (r)
		return r;
	*ret = line;
	line = NULL;
	return 0;
}

struct enroll_line *enroll_line_close(struct enroll_line *line)
{
	CLEANUP_TEXT struct text out = { 0 };

	if (!line)
		return NULL;

	if (line->ssl && SSL_is_init_finished(line->ssl)) {
		wire_add_empty(&out, WIRE_DISCONNECT);
		(void)SSL_write(line->ssl, out.bytes, (int)out.size);
	}
	SSL_free(line->ssl);
	SSL_CTX_free(line->tls);
	if (line->socket >= 0)
		(void)close(line->socket);
	ERR_clear_error();
	free(line);
	return NULL;
}

int enroll_line_publish(struct enroll_line *line, const char *topic, int *ret_reason)
{
	const struct wire_publish publish = {
		.topic = { topic, strlen(topic) },
		.payload = { PAYLOAD, strlen(PAYLOAD) },
		.qos = 1,
		.id = ++line->id,
	};
	CLEANUP_TEXT struct text out = { 0 };

	(void)wire_add_publish(&out, &publish);
	return err_pass(ask(line, &out, WIRE_PUBACK, ret_reason));
}

int enroll_line_subscribe(struct enroll_line *line, const char *filter, int *ret_reason)
{
	CLEANUP_TEXT struct text out = { 0 };

	wire_add_subscribe(&out, ++line->id, filter);
	return err_pass(ask(line, &out, WIRE_SUBACK, ret_reason));
}

int enroll_line_await(struct enroll_line *line, const char *topic)
{
	struct wire_packet packet;
	struct slice came = { NULL, 0 };
	int r = 0;

	while (!r && !(came.size == strlen(topic) && memcmp(came.bytes, topic, came.size) == 0)) {
		r = next(line, &packet);
		if (!r && packet.type == WIRE_PUBLISH)
			r = take_message(line, &packet, &came);
	}
	return err_pass(r);
}
