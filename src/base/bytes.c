/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/bytes.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define PART_NAME 8

void bytes_writer_init(struct bytes_writer *writer, bytes_sink_fn *sink, void *context,
		       char *buffer, size_t capacity)
{
	*writer = (struct bytes_writer){
		.sink = sink,
		.context = context,
		.buffer = buffer,
		.capacity = capacity,
	};
}

static void give(struct bytes_writer *writer, const void *bytes, size_t n)
{
	if (n > 0 && writer->fault == 0)
		writer->fault = writer->sink(writer->context, bytes, n);
}

int bytes_into_text(void *text, const void *bytes, size_t n)
{
	text_add_bytes(text, bytes, n);
	return 0;
}

int bytes_flush(struct bytes_writer *writer)
{
	give(writer, writer->buffer, writer->used);
	writer->used = 0;
	return err_pass(writer->fault);
}

void bytes_put(struct bytes_writer *writer, const void *bytes, size_t n)
{
	writer->written += n;
	if (n > writer->capacity - writer->used) {
		give(writer, writer->buffer, writer->used);
		writer->used = 0;
	}
	if (n > writer->capacity) {
		give(writer, bytes, n);
	} else if (n > 0) {
		memcpy(writer->buffer + writer->used, bytes, n);
		writer->used += n;
	}
}

void bytes_put_u8(struct bytes_writer *writer, uint8_t number)
{
	bytes_put(writer, &number, sizeof(number));
}

void bytes_put_u32(struct bytes_writer *writer, uint32_t number)
{
	number = htole32(number);
	bytes_put(writer, &number, sizeof(number));
}

void bytes_put_u64(struct bytes_writer *writer, uint64_t number)
{
	number = htole64(number);
	bytes_put(writer, &number, sizeof(number));
}

void bytes_put_i64(struct bytes_writer *writer, int64_t number)
{
	bytes_put_u64(writer, (uint64_t)number);
}

void bytes_put_f64(struct bytes_writer *writer, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	bytes_put_u64(writer, bits);
}

void bytes_put_text(struct bytes_writer *writer, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	assert(n <= UINT32_MAX);
	bytes_put_u32(writer, (uint32_t)n);
	bytes_put(writer, text, n);
}

static void pad_name(char padded[PART_NAME], const char *name)
{
	size_t n = strlen(name);

	assert(n <= PART_NAME);
	memset(padded, 0, PART_NAME);
	memcpy(padded, name, n);
}

void bytes_put_part(struct bytes_writer *writer, const char *name, uint32_t version)
{
	char padded[PART_NAME];

	pad_name(padded, name);
	bytes_put(writer, padded, sizeof(padded));
	bytes_put_u32(writer, version);
}

void bytes_reader_init(struct bytes_reader *reader, const void *bytes, size_t n)
{
	const char *at = n > 0 ? bytes : ""; /* nothing may be lent as NULL */

	*reader = (struct bytes_reader){ .at = at, .end = at + n, .why = "" };
}

void bytes_reject(struct bytes_reader *reader, const char *why)
{
	if (!reader->is_bad)
		reader->why = why;
	reader->is_bad = true;
}

const void *bytes_get(struct bytes_reader *reader, size_t n)
{
	const void *bytes = reader->at;

	if (n > (size_t)(reader->end - reader->at))
		bytes_reject(reader, "it ends too early");
	if (reader->is_bad || n == 0)
		return NULL;

	reader->at += n;
	return bytes;
}

uint8_t bytes_get_u8(struct bytes_reader *reader)
{
	const uint8_t *byte = bytes_get(reader, 1);

	return byte ? *byte : 0;
}

uint32_t bytes_get_u32(struct bytes_reader *reader)
{
	const void *bytes = bytes_get(reader, sizeof(uint32_t));
	uint32_t number = 0;

	if (bytes)
		memcpy(&number, bytes, sizeof(number));
	return le32toh(number);
}

uint64_t bytes_get_u64(struct bytes_reader *reader)
{
	const void *bytes = bytes_get(reader, sizeof(uint64_t));
	uint64_t number = 0;

	if (bytes)
		memcpy(&number, bytes, sizeof(number));
	return le64toh(number);
}

int64_t bytes_get_i64(struct bytes_reader *reader)
{
	return (int64_t)bytes_get_u64(reader);
}

double bytes_get_f64(struct bytes_reader *reader)
{
	uint64_t bits = bytes_get_u64(reader);
	double number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

const char *bytes_get_text(struct bytes_reader *reader, size_t *ret_n)
{
	size_t n = bytes_get_u32(reader);
	const char *text = bytes_get(reader, n);

	*ret_n = text ? n : 0;
	return text ? text : "";
}

uint32_t bytes_get_count(struct bytes_reader *reader, size_t bytes_each)
{
	uint32_t n = bytes_get_u32(reader);

	if (n > 0 && (size_t)(reader->end - reader->at) / n < bytes_each)
		bytes_reject(reader, "it announces more than it holds");
	return reader->is_bad ? 0 : n;
}

void bytes_get_part(struct bytes_reader *reader, const char *name, uint32_t version)
{
	const char *found = bytes_get(reader, PART_NAME);
	char padded[PART_NAME];

	pad_name(padded, name);
	if (found && memcmp(found, padded, sizeof(padded)) != 0)
		bytes_reject(reader, "its parts are not the ones this version writes");
	if (bytes_get_u32(reader) != version)
		bytes_reject(reader, "it was written by another version");
}
