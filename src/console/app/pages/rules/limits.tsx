// SPDX-License-Identifier: Apache-2.0
// Which limit holds where, and the place where it is written.
import { pick, t, tOr } from '../../lib/words';
import { Severity } from '../../ui';
import { baseOf, LIMITS, limitsAt, type Limit, type LimitName, type Rule } from './model';
import { useUnits } from './unit_pick';

function NameOf(props: { of: LimitName }) {
	return props.of === 'clear' ? <>{t('rules.clear')}</> : <Severity of={props.of} />;
}

/* What it is written for: all, a level of the tree, or one unit. */
function ForWhom(props: { limit: Limit; isBase: boolean }) {
	const units = useUnits();
	const { from, of } = props.limit;
	const name = pick(units.find(unit => unit.id === of)?.name) || of;
	const whom = from === 'level' ? tOr(`rules.level-${of}`, of ?? '') : from === 'unit' ? name : '';

	return (
		<>
			{t('rules.unitCount', { n: props.limit.units })}{' '}
			<small class="ru-soft">
				({t(props.isBase ? 'rules.baseLimit' : 'rules.ownLimit')}
				{whom && `: ${whom}`})
			</small>
		</>
	);
}

function place(limit: Limit): string {
	return `${limit.file}:${limit.line}` + (limit.column ? `:${limit.column}` : '');
}

function LimitRows(props: { rule: Rule }) {
	return (
		<table class="table ru-limits">
			<thead>
				<tr>
					<th>{t('rules.limit')}</th>
					<th>{t('rules.value')}</th>
					<th>{t('rules.forUnits')}</th>
					<th>{t('rules.origin')}</th>
				</tr>
			</thead>
			<tbody>
				{LIMITS.flatMap(name => {
					const limits = props.rule[name] ?? [];
					const base = baseOf(limits);

					return limits.map(limit => (
						<tr key={`${name} ${place(limit)} ${limit.text}`}>
							<td>
								<NameOf of={name} />
							</td>
							<td class="ru-limit">{limit.text}</td>
							<td>
								<ForWhom limit={limit} isBase={limit === base} />
							</td>
							<td>
								<code>{place(limit)}</code>
							</td>
						</tr>
					));
				})}
			</tbody>
		</table>
	);
}

/* Those of one unit, in one line each. */
export function LimitsAt(props: { rule: Rule; unit: string }) {
	const unit = useUnits().find(one => one.id === props.unit);
	const found = unit ? limitsAt(props.rule, unit) : [];

	if (found.length === 0)
		return null;
	return (
		<>
			<p>{t('rules.limitsAt')}:</p>
			<ul>
				{found.map(({ name, limit }) => (
					<li key={name}>
						<NameOf of={name} /> <span class="ru-limit">{limit.text}</span>{' '}
						<code>{place(limit)}</code>
					</li>
				))}
			</ul>
		</>
	);
}

export function Limits(props: { rule: Rule }) {
	const has = LIMITS.some(name => (props.rule[name] ?? []).length > 0);

	return (
		<section>
			<h3>{t('rules.limits')}</h3>
			{has ? <LimitRows rule={props.rule} /> : <p>{t('rules.limitsNone')}</p>}
		</section>
	);
}
