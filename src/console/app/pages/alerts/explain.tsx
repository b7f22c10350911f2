// SPDX-License-Identifier: Apache-2.0
// Why an alert stands: the gist first, the rest folded.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { alerts, findAlert } from '../../lib/alerts';
import { isOver, type Alert, type Row } from '../../lib/alert_book';
import { usePoll } from '../../lib/poll';
import { can, session } from '../../lib/session';
import { pick, t, type Key } from '../../lib/words';
import { Age, ErrorNote, Loading, Moment, Panel, Severity, Stamp } from '../../ui';
import { Course } from './course';
import type { Explanation } from './explanation';
import { Figures, Limits, Missing, OriginFacts, RecordFacts, RuleFacts, Suppressions, Waits } from './gist';
import { giveOne } from './give';
import { conditionWord, titleOf, unitOf, verbWords } from './names';
import { isFor, pending, type Verb } from './orders';
import { Flags, Handling } from './row';
import { ask, closeAlert } from './state';
import { Events, Receivers, Timeline } from './story';

const POLL_MS = 10_000;
const VERBS: readonly Verb[] = [
	'acknowledge',
	'unacknowledge',
	'reset',
	'assign',
	'shelve',
	'unshelve',
	'comment',
];

function Actions(props: { row: Row }) {
	const { row } = props;
	const isMine = row.alert.owner === session.value?.user;

	if (!can('operator'))
		return <p class="al-hint">{t('alerts.viewerOnly')}</p>;
	return (
		<div class="al-buttons" role="group" aria-label={t('alerts.actions')}>
			{VERBS.filter(verb => isFor(verb, row.alert)).map(verb => (
				<button
					key={verb}
					type="button"
					class={verb === 'acknowledge' ? 'main' : ''}
					onClick={() => ask(verb, [row])}
				>
					{t(verbWords[verb])}
				</button>
			))}
			{!isMine && (
				<button
					type="button"
					onClick={() => void giveOne({ verb: 'assign', owner: session.peek()?.user ?? '' }, row)}
				>
					{t('alerts.assignMe')}
				</button>
			)}
		</div>
	);
}

function Head(props: { alert: Alert; row: Row | undefined }) {
	const { alert, row } = props;

	return (
		<>
			<p class="al-head">
				<Severity of={alert.severity} uncertain={alert.uncertain} quiet={isOver(alert)} />
				<span>{conditionWord(alert.condition)}</span>
				<span>
					<Age of={alert.raised} /> (<Moment of={alert.raised} />)
				</span>
			</p>
			<p class="al-why">{pick(alert.reason)}</p>
			<p class="al-head">
				<Flags alert={alert} />
				<Handling alert={alert} pending={row && pending.value.get(row.slot)} />
			</p>
			{alert.acknowledged?.note && <q class="al-note-said">{alert.acknowledged.note}</q>}
		</>
	);
}

function Fold(props: { name: Key; open?: boolean; children: ComponentChildren }) {
	return (
		<details class="al-fold" open={props.open}>
			<summary>
				<h3>{t(props.name)}</h3>
			</summary>
			{props.children}
		</details>
	);
}

function Whole(props: { of: Explanation }) {
	const { of } = props;

	return (
		<>
			<dl class="facts al-facts">
				<Waits of={of} />
				<Suppressions of={of} />
				<OriginFacts of={of} />
				<Missing of={of} />
				<RecordFacts of={of} />
				<Limits of={of} />
				<Figures of={of} />
				<RuleFacts of={of} />
			</dl>
			{of.now && (
				<Fold name="alerts.curve" open>
					<Course of={of} />
				</Fold>
			)}
			<Fold name="alerts.timeline" open>
				<Timeline of={of} />
			</Fold>
			<Fold name="alerts.receivers">
				<Receivers of={of} />
			</Fold>
			<Fold name="alerts.events">
				<Events of={of} />
			</Fold>
			<p class="al-small soft">
				{t('alerts.id')}: <code>{of.alert.id}</code>
			</p>
		</>
	);
}

/* The alert as it is known now comes from the list; the explanation is asked for, and again when the
 * alert changes. */
export function ExplainPanel(props: { id: string }) {
	void alerts.value;
	const row = findAlert(props.id);
	const id = row?.alert.id ?? props.id;
	const asked = usePoll<Explanation>('explain', { alert: id }, POLL_MS);
	const last = useRef<Explanation | null>(null);
	const isGone = asked.error?.status === 404;
	const of = asked.data ?? (isGone ? last.current : null);
	const alert = row?.alert ?? of?.alert;

	if (asked.data)
		last.current = asked.data;
	useEffect(() => asked.reload(), [row?.alert]);
	return (
		<Panel
			wide
			title={
				alert ? (
					<>
						{titleOf(alert)} <small class="al-panel-unit">{unitOf(alert)}</small>
					</>
				) : (
					t('alerts.why')
				)
			}
			label={alert ? `${titleOf(alert)} ${unitOf(alert)}` : t('alerts.why')}
			onClose={closeAlert}
		>
			{isGone && (
				<p class="note bad">{t(of ? 'alerts.noLonger' : 'alerts.notFound')}</p>
			)}
			{alert && <Head alert={alert} row={row} />}
			{row && <Actions row={row} />}
			{asked.error && !isGone && <ErrorNote error={asked.error} old={Boolean(of)} />}
			{of ? <Whole of={of} /> : !asked.error && <Loading />}
			{of && <Stamp at={of.at} />}
		</Panel>
	);
}
