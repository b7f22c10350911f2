// SPDX-License-Identifier: Apache-2.0
// Which rules look at an indicator, and how it is computed, in words.
import { dayClock, number, percent } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import type { Words } from '../overview/tree';
import type { Definition, Indicator, Limit, Rule } from './model';
import { measureOf, windowName } from './show';

function Place(props: {
	file: string | null | undefined;
	line: number | null | undefined;
}) {
	return props.file ? (
		<code>
			{props.file}:{props.line}
		</code>
	) : null;
}

function Limits(props: {
	word: 'rule-warning' | 'rule-critical' | 'rule-clear';
	list: readonly Limit[] | undefined;
}) {
	return (
		<>
			{props.list?.map(limit => (
				<li key={`${limit.file}:${limit.line}:${limit.text}`}>
					{t(`indicator.${props.word}`, { limit: limit.text })}{' '}
					<Place file={limit.file} line={limit.line} />{' '}
					{limit.units !== undefined && (
						<small>{t('indicator.rule-units', { n: limit.units })}</small>
					)}
				</li>
			))}
		</>
	);
}

function RuleLines({ rule }: { rule: Rule }) {
	return (
		<li class="in-rule">
			<a href={href('rules', rule.id)}>{pick(rule.title)}</a>
			<ul>
				<Limits word="rule-critical" list={rule.critical} />
				<Limits word="rule-warning" list={rule.warning} />
				<Limits word="rule-clear" list={rule.clear} />
				<li>
					{rule.window && t('indicator.rule-window', { window: windowName(rule.window).toLowerCase() })}
					{rule.min_samples ? `, ${t('indicator.rule-samples', { n: rule.min_samples })}` : ''}
					{rule.alerts > 0 && (
						<>
							{', '}
							<a href={href('alerts', null, { rule: rule.id })}>
								{t('indicator.rule-alerts', { n: rule.alerts })}
							</a>
						</>
					)}
				</li>
			</ul>
		</li>
	);
}

export function Rules(props: { list: readonly Rule[] }) {
	return (
		<section class="in-box">
			<h2>{t('indicator.rules')}</h2>
			{props.list.length === 0 && <p class="in-note">{t('indicator.rules-none')}</p>}
			<ul class="in-rules">
				{props.list.map(rule => (
					<RuleLines key={rule.id} rule={rule} />
				))}
			</ul>
		</section>
	);
}

/* ---- the definition ---- */

const tests: Record<string, 'is-not' | 'above' | 'below' | 'is'> = {
	'!=': 'is-not',
	'>': 'above',
	'<': 'below',
	'=': 'is',
	'==': 'is',
};

function conditionWords(of: Definition): string {
	return (of.where ?? [])
		.map(({ field, test, values }) => {
			const known = tests[test];
			const list = values.map(String).join(' / ');

			return known
				? t(`indicator.test.${known}`, { field, values: list })
				: t('indicator.test.other', { field, test, values: list });
		})
		.join('; ');
}

const kinds = [
	'count',
	'sum',
	'mean',
	'min',
	'max',
	'last',
	'rate',
	'distinct',
	'quantile',
	'stock',
	'gauge',
	'ratio',
	'score',
	'progress',
	'behind',
	'change',
	'baseline',
	'units',
] as const;

function kindWords(of: Definition): string {
	const kind = kinds.find(one => one === of.kind) ?? 'unknown';

	return t(`indicator.kind.${kind}`, {
		event: of.event ?? '',
		field: of.field ?? '',
		seconds: number(of.per_s ?? null),
		share: percent(of.quantile ?? null),
		over: pick(of.parts?.[0]?.title),
		under: pick(of.parts?.[1]?.title),
		n: of.parts?.length ?? 0,
		goal: number(of.goal ?? null),
		begin: dayClock(of.begin),
		end: dayClock(of.end),
		weeks: of.weeks ?? 0,
		is: of.is ?? '',
		limit: number(of.limit ?? null),
	});
}

function Made(props: { of: Definition; unit: string }) {
	const { of } = props;
	const conditions = conditionWords(of);

	return (
		<>
			<p>
				{kindWords(of)} {conditions && t('indicator.define-only', { conditions })}
			</p>
			{of.parts && of.parts.length > 0 && (
				<>
					<p class="in-note">{t('indicator.define-parts')}:</p>
					<ul class="in-parts">
						{of.parts.map((part, i) => (
							<li key={`${i} ${part.id}`}>
								<a href={href('indicator', part.id, { unit: props.unit })}>{pick(part.title)}</a>
								{part.weight !== undefined && (
									<small> · {t('indicator.weight', { n: number(part.weight) })}</small>
								)}
								<Made of={part} unit={props.unit} />
							</li>
						))}
					</ul>
				</>
			)}
		</>
	);
}

export function Define(props: {
	of: Indicator;
	unit: string;
	made: Definition | null;
	feed: Words | undefined;
}) {
	const { of, made } = props;
	const measure = measureOf(of);

	return (
		<section class="in-box">
			<h2>{t('indicator.define')}</h2>
			{made ? <Made of={made} unit={props.unit} /> : <p class="in-note">{t('indicator.kind.unknown')}</p>}
			<p class="in-note">
				{t('indicator.define-id')} <code>{of.id}</code>
				{made?.file && (
					<>
						{' · '}
						{t('indicator.define-where')} <Place file={made.file} line={made.line} />
					</>
				)}
				{measure && ` · ${t('indicator.define-measure', { measure })}`}
				{props.feed && ` · ${t('indicator.define-feed', { feed: pick(props.feed) })}`}
			</p>
		</section>
	);
}
