/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture: a fresh world for each test.
 *
 * Include it first.
 */
#ifndef TEST_SITE_FIXTURE_H
#define TEST_SITE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iocd/base/err.h"
#include "world.h"

static int make(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	world_init(world);
	*state = world;
	return 0;
}

static int unmake(void **state)
{
	world_fini(*state);
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

#endif
