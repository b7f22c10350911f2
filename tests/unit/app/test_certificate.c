/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define END_S INT64_C(1795309200)
#define DAY_S 86400

static const char path[] = "test_app_certificate.pem";

static void write_text(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Makes one that ends at END_S, behind its key. */
static void write_certificate(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(certificate), END_S - 400 * DAY_S));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(certificate), END_S));
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(fclose(file), 0);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static int remove_file(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void the_end_of_a_certificate_is_read(void **state)
{
	int64_t end_ms = 0;

	(void)state;
	write_certificate();
	assert_int_equal(certificate_read(path, &end_ms), 0);
	assert_int_equal(end_ms, END_S * 1000);
}

static void what_is_no_certificate_is_a_fault(void **state)
{
	int64_t end_ms = 7;

	(void)state;
	assert_int_equal(certificate_read("no/such/file.pem", &end_ms), -ENOENT);
	write_text("");
	assert_int_equal(certificate_read(path, &end_ms), -EBADMSG);
	write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	assert_int_equal(certificate_read(path, &end_ms), -EBADMSG);
	assert_int_equal(end_ms, 7);
}

static void thirty_days_before_its_end_it_is_amber_and_three_days_before_red(void **state)
{
	int64_t end_ms = END_S * 1000, day_ms = DAY_S * 1000;

	(void)state;
	assert_int_equal(certificate_light(end_ms, end_ms - 30 * day_ms), LIGHT_GREEN);
	assert_int_equal(certificate_light(end_ms, end_ms - 30 * day_ms + 1), LIGHT_AMBER);
	assert_int_equal(certificate_light(end_ms, end_ms - 3 * day_ms), LIGHT_AMBER);
	assert_int_equal(certificate_light(end_ms, end_ms - 3 * day_ms + 1), LIGHT_RED);
	assert_int_equal(certificate_light(end_ms, end_ms + day_ms), LIGHT_RED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_end_of_a_certificate_is_read, remove_file),
		cmocka_unit_test_teardown(what_is_no_certificate_is_a_fault, remove_file),
		cmocka_unit_test(thirty_days_before_its_end_it_is_amber_and_three_days_before_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
