// SPDX-License-Identifier: Apache-2.0
// The same order for several alerts: what it will be done to, how far it is, what became of each.
import type { Row } from '../../lib/alert_book';
import { can } from '../../lib/session';
import { t } from '../../lib/words';
import { Severity } from '../../ui';
import { resultWords } from './give';
import { onOne, verbWords } from './names';
import { BULK_MAX, type Result, type Verb } from './orders';
import { ask, entries, pickAll, pickedRows, pickNone } from './state';

function countUnseen(rows: readonly Row[]): number {
	const seen = new Set(entries.value.flatMap(entry => (entry.kind === 'row' ? [entry.row.slot] : [])));

	return rows.filter(row => !seen.has(row.slot)).length;
}

export function BulkTargets(props: { rows: readonly Row[]; skipped: number; picked: number }) {
	const unseen = countUnseen(props.rows);

	if (props.picked > BULK_MAX)
		return (
			<p class="al-wrong" role="alert">
				{t('alerts.bulkMost', { n: BULK_MAX, have: props.picked })}
			</p>
		);
	return (
		<div class="al-targets">
			<p>{t(props.rows.length > 0 ? 'alerts.bulkList' : 'alerts.nothingFor')}</p>
			<ul>
				{props.rows.map(row => (
					<li key={row.slot}>
						<Severity of={row.alert.severity} short /> {onOne(row.alert)}
					</li>
				))}
			</ul>
			{unseen > 0 && <p>{t('alerts.bulkHiddenRows', { n: unseen })}</p>}
			{props.skipped > 0 && <p>{t('alerts.bulkSkip', { n: props.skipped })}</p>}
		</div>
	);
}

function summary(results: readonly (Result | undefined)[]): string {
	const count = (outcome: string) => results.filter(one => one?.outcome === outcome).length;

	return t('alerts.bulkDone', {
		done: count('done'),
		needless: count('needless'),
		failed: count('failed'),
		stopped: count('stopped'),
	});
}

export function BulkProgress(props: {
	verb: Verb;
	rows: readonly Row[];
	results: readonly (Result | undefined)[];
	onClose: () => void;
}) {
	const n = props.rows.length;
	const done = props.results.filter(Boolean).length;

	return (
		<div class="al-targets">
			<progress max={n} value={done} aria-label={t('alerts.bulkProgress', { done, n })} />
			<p role="status">{done < n ? t('alerts.bulkProgress', { done, n }) : summary(props.results)}</p>
			<ul>
				{props.rows.map((row, i) => {
					const result = props.results[i];

					return (
						<li key={row.slot} class={result?.outcome ?? 'wait'}>
							{onOne(row.alert)}:{' '}
							<b>{result ? resultWords(props.verb, row, result) : t('alerts.outcomeWait')}</b>
						</li>
					);
				})}
			</ul>
			<footer class="al-buttons end">
				<button type="button" class="main" onClick={props.onClose}>
					{t('alerts.close')}
				</button>
			</footer>
		</div>
	);
}

const VERBS: readonly Verb[] = ['acknowledge', 'assign', 'comment', 'shelve', 'unshelve', 'reset'];

/* What can be done with what is picked. */
export function BulkBar() {
	const rows = pickedRows.value;
	const shown = entries.value.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []));

	if (rows.length === 0)
		return null;
	return (
		<div class="al-bulk" role="toolbar" aria-label={t('alerts.bulkPicked', { n: rows.length })}>
			<b>{t('alerts.bulkPicked', { n: rows.length })}</b>
			{rows.length > BULK_MAX && (
				<span class="al-wrong">{t('alerts.bulkMost', { n: BULK_MAX, have: rows.length })}</span>
			)}
			{can('operator') ? (
				VERBS.map(verb => (
					<button
						key={verb}
						type="button"
						disabled={rows.length > BULK_MAX}
						onClick={() => ask(verb, rows)}
					>
						{t(verbWords[verb])}
					</button>
				))
			) : (
				<span>{t('alerts.viewerOnly')}</span>
			)}
			{shown.length > rows.length && shown.length <= BULK_MAX && (
				<button type="button" class="plain" onClick={() => pickAll(shown)}>
					{t('alerts.bulkVisible', { n: shown.length })}
				</button>
			)}
			<button type="button" class="plain" onClick={pickNone}>
				{t('alerts.bulkNone')}
			</button>
		</div>
	);
}
