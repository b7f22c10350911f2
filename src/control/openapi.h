/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openapi: the description of the interface (OpenAPI 3.1), made of openapi.json by embed.py.
 *
 * Two constants.
 */
#ifndef IOCD_CONTROL_OPENAPI_H
#define IOCD_CONTROL_OPENAPI_H

#include <stddef.h>

extern const char openapi_json[];
extern const size_t openapi_json_size;

#endif
