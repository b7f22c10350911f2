// SPDX-License-Identifier: Apache-2.0
import { age, moment } from '../lib/format';
import { instant } from '../lib/format';
import { beat, now, stale, type Part } from '../lib/live';
import { t, tOr } from '../lib/words';
import { Light } from '../ui/Light';
import { Panel } from '../ui/Panel';

function Since(props: { of: Part }) {
	const ms = instant(props.of.since);

	if (!ms)
		return null;
	return (
		<p>{t('shell.since', { time: moment(ms, now.value), age: age(now.value - ms) })}</p>
	);
}

function PartRow(props: { of: Part }) {
	const part = props.of;
	const name = part.name;

	return (
		<li class={`part ${part.light}`}>
			<h3>
				<Light of={part.light} short /> {tOr(`health.${name}`, name)}
			</h3>
			<p>{tOr(`health.${name}Means`, t('health.otherMeans'))}</p>
			<Since of={part} />
			<p>
				<b>{t('shell.whatToDo')}:</b> {tOr(`health.${name}Do`, t('health.otherDo'))}
			</p>
			{(part.detail || part.state) && (
				<details>
					<summary>{t('shell.detail')}</summary>
					<code lang="en">{[part.state, part.detail].filter(Boolean).join(': ')}</code>
				</details>
			)}
		</li>
	);
}

function Parts() {
	const told = beat.value;

	if (stale.value || !told)
		return <p>{t('shell.healthBlind')}</p>;
	return (
		<>
			{!told.ready && <p class="note">{t('shell.notReady')}</p>}
			{told.parts.length === 0 && told.light === 'green' && <p>{t('shell.healthAll')}</p>}
			<ul class="parts">
				{told.parts.map(part => (
					<PartRow key={`${part.name} ${part.unit ?? ''}`} of={part} />
				))}
			</ul>
		</>
	);
}

/* Each part of iocd that is not well: what it means, since when, what to do. */
export function HealthPanel(props: { onClose: () => void }) {
	return (
		<Panel title={t('shell.health')} onClose={props.onClose}>
			<Parts />
		</Panel>
	);
}
