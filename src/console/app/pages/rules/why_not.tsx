// SPDX-License-Identifier: Apache-2.0
// Why a rule has raised nothing at a unit, as it judges now.
import { useState } from 'preact/hooks';
import { get } from '../../lib/api';
import { number, percent } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t, tOr, type Both } from '../../lib/words';
import { ErrorNote, Quality, Stamp } from '../../ui';
import { LimitsAt } from './limits';
import type { Rule } from './model';
import { UnitPick } from './unit_pick';

interface Answer {
	at: string;
	judgement: string;
	stands: boolean;
	alert: { id: string } | string | null;
	percent: boolean;
	value: number | null;
	quality: string | null;
	provisional: boolean;
	samples: number;
	reasons: { code: string; text: Both }[];
}

function Value(props: { of: Answer }) {
	const { of } = props;

	if (of.quality === null)
		return null;
	return (
		<p>
			{t('rules.valueNow')}: <strong>{of.percent ? percent(of.value) : number(of.value, 2)}</strong>{' '}
			<Quality of={of.quality} /> {t('rules.sampleCount', { n: of.samples })}
			{of.provisional && `, ${t('rules.provisional')}`}
		</p>
	);
}

function Said(props: { of: Answer; rule: Rule; unit: string }) {
	const { of } = props;
	const alert = typeof of.alert === 'string' ? of.alert : of.alert?.id;

	return (
		<div class="ru-answer" role="status">
			<Stamp at={of.at} lateMs={120000} />
			<p>
				{t('rules.judgement')}:{' '}
				<strong>{tOr(`rules.judgement-${of.judgement}`, of.judgement)}</strong>
			</p>
			<Value of={of} />
			{of.stands && (
				<p>
					{t('rules.stands')}{' '}
					{alert && <a href={href('alerts', alert)}>{t('rules.standsOpen')}</a>}
				</p>
			)}
			<ul>
				{of.reasons.map((reason, i) => (
					<li key={i}>{pick(reason.text)}</li>
				))}
			</ul>
			<LimitsAt rule={props.rule} unit={props.unit} />
		</div>
	);
}

export function WhyNot(props: { rule: Rule }) {
	const [unit, setUnit] = useState('');
	const [answer, setAnswer] = useState<Answer | null>(null);
	const [error, setError] = useState<unknown>(null);

	async function ask(of: string) {
		setUnit(of);
		setAnswer(null);
		setError(null);
		if (!of)
			return;
		try {
			setAnswer(await get<Answer>('explain-not', { rule: props.rule.id, unit: of }));
		} catch (fault) {
			setError(fault);
		}
	}

	return (
		<section>
			<h3>{t('rules.whyNot')}</h3>
			<p class="ru-soft">{t('rules.whyNotHelp')}</p>
			<p>
				<UnitPick value={unit} empty={t('rules.chooseUnit')} onPick={ask} />{' '}
				<button type="button" disabled={!unit} onClick={() => ask(unit)}>
					{t('rules.whyNotAsk')}
				</button>
			</p>
			<ErrorNote error={error} />
			{answer && <Said of={answer} rule={props.rule} unit={unit} />}
		</section>
	);
}
