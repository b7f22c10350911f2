/* SPDX-License-Identifier: Apache-2.0 */
#include "junit.h"

#include <stdbool.h>
#include <string.h>

/* The bytes of the character at bytes, 0 if there is none that XML 1.0 allows. */
static size_t character(const unsigned char *bytes, size_t n, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = bytes[0] < 0x80   ? 1
		      : bytes[0] < 0xc2 ? 0
		      : bytes[0] < 0xe0 ? 2
		      : bytes[0] < 0xf0 ? 3
		      : bytes[0] < 0xf5 ? 4
					: 0;
	uint32_t c = size > 1 ? bytes[0] & (0xffu >> (size + 1)) : bytes[0];

	if (size == 0 || size > n)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (bytes[i] & 0x3f);
	}
	*ret = c;
	if (c < least[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || c == 0xfffe ||
	    c == 0xffff)
		return 0;
	return c >= 0x20 || c == '\t' || c == '\n' ? size : 0;
}

void junit_escape(struct text *xml, const char *bytes, size_t n)
{
	for (size_t i = 0, size; i < n; i += size) {
		uint32_t c = 0;

		size = character((const unsigned char *)bytes + i, n - i, &c);
		if (size == 0) {
			text_add(xml, "\xef\xbf\xbd");
			size = 1;
		} else if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\n' || c == '\t') {
			text_add(xml, "&#%u;", c);
		} else {
			text_add_bytes(xml, bytes + i, size);
		}
	}
}

static void add_attribute(struct text *xml, const char *name, const char *value, size_t n)
{
	text_add(xml, " %s=\"", name);
	junit_escape(xml, value, n);
	text_add(xml, "\"");
}

static void add_seconds(struct text *xml, double seconds)
{
	text_add(xml, " time=\"%.3f\"", seconds);
}

static void add_case(struct text *xml, const struct junit_case *one)
{
	text_add(xml, "    <testcase");
	add_attribute(xml, "classname", one->file, strlen(one->file));
	add_attribute(xml, "name", one->name, strlen(one->name));
	add_attribute(xml, "file", one->file, strlen(one->file));
	text_add(xml, " line=\"%u\"", one->line);
	add_seconds(xml, one->seconds);
	if (one->n_failures == 0) {
		text_add(xml, "/>\n");
		return;
	}
	text_add(xml, ">\n      <failure");
	add_attribute(xml, "message", one->failures, strcspn(one->failures, "\n"));
	text_add(xml, ">");
	junit_escape(xml, one->failures, strlen(one->failures));
	text_add(xml, "</failure>\n    </testcase>\n");
}

static void add_sums(struct text *xml, const struct junit_case *cases, size_t n)
{
	double seconds = 0;
	size_t failed = 0;

	for (size_t i = 0; i < n; i++) {
		seconds += cases[i].seconds;
		failed += cases[i].n_failures > 0;
	}
	text_add(xml, " tests=\"%zu\" failures=\"%zu\" errors=\"0\"", n, failed);
	add_seconds(xml, seconds);
	text_add(xml, ">\n");
}

void junit_write(struct text *xml, const struct junit_case *cases, size_t n)
{
	text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	add_sums(xml, cases, n);
	for (size_t i = 0, size; i < n; i += size) {
		for (size = 1; i + size < n && strcmp(cases[i + size].file, cases[i].file) == 0;)
			size++;
		text_add(xml, "  <testsuite");
		add_attribute(xml, "name", cases[i].file, strlen(cases[i].file));
		add_sums(xml, cases + i, size);
		for (size_t j = i; j < i + size; j++)
			add_case(xml, &cases[j]);
		text_add(xml, "  </testsuite>\n");
	}
	text_add(xml, "</testsuites>\n");
}
