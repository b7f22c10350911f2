// SPDX-License-Identifier: Apache-2.0
// The stream of a page: opened, gone on with, begun anew, and given up for the log-in.
import './page';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Session } from '@app/lib/session';

const WALL = Date.parse('2026-11-23T08:00:00+07:00');

/* An EventSource in the hands of the test. */
class Source {
	static readonly CONNECTING = 0;
	static readonly OPEN = 1;
	static readonly CLOSED = 2;
	static all: Source[] = [];
	readyState = Source.CONNECTING;
	#listeners = new Map<string, (event: unknown) => void>();
	#lastId: string;

	constructor(readonly url: string) {
		this.#lastId = new URL(url, 'http://page.test').searchParams.get('last-event-id') ?? '';
		Source.all.push(this);
	}

	addEventListener(name: string, fn: (event: unknown) => void) {
		this.#listeners.set(name, fn);
	}

	close() {
		this.readyState = Source.CLOSED;
	}

	/* As a browser does: an event without an id has that of the last one. */
	tell(name: string, data: unknown = {}, id?: number) {
		if (id !== undefined)
			this.#lastId = String(id);
		this.#listeners.get(name)?.({ data: JSON.stringify(data), lastEventId: this.#lastId });
	}

	open() {
		this.readyState = Source.OPEN;
		this.tell('open');
	}

	/* closed: the browser does not try again by itself. */
	fail(closed: boolean) {
		this.readyState = closed ? Source.CLOSED : Source.CONNECTING;
		this.tell('error');
	}
}

let atMs = 0; // since the page was loaded
let ticks: (() => void)[] = [];
let asked: string[] = [];
let answer: { status: number; body: unknown } | null = null; // null: nobody answers

Object.assign(globalThis, {
	EventSource: Source,
	Worker: class {
		onmessage: unknown = null;
	},
	document: { addEventListener: () => undefined, hidden: false },
	addEventListener: () => undefined,
	setInterval: (fn: () => void) => void ticks.push(fn),
	fetch: async (path: string) => {
		asked.push(path);
		if (!answer)
			throw new TypeError('no network');
		return new Response(JSON.stringify(answer.body), { status: answer.status });
	},
});
Object.defineProperty(performance, 'now', { value: () => atMs }); // Node.js 18 lets nobody assign it
Date.now = () => WALL + atMs;

const { beat, light, now, onAlert, onReset, stale, startLive } = await import('@app/lib/live');
const { session } = await import('@app/lib/session');

const LAN: Session = {
	user: 'lan',
	title: 'Lan',
	role: 'operator',
	whole: true,
	units: [],
	until: '2026-11-23T20:00:00+07:00',
	idle_ms: 1800000,
	second_factor: false,
	version: '0.1.0',
	instance: 'here',
};

const settle = () => new Promise<void>(resolve => setImmediate(resolve));
const source = () => Source.all.at(-1)!;

/* Seconds go by, one at a time. */
function pass(seconds: number) {
	for (; seconds > 0; seconds--) {
		atMs += 1000;
		for (const tick of ticks)
			tick();
	}
}

function tellBeat(lightName = 'green') {
	source().tell('beat', {
		time: new Date(WALL + atMs + 7 * 3600000).toISOString().replace('Z', '+07:00'),
		time_ms: WALL + atMs,
		light: lightName,
		parts: [],
		ready: true,
		config: 'c',
		instance: 'here',
	});
}

answer = { status: 200, body: LAN };
startLive();
await settle();

/* Each test begins with a live page of lan's, at transition 7. */
beforeEach(async () => {
	answer = { status: 200, body: LAN };
	session.value = null;
	session.value = LAN;
	await settle();
	source().open();
	source().tell('alert', { id: 'a' }, 7);
	tellBeat();
	await settle();
	asked = [];
});

test('one stream is opened for who is logged in, and none for nobody', () => {
	const n = Source.all.length;

	session.value = { ...LAN };
	assert.equal(Source.all.length, n);
	session.value = null;
	assert.equal(Source.all.length, n);
	assert.equal(source().readyState, Source.CLOSED);
	assert.equal(stale.value?.why, 'ended');
	assert.equal(light.value, 'unknown');
});

test('another user, role or scope gets a stream that begins anew', () => {
	const old = source();

	session.value = { ...LAN, role: 'viewer' };
	assert.notEqual(source(), old);
	assert.equal(old.readyState, Source.CLOSED);
	assert.equal(source().url, '/api/v1/stream');
});

test('transitions are told with their numbers', () => {
	const told: unknown[] = [];
	const end = onAlert((id, transition) => told.push([id, transition]));

	source().tell('alert', { id: 'b' }, 8);
	end();
	source().tell('alert', { id: 'c' }, 9);
	assert.deepEqual(told, [[8, { id: 'b' }]]);
});

test('a beat sets the clock and the light', () => {
	pass(2);
	tellBeat('amber');
	assert.equal(light.value, 'amber');
	assert.equal(beat.value?.light, 'amber');
	assert.equal(now.value, WALL + atMs);
	assert.equal(stale.value, null);
});

test('who listens for a new beginning is told of the one that was', () => {
	let n = 0;
	const end = onReset(() => n++);

	assert.equal(n, 1);
	source().tell('reset', {}, 4096);
	assert.equal(n, 2);
	end();
});

test('a stream that the browser takes up again is not begun anew', () => {
	let n = 0;
	const end = onReset(() => n++);
	const own = source();

	own.fail(false);
	own.open();
	end();
	assert.equal(source(), own);
	assert.equal(n, 1);
	assert.deepEqual(asked, ['/api/v1/session'], 'it may be another iocd by now');
});

test('silence shows, and then another stream goes on where this one was', () => {
	const own = source();

	pass(9);
	assert.equal(stale.value, null);
	pass(1);
	assert.equal(stale.value?.why, 'silent');
	assert.equal(light.value, 'unknown');
	assert.notEqual(source(), own);
	assert.equal(source().url, '/api/v1/stream?last-event-id=7');
	source().open();
	tellBeat();
	assert.equal(stale.value, null);
});

test('after a reset it goes on from the reset', () => {
	source().tell('reset', {}, 4096);
	pass(10);
	assert.equal(source().url, '/api/v1/stream?last-event-id=4096');
});

test('a stream that was refused is asked for again, not more often than it should be', async () => {
	const n = Source.all.length;

	answer = null;
	pass(5);
	source().fail(true);
	await settle();
	assert.equal(Source.all.length, n + 1);
	source().fail(true);
	pass(2);
	assert.equal(Source.all.length, n + 1);
	pass(1);
	assert.equal(Source.all.length, n + 2);
	assert.equal(source().url, '/api/v1/stream?last-event-id=7');
	assert.equal(session.value, LAN, 'no answer does not mean that nobody is logged in');
});

test('a stream that was refused because the session has ended leads to the log-in', async () => {
	const n = Source.all.length;

	answer = { status: 401, body: { error: { code: 'not_logged_in', message: '' } } };
	source().fail(true);
	await settle();
	await settle();
	assert.equal(session.value, null);
	assert.equal(stale.value?.why, 'ended');
	pass(30);
	assert.equal(Source.all.length, n, 'no stream for nobody');
});
