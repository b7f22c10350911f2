/* SPDX-License-Identifier: Apache-2.0 */
/* What would change if the rules of a directory were taken over now.  The owner knows how to try.
 */
#include "views.h"

void view_diff(const struct views *views, const struct http_request *request,
	       struct http_response *response)
{
	const char *directory = http_query(request, "directory");
	int r;

	if (!directory || directory[0] != '/') {
		views_error(response, 400, "bad_request",
			    "'directory' is a configuration's full path on the machine of iocd");
		return;
	}

	r = views->hooks.diff(views->hooks.context, directory, &response->body);
	if (r < 0) {
		text_clear(&response->body);
		views_error(response, 503, "unavailable", "it cannot be tried now");
	}
}
