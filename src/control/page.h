/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page: the console's files over HTTP, packed if the browser takes that, and not sent again if it
 * has them.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_PAGE_H
#define IOCD_CONTROL_PAGE_H

#include "iocd/console.h"
#include "iocd/net/http.h"

/* Fills response, its headers about caches too, with a file. */
void page_answer(const struct console_file *file, const struct http_request *request,
		 struct http_response *response);

/* Says how to get the page into the program. */
void page_answer_absent(struct http_response *response);

#endif
