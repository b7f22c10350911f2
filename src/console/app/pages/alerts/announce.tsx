// SPDX-License-Identifier: Apache-2.0
// New alerts, read out: critical ones at once, others when there is a pause.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { needsPerson, type Row } from '../../lib/alert_book';
import { alerts, reading } from '../../lib/alerts';
import { t } from '../../lib/words';
import { titleOf, unitOf } from './names';

const LOOK_MS = 200;
const PAUSE_MS = 2000; /* between two sentences: what comes meanwhile is told together */

const polite = signal('');
const assertive = signal('');

let known: Set<string> | null = null; /* ids; null: the list has not been read */
let fresh: Row[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function sentence(rows: readonly Row[], one: 'alerts.saidNew' | 'alerts.saidCritical'): string {
	const many = one === 'alerts.saidNew' ? 'alerts.saidMany' : 'alerts.saidManyCritical';
	const first = rows[0]?.alert;

	if (!first)
		return '';
	return rows.length === 1
		? t(one, { title: titleOf(first), unit: unitOf(first) })
		: t(many, { n: rows.length });
}

function say(): void {
	const [critical, other] = [fresh.filter(row => row.rank === 0), fresh.filter(row => row.rank > 0)];

	fresh = [];
	timer = undefined;
	if (critical.length > 0)
		assertive.value = sentence(critical, 'alerts.saidCritical');
	if (other.length > 0)
		polite.value = sentence(other, 'alerts.saidNew');
}

let looking: ReturnType<typeof setTimeout> | undefined;

function look(): void {
	looking = undefined;

	const rows = alerts.peek().filter(row => needsPerson(row.alert));
	const ids = new Set(rows.map(row => row.alert.id));

	if (reading.peek().at === null)
		return;
	if (known)
		fresh.push(...rows.filter(row => !known!.has(row.alert.id)));
	known = ids;
	if (fresh.some(row => row.rank === 0)) {
		clearTimeout(timer);
		timer = setTimeout(say, 0);
	} else if (fresh.length > 0 && timer === undefined) {
		timer = setTimeout(say, PAUSE_MS);
	}
}

export function Announcer() {
	useEffect(() => {
		const end = alerts.subscribe(() => {
			looking ??= setTimeout(look, LOOK_MS);
		});

		return () => {
			end();
			clearTimeout(looking);
			clearTimeout(timer);
			looking = timer = undefined;
			known = null;
			fresh = [];
		};
	}, []);
	return (
		<>
			<div class="unseen" aria-live="polite">
				{polite.value}
			</div>
			<div class="unseen" aria-live="assertive">
				{assertive.value}
			</div>
		</>
	);
}
