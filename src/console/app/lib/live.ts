// SPDX-License-Identifier: Apache-2.0
// The live stream: one for the whole page.
import { computed, effect, signal, untracked } from '@preact/signals';
import { url } from './api';
import { noteOffset } from './format';
import { Liveness, type Clocks, type Stale } from './liveness';
import { session, whoAmI } from './session';

export type LightName = 'green' | 'amber' | 'red';

export interface Part {
	name: string;
	light: LightName;
	state: string;
	detail: string;
	since?: string | null;
	unit?: string | null;
}

export interface Beat {
	time: string;
	time_ms: number;
	light: LightName;
	parts: Part[]; /* that are not green */
	ready: boolean;
	config: string;
	instance: string;
}

const RETRY_MS = 3000;

export const beat = signal<Beat | null>(null);
/* The server's time, once a second. */
export const now = signal<number>(Date.now());
export const stale = signal<Stale | null>(null);
/* What may be shown as a light: unknown while nobody can say. */
export const light = computed<LightName | 'unknown'>(() =>
	stale.value || !beat.value ? 'unknown' : beat.value.light,
);

type AlertFn = (id: number, transition: any) => void;
type ResetFn = () => void;

const alertFns = new Set<AlertFn>();
const resetFns = new Set<ResetFn>();

const clocks = (): Clocks => ({ perf: performance.now(), wall: Date.now() });
const liveness = new Liveness(clocks());

let stream: EventSource | null = null;
let lastId = ''; // of the last event that has one: where to go on
let openedAt = 0;
let began = false; // this page has been told of a start

/* Calls fn for each transition of an alert, with its number.  Returns what ends it. */
export function onAlert(fn: AlertFn): () => void {
	alertFns.add(fn);
	return () => alertFns.delete(fn);
}

/* Calls fn when the list of alerts must be read anew: when the stream begins (at once if it has), and
 * when it cannot go on where it was.  Transitions that arrive meanwhile are told by onAlert(); those
 * up to the list's "last" are in the list already. */
export function onReset(fn: ResetFn): () => void {
	resetFns.add(fn);
	if (began)
		fn();
	return () => resetFns.delete(fn);
}

function reset(): void {
	began = true;
	for (const fn of resetFns)
		fn();
}

function keepPlace(event: MessageEvent): void {
	if (event.lastEventId)
		lastId = event.lastEventId;
}

function parse(event: MessageEvent): any {
	keepPlace(event);
	try {
		return JSON.parse(event.data);
	} catch {
		return null;
	}
}

function onBeat(event: MessageEvent): void {
	const told = parse(event) as Beat | null;

	if (!told || typeof told.time_ms !== 'number')
		return;
	liveness.heard(told.time_ms, clocks());
	noteOffset(told.time);
	beat.value = told;
	look();
}

function onTransition(event: MessageEvent): void {
	const transition = parse(event);

	if (transition === null)
		return;
	for (const fn of alertFns)
		fn(Number(event.lastEventId), transition);
}

function onResetEvent(event: MessageEvent): void {
	keepPlace(event);
	reset();
}

function onOpen(): void {
	liveness.opened();
	if (!began)
		reset();
	else
		void whoAmI(); // it may be another iocd by now, or another role
}

function onError(): void {
	// The browser tries again by itself, except after an answer that is no stream: it may be that
	// the session has ended.
	if (stream?.readyState === EventSource.CLOSED)
		void whoAmI();
	look();
}

function close(): void {
	stream?.close();
	stream = null;
}

function open(): void {
	close();
	openedAt = performance.now();
	const next = new EventSource(url('stream', { 'last-event-id': lastId }));

	stream = next;
	next.addEventListener('open', onOpen);
	next.addEventListener('error', onError);
	next.addEventListener('beat', onBeat);
	next.addEventListener('alert', onTransition);
	next.addEventListener('reset', onResetEvent);
}

/* Whether a stream that brings nothing is to be opened anew: one can be dead without knowing. */
function isStuck(at: Clocks): boolean {
	if (!stream || stream.readyState === EventSource.CLOSED)
		return at.perf - openedAt >= RETRY_MS;
	const why = stale.value?.why;

	return (why === 'silent' || why === 'offline' || why === 'late') && at.perf - openedAt >= 2 * RETRY_MS;
}

function look(): void {
	const at = clocks();
	const next = liveness.stale(at, stream?.readyState === EventSource.OPEN, session.peek() !== null);
	const old = stale.peek();

	now.value = liveness.now(at);
	if (next?.why !== old?.why || next?.since !== old?.since)
		stale.value = next;
	if (session.peek() && isStuck(at))
		open();
	else if (session.peek() === undefined && at.perf - openedAt >= RETRY_MS) {
		openedAt = at.perf;
		void whoAmI();
	}
}

/* Who sees what: with another of these, another stream. */
const viewer = computed(() => {
	const own = session.value;

	return own ? [own.user, own.role, own.whole, ...own.units].join(' ') : own;
});

/* Begins anew for whoever is logged in now, from where iocd is now. */
function begin(who: string | null | undefined): void {
	close();
	lastId = '';
	began = false;
	if (who)
		open();
	look();
}

export function startLive(): void {
	void whoAmI();
	effect(() => {
		const who = viewer.value;

		untracked(() => begin(who));
	});
	setInterval(look, 1000);
	new Worker(new URL('./tick.ts', import.meta.url), { type: 'module' }).onmessage = look;
	// All of that may stand still with the computer: look at once when somebody does.
	for (const name of ['visibilitychange', 'resume', 'freeze'])
		document.addEventListener(name, look);
	for (const name of ['focus', 'pageshow', 'online', 'offline'])
		addEventListener(name, look);
}
