// SPDX-License-Identifier: Apache-2.0
// What the next shift will not see: who does not report, and what is wrong with the system itself.
import { number } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t, tOr } from '../../lib/words';
import { Light } from '../../ui';
import type { Handover } from './model';
import { sayMoment } from './say';

const SILENT_SHOWN = 25;

function SilentRows(props: { of: Handover }) {
	const { silent, until } = props.of;
	const rest = silent.length - SILENT_SHOWN;

	if (silent.length === 0)
		return null;
	return (
		<>
			<h4>{t('shift.silent', { n: silent.length })}</h4>
			<table class="table">
				<thead>
					<tr>
						<th>{t('shift.unit')}</th>
						<th>{t('shift.feed')}</th>
						<th>{t('shift.span')}</th>
						<th>{t('shift.presence')}</th>
					</tr>
				</thead>
				<tbody>
					{silent.slice(0, SILENT_SHOWN).map(one => (
						<tr key={`${one.feed.id}/${one.unit.id}`}>
							<td>{pick(one.unit.name) || one.unit.id}</td>
							<td>{pick(one.feed.title)}</td>
							<td class="no-wrap">{sayMoment(one.since, Date.parse(until))}</td>
							<td>{tOr(`shift.presence-${one.presence}`, one.presence)}</td>
						</tr>
					))}
				</tbody>
			</table>
			{rest > 0 && (
				<p>
					<a href={href('feeds')}>{t('shift.silentMore', { n: rest })}</a>
				</p>
			)}
		</>
	);
}

function Parts(props: { of: Handover }) {
	const { parts, ready, unaccounted } = props.of.iocd;

	return (
		<>
			{!ready && <p class="sh-look">{t('shift.notReady')}</p>}
			{unaccounted !== 0 && (
				<p class="sh-look">{t('shift.unaccounted', { n: number(Math.abs(unaccounted)) })}</p>
			)}
			{parts.length > 0 && (
				<>
					<h4>{t('shift.parts', { n: parts.length })}</h4>
					<ul>
						{parts.map(part => (
							<li key={part.name}>
								<Light of={part.light} /> {tOr(`health.${part.name}`, part.name)}
								{part.since && ` (${sayMoment(part.since, Date.parse(props.of.until))})`}{' '}
								<small lang="en">{part.detail || part.state}</small>
							</li>
						))}
					</ul>
				</>
			)}
		</>
	);
}

export function Blind(props: { of: Handover }) {
	const { silent, iocd } = props.of;
	const isClear =
		silent.length === 0 && iocd.parts.length === 0 && iocd.ready && iocd.unaccounted === 0;

	return (
		<section>
			<h3>{t('shift.blind')}</h3>
			{isClear ? (
				<p>{t('shift.blindNone')}</p>
			) : (
				<>
					<Parts of={props.of} />
					<SilentRows of={props.of} />
				</>
			)}
		</section>
	);
}
