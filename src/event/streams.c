/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows stand in places; a hash table of slots finds them by stream, and a list runs through
 * those of a crowd in the order in which they were heard.  What happens depends on the lists and
 * the windows only, never on places or slots: so saving follows the lists.
 *
 * The mark of number n stands at n % window, and is made of its event's digest: the same number
 * with another mark is another event.
 *
 * A stream that was forgotten begins anew with any number.  Its numbers from before are then not
 * marked, whether above or below: but each of them happened before the horizon of that time, the
 * window's floor, and what is not marked and older than the floor is refused.
 */
#include "streams.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"

#include "remembered.h"

#define NOBODY       UINT32_MAX
#define WINDOW_BYTES (10 * 8 + 2) /* of the smallest that is saved */
#define MARKS_BUFFER 256

static uint16_t *marks_of(const struct streams *streams, const struct window *window)
{
	return streams->marks + (size_t)(window - streams->windows) * streams->window;
}

static uint16_t *mark_at(const struct streams *streams, const struct window *window,
			 uint64_t number)
{
	return &marks_of(streams, window)[number % streams->window];
}

static uint16_t mark_of(uint64_t digest)
{
	return (uint16_t)(1 + digest % UINT16_MAX);
}

/* The slot of stream, or the free one where it belongs. */
static uint32_t *find_slot(const struct streams *streams, const uint64_t stream[2])
{
	size_t mask = streams->n_slots - 1;
	size_t i = stream[0] & mask;

	for (;; i = (i + 1) & mask) {
		uint32_t *slot = &streams->slots[i];
		const struct window *window;

		if (*slot == 0)
			return slot;
		window = &streams->windows[*slot - 1];
		if (window->stream[0] == stream[0] && window->stream[1] == stream[1])
			return slot;
	}
}

/* Frees slot, and moves up those behind it that would no longer be found. */
static void free_slot(struct streams *streams, uint32_t *slot)
{
	size_t mask = streams->n_slots - 1;
	size_t hole = (size_t)(slot - streams->slots);

	for (size_t i = (hole + 1) & mask; streams->slots[i] != 0; i = (i + 1) & mask) {
		size_t home = streams->windows[streams->slots[i] - 1].stream[0] & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		streams->slots[hole] = streams->slots[i];
		hole = i;
	}
	streams->slots[hole] = 0;
}

static struct crowd *crowd_of(struct streams *streams, const uint64_t stream[2])
{
	return &streams->crowds[crowd_of_stream(stream[1])];
}

static void unlink_window(struct streams *streams, const struct window *window)
{
	struct crowd *crowd = crowd_of(streams, window->stream);

	if (window->older == NOBODY)
		crowd->oldest = window->newer;
	else
		streams->windows[window->older].newer = window->newer;
	if (window->newer == NOBODY)
		crowd->newest = window->older;
	else
		streams->windows[window->newer].older = window->older;
}

/* Puts window to the end of its list: it was heard last. */
static void link_window(struct streams *streams, struct window *window)
{
	struct crowd *crowd = crowd_of(streams, window->stream);
	uint32_t place = (uint32_t)(window - streams->windows);

	window->older = crowd->newest;
	window->newer = NOBODY;
	if (crowd->newest == NOBODY)
		crowd->oldest = place;
	else
		streams->windows[crowd->newest].newer = place;
	crowd->newest = place;
}

/* Forgets the stream of crowd that was heard longest ago. */
static void forget_oldest(struct streams *streams, struct crowd *crowd)
{
	uint32_t place = crowd->oldest;
	struct window *window = &streams->windows[place];

	if (window->latest_ms > 0 && crowd->horizon_ms <= window->latest_ms)
		crowd->horizon_ms = window->latest_ms + 1;
	if (window->ahead_ms > 0 && crowd->ahead_horizon_ms <= window->ahead_ms)
		crowd->ahead_horizon_ms = window->ahead_ms + 1;
	unlink_window(streams, window);
	free_slot(streams, find_slot(streams, window->stream));
	memset(marks_of(streams, window), 0, streams->window * sizeof(*streams->marks));
	window->newer = streams->free;
	streams->free = place;
	crowd->n--;
	streams->n--;
}

static struct crowd *largest_crowd(struct streams *streams)
{
	struct crowd *largest = streams->crowds;

	for (size_t i = 1; i < COUNT(streams->crowds); i++)
		if (streams->crowds[i].n > largest->n)
			largest = &streams->crowds[i];
	return largest;
}

/* A window for a stream that has none: in its list and its slot, otherwise empty. */
static struct window *add_window(struct streams *streams, const uint64_t stream[2])
{
	struct window *window;
	uint32_t place;

	if (streams->n == streams->max)
		forget_oldest(streams, largest_crowd(streams));
	if (streams->free != NOBODY) {
		place = streams->free;
		streams->free = streams->windows[place].newer;
	} else {
		place = streams->n_used++;
	}
	*find_slot(streams, stream) = place + 1;
	window = &streams->windows[place];
	*window = (struct window){ .stream = { stream[0], stream[1] } };
	link_window(streams, window);
	crowd_of(streams, stream)->n++;
	streams->n++;
	return window;
}

/* The lowest number that is told apart while highest is the highest. */
static uint64_t lowest_under(const struct streams *streams, uint64_t highest)
{
	return highest >= streams->window ? highest - streams->window + 1 : 0;
}

/* Is event so old, by its own clock, that it may have been forgotten? */
static bool is_below(const struct event *event, int64_t horizon_ms, int64_t ahead_horizon_ms)
{
	return event->time_ms < horizon_ms ||
	       (event->time_ms < ahead_horizon_ms && crowd_is_ahead(event));
}

static void hear(struct window *window, const struct event *event)
{
	int64_t *latest = crowd_is_ahead(event) ? &window->ahead_ms : &window->latest_ms;

	if (*latest < event->time_ms)
		*latest = event->time_ms;
	window->arrival_ms = event->arrival_ms;
}

static void begin(struct streams *streams, const struct event *event)
{
	const struct crowd floor = *crowd_of(streams, event->stream);
	struct window *window = add_window(streams, event->stream);

	window->highest = event->sequence;
	window->lowest = lowest_under(streams, event->sequence);
	window->start = event->sequence;
	window->floor_ms = floor.horizon_ms;
	window->ahead_floor_ms = floor.ahead_horizon_ms;
	hear(window, event);
	*mark_at(streams, window, event->sequence) = mark_of(event->digest);
}

static enum reason look_up(const struct streams *streams, const struct window *window,
			   const struct event *event)
{
	uint16_t mark = 0;

	if (event->sequence < window->lowest)
		return REASON_seq_old;
	if (event->sequence <= window->highest)
		mark = *mark_at(streams, window, event->sequence);
	if (mark != 0)
		return mark == mark_of(event->digest) ? REASON_duplicate : REASON_seq_conflict;
	if (is_below(event, window->floor_ms, window->ahead_floor_ms))
		return REASON_ts_old;
	return REASON_NONE;
}

/* Moves window up, so that number is its highest, and is about to be marked. */
static void slide(struct streams *streams, struct window *window, uint64_t number)
{
	uint64_t jump = number - window->highest;
	uint64_t lowest = lowest_under(streams, number);

	if (jump >= streams->window)
		memset(marks_of(streams, window), 0, streams->window * sizeof(*streams->marks));
	for (uint64_t i = 1; jump < streams->window && i < jump; i++)
		*mark_at(streams, window, window->highest + i) = 0;

	if (UINT64_MAX - streams->missing < jump - 1)
		streams->missing = UINT64_MAX;
	else
		streams->missing += jump - 1;
	window->highest = number;
	if (window->lowest < lowest)
		window->lowest = lowest;
}

static void note(struct streams *streams, struct window *window, const struct event *event)
{
	if (event->sequence > window->highest)
		slide(streams, window, event->sequence);
	else if (event->sequence > window->start && streams->missing > 0)
		streams->missing--;
	*mark_at(streams, window, event->sequence) = mark_of(event->digest);

	hear(window, event);
	unlink_window(streams, window);
	link_window(streams, window);
}

/* One at a time is enough: no event brings more than one. */
static void forget_idle(struct streams *streams, struct crowd *crowd, int64_t now_ms)
{
	if (now_ms - streams->windows[crowd->oldest].arrival_ms >= streams->memory_ms)
		forget_oldest(streams, crowd);
}

static void window_save(const struct streams *streams, const struct window *window,
			struct bytes_writer *writer)
{
	uint64_t n_marks = window->highest - window->lowest + 1;
	uint16_t buffer[MARKS_BUFFER];
	uint32_t n = 0;

	bytes_put_u64(writer, window->stream[0]);
	bytes_put_u64(writer, window->stream[1]);
	bytes_put_u64(writer, window->highest);
	bytes_put_u64(writer, window->lowest);
	bytes_put_u64(writer, window->start);
	bytes_put_i64(writer, window->latest_ms);
	bytes_put_i64(writer, window->ahead_ms);
	bytes_put_i64(writer, window->arrival_ms);
	bytes_put_i64(writer, window->floor_ms);
	bytes_put_i64(writer, window->ahead_floor_ms);
	for (uint64_t i = 0; i < n_marks; i++) {
		buffer[n++] = htole16(*mark_at(streams, window, window->lowest + i));
		if (n < COUNT(buffer) && i + 1 < n_marks)
			continue;
		bytes_put(writer, buffer, n * sizeof(*buffer));
		n = 0;
	}
}

/* Takes the marks of numbers from first on; those that are below the window now are dropped. */
static void load_marks(struct streams *streams, const struct window *window, const char *bytes,
		       uint64_t first)
{
	for (uint64_t i = window->lowest - first; i <= window->highest - first; i++) {
		uint16_t mark;

		memcpy(&mark, bytes + i * sizeof(mark), sizeof(mark));
		*mark_at(streams, window, first + i) = le16toh(mark);
	}
}

/* A lowest number above the highest is far below it, by the arithmetic. */
static bool is_sound(const struct window *window)
{
	return window->start <= window->highest &&
	       window->highest - window->lowest < STREAMS_WINDOW_MOST;
}

/* Reads the next window of crowd; or past it if streams is NULL. */
static void window_load(struct streams *streams, struct crowd *crowd, struct bytes_reader *reader)
{
	struct window saved = { 0 };
	struct window *window;
	const char *marks;
	uint64_t lowest;

	saved.stream[0] = bytes_get_u64(reader);
	saved.stream[1] = bytes_get_u64(reader);
	saved.highest = bytes_get_u64(reader);
	saved.lowest = bytes_get_u64(reader);
	saved.start = bytes_get_u64(reader);
	saved.latest_ms = remembered_get_time(reader);
	saved.ahead_ms = remembered_get_time(reader);
	saved.arrival_ms = remembered_get_time(reader);
	saved.floor_ms = remembered_get_horizon(reader);
	saved.ahead_floor_ms = remembered_get_time(reader);
	if (!is_sound(&saved))
		bytes_reject(reader, "it holds a window that cannot be");
	marks = bytes_get(reader, (saved.highest - saved.lowest + 1) * sizeof(uint16_t));
	if (!marks || !streams)
		return;
	if (crowd_of(streams, saved.stream) != crowd || *find_slot(streams, saved.stream) != 0) {
		bytes_reject(reader, "it remembers a stream twice, or in a wrong crowd");
		return;
	}

	window = add_window(streams, saved.stream);
	saved.older = window->older;
	saved.newer = window->newer;
	*window = saved;
	lowest = lowest_under(streams, saved.highest);
	if (window->lowest < lowest)
		window->lowest = lowest;
	load_marks(streams, window, marks, saved.lowest);
}

int streams_init(struct streams *streams, const struct memory *memory, uint32_t sources)
{
	size_t n_slots = 2;
	size_t n_marks;
	void *bytes;

	assert(sources > 0 && memory->window > 0 && memory->window <= STREAMS_WINDOW_MOST);

	while (n_slots < (size_t)sources * 2)
		n_slots *= 2;
	n_marks = (size_t)sources * memory->window;
	*streams = (struct streams){
		.max = sources,
		.window = memory->window,
		.memory_ms = memory->ms,
		.n_slots = n_slots,
		.bytes = sources * sizeof(struct window) + n_slots * sizeof(uint32_t) +
			 n_marks * sizeof(uint16_t),
		.free = NOBODY,
	};
	for (size_t i = 0; i < COUNT(streams->crowds); i++)
		streams->crowds[i] = (struct crowd){
			.horizon_ms = INT64_MIN,
			.oldest = NOBODY,
			.newest = NOBODY,
		};
	bytes = mmap(NULL, streams->bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (bytes == MAP_FAILED)
		return err_raise(-errno);

	streams->windows = bytes;
	streams->slots = (uint32_t *)(streams->windows + sources);
	streams->marks = (uint16_t *)(streams->slots + n_slots);
	return 0;
}

void streams_fini(struct streams *streams)
{
	if (streams->windows)
		(void)munmap(streams->windows, streams->bytes);
	streams->windows = NULL;
}

enum reason streams_admit(struct streams *streams, const struct event *event)
{
	struct crowd *crowd = crowd_of(streams, event->stream);
	uint32_t place = *find_slot(streams, event->stream);
	enum reason reason;

	if (place == 0) {
		if (is_below(event, crowd->horizon_ms, crowd->ahead_horizon_ms))
			return REASON_ts_old;
		begin(streams, event);
	} else {
		reason = look_up(streams, &streams->windows[place - 1], event);
		if (reason != REASON_NONE)
			return reason;
		note(streams, &streams->windows[place - 1], event);
	}
	forget_idle(streams, crowd, event->arrival_ms);
	return REASON_NONE;
}

static void crowd_save(const struct streams *streams, const struct crowd *crowd,
		       struct bytes_writer *writer)
{
	bytes_put_i64(writer, crowd->horizon_ms);
	bytes_put_i64(writer, crowd->ahead_horizon_ms);
	bytes_put_u32(writer, crowd->n);
	for (uint32_t i = crowd->oldest; i != NOBODY; i = streams->windows[i].newer)
		window_save(streams, &streams->windows[i], writer);
}

static void crowd_load(struct streams *streams, size_t which, struct bytes_reader *reader)
{
	int64_t horizon_ms = remembered_get_horizon(reader);
	int64_t ahead_ms = remembered_get_time(reader);
	uint32_t n = bytes_get_count(reader, WINDOW_BYTES);
	struct crowd *crowd = streams ? &streams->crowds[which] : NULL;

	if (crowd) {
		crowd->horizon_ms = horizon_ms;
		crowd->ahead_horizon_ms = ahead_ms;
	}
	while (n-- > 0 && !reader->is_bad)
		window_load(streams, crowd, reader);
}

void streams_save(const struct streams *streams, struct bytes_writer *writer)
{
	bytes_put_u64(writer, streams->missing);
	for (size_t i = 0; i < COUNT(streams->crowds); i++)
		crowd_save(streams, &streams->crowds[i], writer);
}

void streams_load(struct streams *streams, struct bytes_reader *reader)
{
	uint64_t missing = bytes_get_u64(reader);

	if (streams)
		streams->missing = missing;
	for (size_t i = 0; i < CROWDS && !reader->is_bad; i++)
		crowd_load(streams, i, reader);
}
