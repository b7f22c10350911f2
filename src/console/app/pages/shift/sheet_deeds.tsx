// SPDX-License-Identifier: Apache-2.0
// What is kept back until when, and what people did and noted.
import { href } from '../../lib/router';
import { pick, t, tOr } from '../../lib/words';
import { noteWords } from '../alerts/names';
import { foldDeeds, type Fold } from './fold';
import { deedsOf, type Handover, type LogEntry, type PastSheet, type SheetSuppression } from './model';
import { sayMoment } from './say';
import { unitNames } from './sheet_alerts';

const DEEDS_SHOWN = 40;

function Hindrance(props: { of: SheetSuppression; end: number }) {
	const { of } = props;

	return (
		<tr>
			<td>{tOr(`shift.kind-${of.kind}`, of.kind)}</td>
			<td>
				{of.rule ? pick(of.rule.title) : t('shift.everyRule')}
				{of.subject && ` · ${of.subject}`}
			</td>
			<td>
				{of.unit ? pick(of.unit.name) || of.unit.id : t('shift.everyUnit')}
				{of.unit && of.below && ` ${t('shift.below')}`}
			</td>
			<td class="no-wrap">
				<strong>{of.until ? sayMoment(of.until, props.end) : t('shift.noEnd')}</strong>
			</td>
			<td>{of.by}</td>
			<td>{of.note}</td>
		</tr>
	);
}

export function Held(props: { of: Handover }) {
	const { suppressions, until } = props.of;

	return (
		<section>
			<h3>{t('shift.held2', { n: suppressions.length })}</h3>
			{suppressions.length === 0 ? (
				<p>{t('shift.heldNone')}</p>
			) : (
				<table class="table">
					<thead>
						<tr>
							<th>{t('shift.kind')}</th>
							<th>{t('shift.rule')}</th>
							<th>{t('shift.unit')}</th>
							<th>{t('shift.until')}</th>
							<th>{t('shift.by')}</th>
							<th>{t('shift.note')}</th>
						</tr>
					</thead>
					<tbody>
						{suppressions.map((one, i) => (
							<Hindrance key={i} of={one} end={Date.parse(until)} />
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}

export function sayNews(of: LogEntry): string {
	if (of.news === 'assigned' && of.owner)
		return t('shift.assignedTo', { owner: of.owner });
	return tOr(`shift.news-${of.news}`, of.news);
}

function Deed(props: { of: Fold<LogEntry>; end: number }) {
	const { first: of, all } = props.of;

	return (
		<tr>
			<td class="no-wrap">{sayMoment(of.time, props.end)}</td>
			<td>{of.by || t('shift.system')}</td>
			<td class="no-wrap">{sayNews(of)}</td>
			<td>
				{pick(of.rule.title)}
				{all.length > 1 ? ` × ${all.length}` : of.subject && ` · ${of.subject}`}, {unitNames(all)}
			</td>
			<td>{of.by && of.note && noteWords(of.note)}</td>
		</tr>
	);
}

export function Deeds(props: { of: PastSheet }) {
	const all = deedsOf(props.of.log);
	const deeds = foldDeeds(all);
	const rest = deeds.length - DEEDS_SHOWN;

	return (
		<section>
			<h3>{t('shift.deeds', { n: all.length })}</h3>
			{deeds.length === 0 ? (
				<p>{t('shift.deedsNone')}</p>
			) : (
				<table class="table">
					<thead>
						<tr>
							<th>{t('shift.time')}</th>
							<th>{t('shift.by')}</th>
							<th>{t('shift.deed')}</th>
							<th>{t('shift.alert')}</th>
							<th>{t('shift.note')}</th>
						</tr>
					</thead>
					<tbody>
						{deeds.slice(-DEEDS_SHOWN).map(one => (
							<Deed key={one.first.number} of={one} end={Date.parse(props.of.until)} />
						))}
					</tbody>
				</table>
			)}
			{rest > 0 && (
				<p>
					<a href={href('audit', null, { tab: 'alerts' })}>{t('shift.deedsMore', { n: rest })}</a>
				</p>
			)}
		</section>
	);
}
