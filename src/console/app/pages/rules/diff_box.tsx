// SPDX-License-Identifier: Apache-2.0
// What would change if the files were taken over now, in words.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../lib/api';
import { now } from '../../lib/live';
import { pick, t, tOr } from '../../lib/words';
import { ErrorNote, Loading, Severity, Stamp, Unit } from '../../ui';
import {
	forecast,
	forecastOf,
	isSame,
	type AlertChange,
	type Diff,
	type PlacedLimit,
	type RuleChange,
} from './diff';
import { Findings } from './findings';
import { parseReport } from './report';
import { sayAttribute, saySeconds } from './say';
import { useUnits } from './unit_pick';

const UNITS_NAMED = 5;
const ALERTS_NAMED = 100;

function UnitNames(props: { of: readonly string[] }) {
	const units = useUnits();
	const names = props.of
		.slice(0, UNITS_NAMED)
		.map(id => pick(units.find(unit => unit.id === id)?.name) || id);
	const rest = props.of.length - names.length;

	return (
		<>
			{names.join(', ')}
			{rest > 0 && ` ${t('rules.more', { n: rest })}`}
		</>
	);
}

function limitText(limit: PlacedLimit | null): string {
	return limit ? `${limit.text} (${limit.file}:${limit.line})` : t('rules.nothing');
}

function Change(props: { of: RuleChange }) {
	const { of } = props;

	return (
		<li>
			<span class="ru-flag">{t(`rules.change-${of.change}`)}</span> <strong>{pick(of.title)}</strong>{' '}
			<code>{of.rule}</code>{' '}
			<code class="ru-soft">
				{of.file}:{of.line}
			</code>
			<ul>
				{of.attributes.map(one => (
					<li key={one.name}>
						{tOr(`rules.attribute-${one.name}`, one.name)}:{' '}
						{t('rules.fromTo', {
							from: sayAttribute(one.name, one.from),
							to: sayAttribute(one.name, one.to),
						})}
					</li>
				))}
				{of.limits.map((one, i) => (
					<li key={i}>
						{t(`rules.${one.limit}`)}:{' '}
						{t('rules.fromTo', { from: limitText(one.from), to: limitText(one.to) })}
						<br />
						<small>
							{t('rules.unitCount', { n: one.units.length })}: <UnitNames of={one.units} />
						</small>
					</li>
				))}
				{of.units_added.length > 0 && (
					<li>
						{t('rules.unitsAdded')}: <UnitNames of={of.units_added} />
					</li>
				)}
				{of.units_removed.length > 0 && (
					<li>
						{t('rules.unitsRemoved')}: <UnitNames of={of.units_removed} />
					</li>
				)}
			</ul>
		</li>
	);
}

function AlertLine(props: { of: AlertChange }) {
	const { of } = props;

	return (
		<li>
			{of.from && <Severity of={of.from} quiet={!of.to} />}
			{of.from && of.to && ' → '}
			{of.to && <Severity of={of.to} />} {pick(of.title)},{' '}
			<Unit of={{ id: of.unit, name: of.name }} />
			{of.subject && `, ${of.subject}`} (
			{of.after_s > 0 ? t('rules.after', { age: saySeconds(of.after_s) }) : t('rules.atOnce')})
		</li>
	);
}

function AlertGroup(props: { title: string; of: readonly AlertChange[] }) {
	const rest = props.of.length - ALERTS_NAMED;

	if (props.of.length === 0)
		return null;
	return (
		<>
			<h4>{props.title}</h4>
			<ul>
				{props.of.slice(0, ALERTS_NAMED).map(one => (
					<AlertLine key={`${one.unit}/${one.rule}/${one.subject}`} of={one} />
				))}
				{rest > 0 && <li>{t('rules.more', { n: rest })}</li>}
			</ul>
		</>
	);
}

function Alerts(props: { of: Diff }) {
	const { rises, clears, others, anyway } = forecastOf(props.of);

	return (
		<>
			<h3>{t('rules.diffAlerts')}</h3>
			{rises.length + clears.length + others.length === 0 && <p>{t('rules.diffAlertsNone')}</p>}
			<AlertGroup title={t('rules.rises', { n: rises.length })} of={rises} />
			<AlertGroup title={t('rules.clears', { n: clears.length })} of={clears} />
			<AlertGroup title={t('rules.severities', { n: others.length })} of={others} />
			{anyway > 0 && <p class="ru-soft">{t('rules.diffAnyway', { n: anyway })}</p>}
		</>
	);
}

function Others(props: { of: Diff }) {
	const all = [
		...(props.of.receivers ?? []).map(one => ({ ...one, what: t('rules.receiver') })),
		...(props.of.maintenances ?? []).map(one => ({ ...one, what: t('rules.maintenanceWindow') })),
	];

	if (all.length === 0)
		return null;
	return (
		<>
			<h3>{t('rules.diffOthers')}</h3>
			<ul>
				{all.map(one => (
					<li key={one.what + one.id}>
						<span class="ru-flag">{t(`rules.change-${one.change}`)}</span> {one.what}{' '}
						<code>{one.id}</code>
					</li>
				))}
			</ul>
		</>
	);
}

function Changes(props: { of: Diff }) {
	const { of } = props;
	const rules = of.rules ?? [];

	if (!of.good)
		return (
			<>
				<p class="ru-bad">
					<strong>{t('rules.diffBad')}</strong>
				</p>
				<Findings of={parseReport(of.report ?? '').findings} />
			</>
		);
	if (isSame(of))
		return <p>{t('rules.same')}</p>;
	return (
		<>
			{of.restart && <p class="ru-look">{t('rules.diffRestart', { what: of.restart })}</p>}
			<h3>{t('rules.diffRules')}</h3>
			{rules.length === 0 && <p>{t('rules.diffNone')}</p>}
			<ul class="ru-changes">
				{rules.map(one => (
					<Change key={one.rule} of={one} />
				))}
			</ul>
			<Others of={of} />
			<Alerts of={of} />
		</>
	);
}

export function DiffBox(props: { directory: string | null }) {
	const [at, setAt] = useState<number | null>(null);
	const [error, setError] = useState<unknown>(null);
	const diff = forecast.value;

	async function ask() {
		setError(null);
		try {
			forecast.value = await get<Diff>('diff', { directory: props.directory });
			setAt(now.peek());
		} catch (fault) {
			setError(fault);
		}
	}

	useEffect(() => {
		if (props.directory)
			void ask();
	}, [props.directory]);

	return (
		<div class="ru-box" role="status">
			<h2>{t('rules.diffTitle')}</h2>
			<ErrorNote error={error} retry={ask} old={at !== null} />
			{at === null && !error && <Loading />}
			{at !== null && diff && (
				<>
					<Stamp at={at} lateMs={300000} />
					<Changes of={diff} />
				</>
			)}
		</div>
	);
}
