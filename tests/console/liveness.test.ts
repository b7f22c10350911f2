// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Liveness, SILENT_MS, SKEW_MS } from '@app/lib/liveness';

const WALL = 1_800_000_000_000;

/* A page, its two clocks and a server, all in the hands of the test. */
class Play {
	perf = 1000;
	wall = WALL;
	connected = true;
	loggedIn = true;
	live = new Liveness(this.at());

	at() {
		return { perf: this.perf, wall: this.wall };
	}

	pass(ms: number) {
		this.perf += ms;
		this.wall += ms;
	}

	beat(serverMs = this.wall) {
		this.live.heard(serverMs, this.at());
	}

	beats(n: number) {
		for (; n > 0; n--) {
			this.pass(1000);
			this.beat();
		}
	}

	stale() {
		return this.live.stale(this.at(), this.connected, this.loggedIn);
	}
}

test('a page that hears a beat each second is live', () => {
	const play = new Play();

	play.beats(100);
	assert.equal(play.stale(), null);
});

test('silence shows within 10 s, and since when', () => {
	const play = new Play();

	play.beats(5);
	const last = play.wall;

	play.pass(SILENT_MS - 1);
	assert.equal(play.stale(), null);
	play.pass(1);
	assert.deepEqual(play.stale(), { why: 'silent', since: last, skew: 0 });
	play.connected = false;
	assert.equal(play.stale()?.why, 'offline');
	play.beat();
	assert.equal(play.stale(), null);
});

test('a page that never heard anything says so', () => {
	const play = new Play();

	play.connected = false;
	play.pass(SILENT_MS);
	assert.deepEqual(play.stale(), { why: 'offline', since: 0, skew: 0 });
});

test('a computer that slept knows at once, though its timers stood still', () => {
	const play = new Play();

	play.beats(5);
	const last = play.wall;

	play.wall += 3_600_000; // perf stands while it sleeps
	assert.deepEqual(play.stale(), { why: 'silent', since: last, skew: 0 });
});

test('beats that were held back while it slept do not make it live', () => {
	const play = new Play();

	play.beats(5);
	const last = play.wall;

	play.wall += 3_600_000;
	play.beat(last + 1000);
	assert.ok(play.stale());
	assert.equal(play.stale()?.since, last);
	play.beat();
	assert.equal(play.stale(), null);
});

test('timers that were throttled count all the time that passed', () => {
	const play = new Play();

	play.beats(2);
	play.pass(600_000);
	assert.equal(play.stale()?.why, 'silent');
	assert.equal(play.live.now(play.at()), play.wall);
});

test('a clock of this computer that is off is no reason to believe in its data', () => {
	for (const off of [SKEW_MS + 1000, -SKEW_MS - 1000]) {
		const play = new Play();

		play.pass(1000);
		play.beat(play.wall - off);
		assert.deepEqual(play.stale(), { why: 'clock', since: 0, skew: off });
	}
});

test('a clock that is set wrong during the shift keeps when the page was live last', () => {
	const play = new Play();

	play.beats(5);
	const last = play.wall;

	play.wall += 120_000;
	play.pass(1000);
	play.beat(last + 1000);
	assert.equal(play.stale()?.since, last);
});

test('a few seconds between two clocks are no news', () => {
	const play = new Play();

	play.beat(play.wall - 5000);
	assert.equal(play.stale(), null);
	assert.equal(play.live.now(play.at()), play.wall - 5000);
});

test('a stream that lags behind is late, whatever comes', () => {
	const play = new Play();

	play.wall = WALL + 15_000; // a clock that runs ahead a little
	play.beat(WALL);
	for (let i = 1; i <= 30; i++) {
		play.pass(1000);
		play.beat(WALL + i * 500); // half as fast as time
	}
	assert.equal(play.stale()?.why, 'late');
	assert.ok(play.stale()!.since <= WALL + 10_000);
});

test('a server whose clock was set back is believed when both clocks agree', () => {
	const play = new Play();

	play.wall = WALL - 20_000;
	play.beat(WALL);
	play.pass(1000);
	play.beat(WALL - 19_000);
	assert.equal(play.stale(), null);
});

test('nobody logged in is stale before anything else', () => {
	const play = new Play();

	play.beats(3);
	play.loggedIn = false;
	assert.equal(play.stale()?.why, 'ended');
});
