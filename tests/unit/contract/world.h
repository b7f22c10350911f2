/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a province of 9 districts with 91 communes, which report on two feeds, and its contracts.
 */
#ifndef TEST_CONTRACT_WORLD_H
#define TEST_CONTRACT_WORLD_H

#include "../../saved.h"
#include "iocd/contract.h"

#define N_DISTRICTS 9
#define N_COMMUNES  91
#define N_WORLD     (1 + N_DISTRICTS + N_COMMUNES)
#define PROVINCE    0
#define COMMUNE(i)  (1 + N_DISTRICTS + (i)) /* below district 1 + i % 9 */

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

struct world {
	struct units *units;
	struct schema *schema;
	struct calendar *office; /* Mon to Fri 07:30 to 11:30 and 13:30 to 17:00, Tet 2026 */
	uint32_t desk, beds;     /* feeds */
	bool expected[2][N_WORLD];
	struct contract list[2]; /* communes: desk, each 30 min of office hours; beds: by 09:00 */
	struct contracts *contracts;
};

void world_init(struct world *world);
void world_fini(struct world *world);

/* Makes fresh contracts of what the list says now. */
void world_renew(struct world *world);

/* "2026-03-02 07:30" at +07:00. */
int64_t at(const char *text);

/* The state of contracts in bytes; and read into fresh ones, with nothing renumbered. */
struct saved world_save(const struct contracts *contracts);
struct contracts *world_load(const struct world *world, const struct saved *saved);

#endif
