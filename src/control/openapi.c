/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked, and how the answers look: openapi.json, as it is embedded. */
#include "openapi.h"

#include "views.h"

void view_openapi(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	(void)views;
	(void)request;
	response->lent = openapi_json;
	response->lent_size = openapi_json_size;
}
