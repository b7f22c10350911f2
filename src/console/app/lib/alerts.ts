// SPDX-License-Identifier: Apache-2.0
// The alerts, live: read once, then kept by what the stream tells, one store for all pages.
import { computed, effect, signal } from '@preact/signals';
import { AlertBook, isOver, isSuppressed, needsPerson, type Alert, type Row } from './alert_book';
import { ApiError, get } from './api';
import { beat, now, onAlert, onReset } from './live';
import { session } from './session';

export type { Alert, Row, Transition, Words } from './alert_book';

const LIMIT = 20000; /* as many as iocd keeps open */
const RETRY_MS = 2000;
/* Figures move without news of the alert; and whatever went wrong is right again by then. */
const REREAD_MS = 60_000;
const REREAD_MANY_MS = 300_000;
const MANY = 500;
const FRAME_MS = 50; /* a page that is not shown gets no frames */
const BUSY_MS = 80; /* between two pictures of the list while much comes */

interface ListAnswer {
	alerts: Alert[];
	last?: number;
	counts: { matching: number };
}

export interface Reading {
	at: number | null; /* the server's time when the list was read last */
	isReading: boolean;
	error: ApiError | null; /* of the last attempt */
	missing: number; /* alerts that did not fit into the list */
}

const book = new AlertBook();

/* In order: critical ones that need somebody first, then by severity, the newest first. */
export const alerts = signal<readonly Row[]>([]);
export const reading = signal<Reading>({ at: null, isReading: false, error: null, missing: 0 });

export interface Counts {
	all: number; /* that stand */
	critical: number;
	warning: number;
	waiting: number; /* unacknowledged, and nothing suppresses them */
	criticalWaiting: number;
	suppressed: number;
	over: number; /* over, and nobody has acknowledged that */
	drill: number;
}

function countRows(rows: readonly Row[]): Counts {
	const counts: Counts = {
		all: 0,
		critical: 0,
		warning: 0,
		waiting: 0,
		criticalWaiting: 0,
		suppressed: 0,
		over: 0,
		drill: 0,
	};

	for (const { alert, rank } of rows) {
		if (isOver(alert)) {
			counts.over++;
			continue;
		}
		counts.all++;
		counts[alert.severity]++;
		counts.waiting += needsPerson(alert) ? 1 : 0;
		counts.criticalWaiting += rank === 0 ? 1 : 0;
		counts.suppressed += isSuppressed(alert) ? 1 : 0;
		counts.drill += alert.drill ? 1 : 0;
	}
	return counts;
}

export const counts = computed(() => countRows(alerts.value));

/* The alert as it is known now, by id or by slot; undefined: it is at rest, or never was. */
export function findAlert(id: string): Row | undefined {
	return book.findId(id);
}

export function findSlot(slot: string): Row | undefined {
	return book.find(slot);
}

/* ---- telling the page: at once, but not more often than it can draw ---- */

let isDue = false;
let shownAt = 0;

function publish(): void {
	if (!isDue)
		return;
	isDue = false;
	alerts.value = book.sorted();
	shownAt = performance.now();
}

function publishNext(): void {
	requestAnimationFrame(publish);
	setTimeout(publish, FRAME_MS);
}

function publishSoon(): void {
	const wait = shownAt + BUSY_MS - performance.now();

	if (isDue)
		return;
	isDue = true;
	if (wait > 0)
		setTimeout(publishNext, wait);
	else
		publishNext();
}

/* ---- reading the list ---- */

let question = 0; /* the number of the last: an answer to an older one is of no use */
let timer: ReturnType<typeof setTimeout> | undefined;

function readLater(ms: number): void {
	clearTimeout(timer);
	timer = setTimeout(() => void read(), ms);
}

function usualPause(): number {
	return book.size > MANY ? REREAD_MANY_MS : REREAD_MS;
}

async function read(): Promise<void> {
	const own = ++question;

	clearTimeout(timer);
	if (!session.peek())
		return;
	book.beginReading();
	reading.value = { ...reading.peek(), isReading: true };
	try {
		const answer = await get<ListAnswer>('alerts', { state: 'all', limit: LIMIT });

		if (own !== question)
			return;
		book.replace(answer.alerts, answer.last);
		reading.value = {
			at: now.peek(),
			isReading: false,
			error: null,
			missing: answer.counts.matching - answer.alerts.length,
		};
		publishSoon();
		readLater(usualPause());
	} catch (error) {
		if (own !== question)
			return;
		reading.value = { ...reading.peek(), isReading: false, error: error as ApiError };
		readLater(RETRY_MS);
	}
}

export function rereadAlerts(): void {
	void read();
}

/* Whoever logs in next may see other alerts. */
function forget(): void {
	question++;
	clearTimeout(timer);
	book.replace([], 0);
	reading.value = { at: null, isReading: false, error: null, missing: 0 };
	publishSoon();
}

let isStarted = false;

/* Begins to follow the alerts, for as long as the page is there. */
export function startAlerts(): void {
	const config = computed(() => beat.value?.config ?? '');
	const user = computed(() => session.value?.user ?? null);
	let known = '';

	if (isStarted)
		return;
	isStarted = true;
	onAlert((number, transition) => {
		if (book.apply({ ...transition, number }))
			publishSoon();
	});
	onReset(rereadAlerts);
	effect(() => {
		if (user.value === null)
			forget();
	});
	/* Other rules and units may say of what is there something else. */
	effect(() => {
		if (known && config.value !== known)
			rereadAlerts();
		known = config.value;
	});
}
