// SPDX-License-Identifier: Apache-2.0
// Whether what the page shows is live: pure, told the time of two clocks.
//
// perf never jumps, but stands still while the computer sleeps; wall goes on, but may be set.  A
// page is live only while both say so.

export const SILENT_MS = 10000; /* without a beat */
export const SKEW_MS = 30000; /* between this computer's clock and the server's */
const LATE_MS = 10000; /* that beats arrive after their time */

/* silent: connected, and nothing comes; offline: not connected; late: what comes is old; clock: this
 * computer's clock and the server's differ by skew; ended: logged out. */
export type Why = 'silent' | 'offline' | 'late' | 'clock' | 'ended';

export interface Stale {
	since: number; /* the server's time of the last that was live, in ms; 0: never was */
	why: Why;
	skew: number; /* ms by which this computer's clock is ahead */
}

export interface Clocks {
	perf: number;
	wall: number;
}

export class Liveness {
	#at: Clocks | null = null; // of the last beat
	#serverMs = 0; // of the last beat
	#goodMs = 0; // of the last beat that was in time
	#base: number | null = null; // the server's time at perf 0
	#start: Clocks;
	#late = false;
	#skew = 0;

	constructor(start: Clocks) {
		this.#start = start;
	}

	heard(serverMs: number, at: Clocks): void {
		this.#skew = at.wall - serverMs;
		this.#late = this.#isLate(serverMs, at);
		if (!this.#late && Math.abs(this.#skew) <= SKEW_MS)
			this.#goodMs = serverMs;
		this.#serverMs = serverMs;
		this.#at = at;
	}

	/* Beats that were held up on their way arrive with times that fall behind; a server whose clock
	 * was set agrees with this computer's clock again. */
	#isLate(serverMs: number, at: Clocks): boolean {
		const base = serverMs - at.perf;

		if (this.#base === null || base > this.#base || Math.abs(this.#skew) <= LATE_MS)
			this.#base = base;
		return this.#base - base > LATE_MS;
	}

	/* A new connection: nothing is known of how long things take. */
	opened(): void {
		this.#base = null;
	}

	/* The server's time now, in whole ms, as well as it is known; this computer's before the first beat. */
	now(at: Clocks): number {
		if (!this.#at)
			return at.wall;
		return Math.round(this.#serverMs + this.#silence(at));
	}

	#silence(at: Clocks): number {
		const from = this.#at ?? this.#start;

		return Math.max(at.perf - from.perf, at.wall - from.wall, 0);
	}

	/* connected: the stream is open; loggedIn: somebody is. */
	stale(at: Clocks, connected: boolean, loggedIn: boolean): Stale | null {
		const why = this.#why(at, connected, loggedIn);

		return why ? { why, since: this.#goodMs, skew: this.#skew } : null;
	}

	#why(at: Clocks, connected: boolean, loggedIn: boolean): Why | null {
		if (!loggedIn)
			return 'ended';
		if (this.#silence(at) >= SILENT_MS)
			return connected ? 'silent' : 'offline';
		if (!this.#at)
			return null;
		if (this.#late)
			return 'late';
		return Math.abs(this.#skew) > SKEW_MS ? 'clock' : null;
	}
}
