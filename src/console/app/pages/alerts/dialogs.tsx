// SPDX-License-Identifier: Apache-2.0
// Asks what is needed for an order, on one alert or on several, and carries it out.
import { useRef, useState } from 'preact/hooks';
import type { Row } from '../../lib/alert_book';
import { can, session } from '../../lib/session';
import { t } from '../../lib/words';
import { Dialog } from '../../ui';
import { BulkProgress, BulkTargets } from './bulk';
import { giveAll, giveOne } from './give';
import { handlingWords, onOne, verbWords } from './names';
import { BULK_MAX, isFor, NOTE_MAX, OWNER_MAX, sizeOf, type Order, type Result, type Verb } from './orders';
import { Until, type UntilValue, untilMsOf } from './until';
import { asking, pickNone, type Asking } from './state';

interface Draft {
	note: string;
	owner: string;
	until: UntilValue;
}

const NOTE_NEEDED: readonly Verb[] = ['shelve', 'comment'];

/* What is wrong with draft; '': nothing. */
function complaintOf(verb: Verb, draft: Draft): string {
	const spare = NOTE_MAX - sizeOf(draft.note.trim());

	if (NOTE_NEEDED.includes(verb) && !draft.note.trim())
		return t('alerts.noteMissing');
	if (spare < 0)
		return t('alerts.noteLong', { n: -spare });
	if (verb === 'assign' && sizeOf(draft.owner.trim()) > OWNER_MAX)
		return t('alerts.ownerLong');
	if (verb === 'assign' && !draft.owner.trim())
		return t('alerts.ownerMissing');
	if (verb === 'shelve' && untilMsOf(draft.until) === null)
		return t('alerts.shelvePast');
	return '';
}

function orderOf(verb: Verb, draft: Draft): Order {
	const order: Order = { verb };
	const until = verb === 'shelve' ? untilMsOf(draft.until) : null;

	if (draft.note.trim())
		order.note = draft.note.trim();
	if (verb === 'assign')
		order.owner = draft.owner.trim();
	if (until !== null)
		order.untilMs = until;
	return order;
}

function NoteField(props: { verb: Verb; value: string; onInput: (note: string) => void }) {
	const isNeeded = NOTE_NEEDED.includes(props.verb);

	return (
		<label class="al-field">
			<span>
				{props.verb === 'comment'
					? t('alerts.noteWhy')
					: t(isNeeded ? 'alerts.noteNeeded' : 'alerts.noteOptional')}
			</span>
			<input
				type="text"
				autoFocus={props.verb !== 'assign'}
				required={isNeeded}
				value={props.value}
				onInput={event => props.onInput(event.currentTarget.value)}
			/>
		</label>
	);
}

function OwnerField(props: { value: string; onInput: (owner: string) => void; onNobody: () => void }) {
	return (
		<div class="al-field">
			<label>
				<span>{t('alerts.owner')}</span>
				<input
					type="text"
					autoFocus
					autocomplete="off"
					placeholder={t('alerts.ownerHint')}
					value={props.value}
					onInput={event => props.onInput(event.currentTarget.value)}
				/>
			</label>
			<span class="al-buttons">
				<button type="button" onClick={() => props.onInput(session.value?.user ?? '')}>
					{t('alerts.assignMe')}
				</button>
				<button type="button" onClick={props.onNobody}>
					{t('alerts.ownerNobody')}
				</button>
			</span>
		</div>
	);
}

function Fields(props: {
	verb: Verb;
	draft: Draft;
	change: (draft: Partial<Draft>) => void;
	onNobody: () => void;
}) {
	const { verb, draft, change } = props;

	return (
		<>
			{verb === 'assign' && (
				<OwnerField
					value={draft.owner}
					onInput={owner => change({ owner })}
					onNobody={props.onNobody}
				/>
			)}
			{verb === 'shelve' && (
				<>
					<p class="al-hint">{t('alerts.shelveHint')}</p>
					<Until value={draft.until} onChange={until => change({ until })} />
				</>
			)}
			{verb === 'reset' && <p class="al-hint">{t('alerts.resetHint')}</p>}
			<NoteField verb={verb} value={draft.note} onInput={note => change({ note })} />
		</>
	);
}

const FIRST_DRAFT: Draft = { note: '', owner: '', until: { kind: 'half' } };

function close(): void {
	asking.value = null;
}

function titleOf(verb: Verb, rows: readonly Row[]): string {
	const name = t(verbWords[verb]);

	return rows.length === 1 ? name : t('alerts.bulkTitle', { verb: name, n: rows.length });
}

/* Says why nothing can be done. */
function Refusal(props: Asking) {
	const row = props.rows[0]!;

	return (
		<Dialog title={t(verbWords[props.verb])} onClose={close}>
			<p class="al-about">{props.rows.length === 1 && onOne(row.alert)}</p>
			<p>
				{!can('operator')
					? t('alerts.viewerOnly')
					: props.verb === 'acknowledge' && row.alert.acknowledged
						? handlingWords(row.alert)
						: t('alerts.needlessHere')}
			</p>
			<footer class="al-buttons end">
				<button type="button" class="main" autoFocus onClick={close}>
					{t('alerts.close')}
				</button>
			</footer>
		</Dialog>
	);
}

/* One alert needs no progress: the dialog closes and the row says what happens. */
function AskDialog(props: Asking) {
	const { verb } = props;
	const rows = props.rows.filter(row => isFor(verb, row.alert));
	const [draft, setDraft] = useState(FIRST_DRAFT);
	const [complaint, setComplaint] = useState('');
	const [results, setResults] = useState<readonly (Result | undefined)[] | null>(null);
	const given = useRef<readonly Row[]>(rows);
	const isTooMuch = props.rows.length > BULK_MAX;

	function give(order: Order) {
		given.current = rows;
		if (rows.length === 1) {
			close();
			pickNone();
			void giveOne(order, rows[0]!);
			return;
		}
		const found: (Result | undefined)[] = rows.map(() => undefined);

		setResults([...found]);
		void giveAll(order, rows, (index, result) => {
			found[index] = result;
			setResults([...found]);
		}).then(pickNone);
	}

	function submit(event: Event) {
		const wrong = complaintOf(verb, draft);

		event.preventDefault();
		setComplaint(wrong);
		if (!wrong && rows.length > 0 && !isTooMuch)
			give(orderOf(verb, draft));
	}

	if (!can('operator') || (props.rows.length === 1 && rows.length === 0))
		return <Refusal {...props} />;
	if (results)
		return (
			<Dialog title={titleOf(verb, given.current)} onClose={close}>
				<BulkProgress verb={verb} rows={given.current} results={results} onClose={close} />
			</Dialog>
		);
	return (
		<Dialog title={titleOf(verb, rows)} onClose={close}>
			<form class="al-form" onSubmit={submit} noValidate>
				{props.rows.length === 1 ? (
					<p class="al-about">{onOne(props.rows[0]!.alert)}</p>
				) : (
					<BulkTargets rows={rows} skipped={props.rows.length - rows.length} picked={props.rows.length} />
				)}
				<Fields
					verb={verb}
					draft={draft}
					change={change => setDraft({ ...draft, ...change })}
					onNobody={() => give({ verb, owner: '', ...(draft.note && { note: draft.note }) })}
				/>
				{complaint && (
					<p class="al-wrong" role="alert">
						{complaint}
					</p>
				)}
				<footer class="al-buttons end">
					<button type="button" onClick={close}>
						{t('common.cancel')}
					</button>
					<button type="submit" class="main" disabled={rows.length === 0 || isTooMuch}>
						{titleOf(verb, rows)}
					</button>
				</footer>
			</form>
		</Dialog>
	);
}

export function AskingDialog() {
	return asking.value && <AskDialog {...asking.value} />;
}
