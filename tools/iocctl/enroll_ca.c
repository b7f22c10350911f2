/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_ca.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "enroll_files.h"
#include "iocd/base/err.h"

#define CA_DAYS      3650
#define DAY_MS       INT64_C(86400000)
#define SKEW_MS      INT64_C(3600000) /* a clock that is so far behind still takes it for valid */
#define SERIAL_BYTES 16

struct enroll_ca {
	EVP_PKEY *key;
	X509 *certificate;
	struct text pem; /* of the certificate */
};

/* What libcrypto says goes no further: the fault tells which step failed, by its trace. */
static int raise(int fault)
{
	ERR_clear_error();
	return err_raise(fault);
}

static int64_t time_ms(const ASN1_TIME *time)
{
	struct tm parts;

	return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) * 1000 : 0;
}

/* ---- PEM ---- */

static void take_bio(BIO *bio, struct text *ret)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);

	text_add_bytes(ret, bytes, (size_t)n);
	OPENSSL_cleanse(bytes, (size_t)n);
	BIO_free(bio);
}

static void write_certificate(X509 *certificate, struct text *ret)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_X509(bio, certificate) != 1)
		abort(); /* out of memory */
	take_bio(bio, ret);
}

static void write_key(EVP_PKEY *key, struct text *ret)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		abort();
	take_bio(bio, ret);
}

static int read_pem(struct enroll_ca *ca, const struct text *certificate, const struct text *key)
{
	BIO *bio = BIO_new_mem_buf(text_get(certificate), (int)certificate->size);

	ca->certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	bio = BIO_new_mem_buf(text_get(key), (int)key->size);
	ca->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (!ca->certificate || !ca->key)
		return raise(-EBADMSG);
	return X509_check_private_key(ca->certificate, ca->key) == 1 ? 0 : raise(-EKEYREJECTED);
}

/* ---- certificates ---- */

static int set_serial(X509 *certificate)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number;
	bool is_good;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return raise(-EIO);
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive, and always as long */
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	is_good = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
	BN_free(number);
	return is_good ? 0 : raise(-ENOMEM);
}

static bool add_extension(X509 *certificate, X509 *issuer, int id, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;
	bool is_good;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
	is_good = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_good;
}

static bool set_name(X509 *certificate, const char *name)
{
	return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
					  (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool set_times(X509 *certificate, int64_t from_ms, int64_t until_ms)
{
	return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(from_ms / 1000)) &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)(until_ms / 1000));
}

static bool add_hosts(X509 *certificate, X509 *issuer, const struct enroll_wanted *wanted)
{
	CLEANUP_TEXT struct text names = { 0 };
	struct in6_addr address;

	for (size_t i = 0; i < wanted->n_hosts; i++) {
		const char *host = wanted->hosts[i];
		bool is_address = inet_pton(AF_INET, host, &address) == 1 ||
				  inet_pton(AF_INET6, host, &address) == 1;

		text_add(&names, "%s%s:%s", i ? "," : "", is_address ? "IP" : "DNS", host);
	}
	return add_extension(certificate, issuer, NID_subject_alt_name, text_get(&names));
}

static bool fill(X509 *certificate, const struct enroll_ca *ca, const struct enroll_wanted *wanted,
		 EVP_PKEY *key)
{
	int64_t end_ms = enroll_ca_until_ms(ca);
	int64_t until_ms = wanted->now_ms + wanted->for_ms;
	X509 *issuer = ca->certificate;

	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	       set_name(certificate, wanted->name) &&
	       X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
	       set_times(certificate, wanted->now_ms - SKEW_MS,
			 until_ms < end_ms ? until_ms : end_ms) &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(certificate, issuer, NID_ext_key_usage,
			     wanted->hosts ? "serverAuth" : "clientAuth") &&
	       add_extension(certificate, issuer, NID_authority_key_identifier, "keyid") &&
	       (!wanted->hosts || add_hosts(certificate, issuer, wanted));
}

static void put_out(X509 *certificate, EVP_PKEY *key, struct enroll_credentials *ret)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
	char *hex = number ? BN_bn2hex(number) : NULL;

	if (!hex)
		abort();
	(void)snprintf(ret->serial, sizeof(ret->serial), "%s", hex);
	OPENSSL_free(hex);
	BN_free(number);
	ret->until_ms = time_ms(X509_get0_notAfter(certificate));
	write_certificate(certificate, &ret->certificate);
	write_key(key, &ret->key);
}

int enroll_ca_issue(const struct enroll_ca *ca, const struct enroll_wanted *wanted,
		    struct enroll_credentials *ret)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	int r = key && certificate ? set_serial(certificate) : raise(-ENOMEM);

	if (!r && (!fill(certificate, ca, wanted, key) ||
		   X509_sign(certificate, ca->key, EVP_sha256()) == 0))
		r = raise(-EINVAL);
	if (!r)
		put_out(certificate, key, ret);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return err_pass(r);
}

void enroll_credentials_fini(struct enroll_credentials *credentials)
{
	enroll_wipe(&credentials->key);
	text_fini(&credentials->certificate);
}

/* ---- the authority ---- */

static bool fill_own(X509 *certificate, EVP_PKEY *key, const char *title, int64_t now_ms)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_name(certificate, title) &&
	       X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
	       set_times(certificate, now_ms - SKEW_MS, now_ms + CA_DAYS * DAY_MS) &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       add_extension(certificate, certificate, NID_basic_constraints,
			     "critical,CA:TRUE,pathlen:0") &&
	       add_extension(certificate, certificate, NID_key_usage,
			     "critical,keyCertSign,cRLSign") &&
	       add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
}

static int save(const struct enroll_ca *ca, const char *directory)
{
	CLEANUP_SECRET struct text key = { 0 };
	int r;

	write_key(ca->key, &key);
	r = enroll_write(directory, ENROLL_CA_KEY, &key, ENROLL_SECRET);
	if (!r)
		r = enroll_write(directory, ENROLL_CA_CERTIFICATE, &ca->pem, ENROLL_OPEN);
	return err_pass(r);
}

int enroll_ca_make(struct enroll_ca **ret, const char *directory, const char *title, int64_t now_ms)
{
	CLEANUP(enroll_ca_free) struct enroll_ca *ca = xcalloc(1, sizeof(*ca));
	int r;

	ca->key = EVP_EC_gen("P-256");
	ca->certificate = X509_new();
	r = ca->key && ca->certificate ? set_serial(ca->certificate) : raise(-ENOMEM);
	if (!r && (!fill_own(ca->certificate, ca->key, title, now_ms) ||
		   X509_sign(ca->certificate, ca->key, EVP_sha256()) == 0))
		r = raise(-EINVAL);
	if (!r) {
		write_certificate(ca->certificate, &ca->pem);
		r = save(ca, directory);
	}
	if (r)
		return err_pass(r);
	*ret = ca;
	ca = NULL;
	return 0;
}

int enroll_ca_load(struct enroll_ca **ret, const char *directory)
{
	CLEANUP(enroll_ca_free) struct enroll_ca *ca = xcalloc(1, sizeof(*ca));
	CLEANUP_SECRET struct text key = { 0 };
	int r = enroll_read(directory, ENROLL_CA_CERTIFICATE, &ca->pem);

	if (!r)
		r = enroll_read(directory, ENROLL_CA_KEY, &key);
	if (!r)
		r = read_pem(ca, &ca->pem, &key);
	if (r)
		return err_pass(r);
	*ret = ca;
	ca = NULL;
	return 0;
}

struct enroll_ca *enroll_ca_free(struct enroll_ca *ca)
{
	if (!ca)
		return NULL;

	EVP_PKEY_free(ca->key);
	X509_free(ca->certificate);
	text_fini(&ca->pem);
	free(ca);
	return NULL;
}

const struct text *enroll_ca_certificate(const struct enroll_ca *ca)
{
	return &ca->pem;
}

int64_t enroll_ca_until_ms(const struct enroll_ca *ca)
{
	return time_ms(X509_get0_notAfter(ca->certificate));
}

/* ---- what was revoked ---- */

static bool add_revoked(X509_CRL *list, const struct enroll_certificate *at)
{
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)(at->revoked_ms / 1000));
	BIGNUM *number = NULL;
	ASN1_INTEGER *serial = NULL;
	bool is_good = revoked && time && BN_hex2bn(&number, at->serial) > 0 &&
		       (serial = BN_to_ASN1_INTEGER(number, NULL)) &&
		       X509_REVOKED_set_serialNumber(revoked, serial) == 1 &&
		       X509_REVOKED_set_revocationDate(revoked, time) == 1 &&
		       X509_CRL_add0_revoked(list, revoked) == 1;

	if (!is_good)
		X509_REVOKED_free(revoked);
	ASN1_INTEGER_free(serial);
	BN_free(number);
	ASN1_TIME_free(time);
	return is_good;
}

static bool fill_list(X509_CRL *list, const struct enroll_ca *ca, const struct enroll_book *book,
		      int64_t at_ms)
{
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(at_ms / 1000));
	bool is_good =
		at && X509_CRL_set_version(list, X509_CRL_VERSION_2) == 1 &&
		X509_CRL_set_issuer_name(list, X509_get_subject_name(ca->certificate)) == 1 &&
		X509_CRL_set1_lastUpdate(list, at) == 1 &&
		X509_CRL_set1_nextUpdate(list, X509_get0_notAfter(ca->certificate)) == 1;

	for (size_t i = 0; i < book->n_certificates && is_good; i++)
		if (book->certificates[i].revoked_ms)
			is_good = add_revoked(list, &book->certificates[i]);
	ASN1_TIME_free(at);
	return is_good && X509_CRL_sort(list) == 1 &&
	       X509_CRL_sign(list, ca->key, EVP_sha256()) > 0;
}

int enroll_ca_revocations(const struct enroll_ca *ca, const struct enroll_book *book, int64_t at_ms,
			  struct text *ret)
{
	X509_CRL *list = X509_CRL_new();
	BIO *bio = BIO_new(BIO_s_mem());
	bool is_good = list && bio && fill_list(list, ca, book, at_ms) &&
		       PEM_write_bio_X509_CRL(bio, list) == 1;

	X509_CRL_free(list);
	if (!is_good) {
		BIO_free(bio);
		return raise(-EINVAL);
	}
	take_bio(bio, ret);
	return 0;
}
