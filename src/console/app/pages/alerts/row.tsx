// SPDX-License-Identifier: Apache-2.0
// One alert in the list.  Rows hold nothing that can have the focus: what is done with the mouse here
// is done with keys for the row that has the cursor.
import { isOver, needsPerson, type Alert, type Row } from '../../lib/alert_book';
import { session, can } from '../../lib/session';
import { t } from '../../lib/words';
import { Age, Severity } from '../../ui';
import { handlingWords, siteOf, suppressionWords, titleOf, unitOf, valueOf } from './names';
import { pick as pickText } from '../../lib/words';
import { isFor, type Pending } from './orders';
import { ask, openAlert, pick } from './state';

export function Flags(props: { alert: Alert }) {
	const { alert } = props;
	const flags: [string, string][] = [];

	if (alert.drill)
		flags.push(['drill', t('alerts.drill')]);
	if (alert.uncertain)
		flags.push(['uncertain', t('alerts.uncertain')]);
	if (alert.latched)
		flags.push(['latched', t(alert.state === 'quiet' ? 'alerts.latchedWell' : 'alerts.latched')]);
	else if (alert.state === 'fading')
		flags.push(['fading', t('alerts.fading')]);
	for (const one of alert.suppressed)
		flags.push(['suppressed', suppressionWords(one)]);
	if (alert.origin)
		flags.push(['origin', t('alerts.from', { site: siteOf(alert) })]);
	if (alert.escalations > 0)
		flags.push(['escalated', t('alerts.escalated')]);
	if (alert.raises > 1)
		flags.push(['raises', t('alerts.repeated', { n: alert.raises })]);
	return (
		<>
			{flags.map(([kind, words]) => (
				<span key={kind + words} class={`al-flag ${kind}`}>
					{words}
				</span>
			))}
		</>
	);
}

function Owner(props: { alert: Alert }) {
	const { owner } = props.alert;

	if (!owner)
		return null;
	return (
		<span class="al-owner">
			{owner === session.value?.user ? t('alerts.ownedByMe') : t('alerts.ownedBy', { owner })}
		</span>
	);
}

export function Handling(props: { alert: Alert; pending: Pending | undefined }) {
	const { alert, pending } = props;

	return (
		<span class={`al-handling ${needsPerson(alert) ? 'waits' : ''}`}>
			{pending ? (
				<em>{t(pending.isDone ? 'alerts.sent' : 'alerts.sending')}</em>
			) : (
				<span>{handlingWords(alert)}</span>
			)}
			<Owner alert={alert} />
		</span>
	);
}

export function Figure(props: { alert: Alert }) {
	const { alert } = props;
	const value = valueOf(alert);

	return (
		<span class="al-value">
			<b>{value}</b>
			{alert.threshold && <span>{t('alerts.limit', { limit: alert.threshold.text })}</span>}
		</span>
	);
}

export interface AlertRowProps {
	row: Row;
	isPicked: boolean;
	isAtCursor: boolean;
	isOpen: boolean;
	inGroup: boolean;
	pending: Pending | undefined;
}

function onPick(event: MouseEvent, row: Row): void {
	event.stopPropagation();
	pick(row.slot, event.shiftKey);
}

function onAcknowledge(event: MouseEvent, row: Row): void {
	event.stopPropagation();
	ask('acknowledge', [row]);
}

function classOf(props: AlertRowProps): string {
	const { alert } = props.row;

	return [
		'al-row',
		alert.severity,
		needsPerson(alert) ? 'waits' : '',
		isOver(alert) ? 'over' : '',
		alert.suppressed.length > 0 ? 'held' : '',
		alert.drill ? 'is-drill' : '',
		props.isPicked ? 'picked' : '',
		props.isAtCursor ? 'here' : '',
		props.isOpen ? 'open' : '',
		props.inGroup ? 'inner' : '',
	].join(' ');
}

/* Made anew only when something of it has changed: it reads signals, so Preact compares its
 * properties. */
export function AlertRow(props: AlertRowProps) {
	const { row } = props;
	const { alert } = row;
	const offersAcknowledge = can('operator') && isFor('acknowledge', alert) && !props.pending;

	return (
		<div class={classOf(props)} onClick={() => openAlert(row)}>
			<span class="al-pick" aria-hidden="true" onClick={event => onPick(event, row)}>
				{props.isPicked ? '☑' : '☐'}
			</span>
			{props.isPicked && <span class="unseen">{t('alerts.picked')}</span>}
			<Severity of={alert.severity} uncertain={alert.uncertain} quiet={isOver(alert)} />
			<span class="al-unit">{unitOf(alert)}</span>
			<span class="al-what">
				<span class="al-title">
					<b>{titleOf(alert)}</b> <Flags alert={alert} />
				</span>
				<span class="al-reason">{pickText(alert.reason)}</span>
			</span>
			<Figure alert={alert} />
			<span class="al-age">
				<Age of={row.raisedMs} />
			</span>
			<Handling alert={alert} pending={props.pending} />
			{offersAcknowledge ? (
				<span class="al-do" aria-hidden="true" onClick={event => onAcknowledge(event, row)}>
					{t('alerts.acknowledge')}
				</span>
			) : (
				<span class="al-do-none" />
			)}
		</div>
	);
}
