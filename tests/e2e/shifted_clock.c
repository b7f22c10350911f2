/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shifted_clock: loaded before a program, it moves what the program itself reads as civil time by
 * as many nanoseconds as the file IOCD_CLOCK_SHIFT says: eight bytes, which a test may write at any
 * time.  So a day can be played, or a report come due, while the test waits a second.
 *
 * Libraries see the real time: they wait for deadlines that the kernel measures by it.  Monotonic
 * time is everybody's own.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000

int clock_gettime(clockid_t clock, struct timespec *ret);

static const _Atomic int64_t *shift_ns; /* NULL: none */
static uintptr_t first, end;            /* of the program's own code */
static int (*real_clock_gettime)(clockid_t clock, struct timespec *ret);

/* The program comes before its libraries. */
static int find_program(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
			continue;
		first = info->dlpi_addr + part->p_vaddr;
		end = first + part->p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void prepare(void)
{
	const char *path = getenv("IOCD_CLOCK_SHIFT");
	int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *page;

	(void)dl_iterate_phdr(find_program, NULL);
	if (file < 0)
		return;
	page = mmap(NULL, sizeof(*shift_ns), PROT_READ, MAP_SHARED, file, 0);
	(void)close(file);
	if (page != MAP_FAILED)
		shift_ns = page;
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);
	int64_t time_ns;
	int r;

	if (!real_clock_gettime)
		real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	r = real_clock_gettime(clock, ret);
	if (r || clock != CLOCK_REALTIME || !shift_ns || caller < first || caller >= end)
		return r;

	time_ns = ret->tv_sec * INT64_C(1000000000) + ret->tv_nsec + atomic_load(shift_ns);
	ret->tv_sec = time_ns / SECOND_NS;
	ret->tv_nsec = time_ns % SECOND_NS;
	return 0;
}
