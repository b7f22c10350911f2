// SPDX-License-Identifier: Apache-2.0
// Of one alert: what happened when, who did it, who was told, which events there were.
import { number, percent } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Moment } from '../../ui';
import type { Explanation, Step } from './explanation';
import { at, newsWord, noteWords } from './names';

function StepLine(props: { step: Step; percent: boolean }) {
	const { step } = props;
	const value = props.percent ? percent(step.value) : number(step.value);

	return (
		<li class={`al-step ${step.news} ${step.severity}`}>
			<Moment of={step.time} />
			<span>
				<b>{newsWord(step.news)}</b>
				{step.value !== null && step.news !== 'commented' && ` (${value})`}
				{' – '}
				{step.by ?? t('alerts.bySystem')}
				{step.note && <q>{noteWords(step.note)}</q>}
				{step.tells.length > 0 && (
					<span class="soft">
						{' '}
						{t('alerts.toldTo')}: {step.tells.join(', ')}
					</span>
				)}
			</span>
		</li>
	);
}

export function Timeline(props: { of: Explanation }) {
	const steps = [...props.of.timeline].sort((a, b) => b.number - a.number);

	if (steps.length === 0)
		return <p class="soft">{t('alerts.timelineNone')}</p>;
	return (
		<ol class="al-steps">
			{steps.map(step => (
				<StepLine key={step.number} step={step} percent={props.of.now?.percent ?? false} />
			))}
		</ol>
	);
}

export function Receivers(props: { of: Explanation }) {
	const { receivers } = props.of;

	if (receivers.length === 0)
		return <p class="soft">{t('alerts.receiversNone')}</p>;
	return (
		<ul class="al-plain">
			{receivers.map(one => (
				<li key={one.id}>
					<b>{pick(one.title) || one.id}</b>:{' '}
					{one.told
						? t('alerts.told', { clock: at(one.at) })
						: t('alerts.notTold', { why: pick(one.text) })}
				</li>
			))}
		</ul>
	);
}

function pretty(payload: string): string {
	try {
		return JSON.stringify(JSON.parse(payload), null, 2);
	} catch {
		return payload;
	}
}

function whenOf(payload: string): string | null {
	try {
		const time: unknown = JSON.parse(payload).time;

		return typeof time === 'string' ? time : null;
	} catch {
		return null;
	}
}

export function Events(props: { of: Explanation }) {
	const { events } = props.of;

	if (events.length === 0)
		return <p class="soft">{t('alerts.eventsNone')}</p>;
	return (
		<>
			<p class="al-small">{t('alerts.eventsCount', { n: events.length })}</p>
			{events.map(event => (
				<details key={event.position} class="al-event">
					<summary>
						<Moment of={whenOf(event.payload)} /> <code>{event.topic}</code>
					</summary>
					<pre>{pretty(event.payload)}</pre>
				</details>
			))}
		</>
	);
}
