// SPDX-License-Identifier: Apache-2.0
// Says whether the alarm would be heard, and lets somebody turn it down.
import { armBell, bell, isQuiet, setSilence, silence, tryBell } from '../../lib/bell';
import { clock } from '../../lib/format';
import { t } from '../../lib/words';

/* A bell, struck out while it is silent. */
function Bell(props: { off?: boolean }) {
	return (
		<svg class="al-bell" viewBox="0 0 16 16" aria-hidden="true">
			<path d="M8 1.5a4 4 0 0 0-4 4V9L2.5 11.5h11L12 9V5.5a4 4 0 0 0-4-4Z" />
			<path d="M6.5 13a1.5 1.5 0 0 0 3 0Z" />
			{props.off && <path class="al-bell-off" d="M2 2 14 14" />}
		</svg>
	);
}

function soundWords(): string {
	const value = silence.value;

	switch (value.kind) {
	case 'on':
		return t('alerts.soundOn');
	case 'until':
		return t('alerts.soundUntil', { clock: clock(value.ms) });
	case 'next':
		return t('alerts.soundNext');
	case 'off':
		return t('alerts.soundOff');
	}
}

/* The menu closes when something was chosen. */
function putAway(event: MouseEvent): void {
	const isChoice = (event.target as Element).closest('button');

	if (isChoice)
		isChoice.closest('details')!.open = false;
}

function Choices() {
	return (
		<div class="al-sound-menu" onClick={putAway}>
			<p>{t('alerts.soundHint')}</p>
			{silence.value.kind !== 'on' && (
				<button type="button" onClick={() => setSilence('on')}>
					{t('alerts.soundAgain')}
				</button>
			)}
			<button type="button" onClick={() => setSilence('until')}>
				{t('alerts.soundFor5')}
			</button>
			<button type="button" onClick={() => setSilence('next')}>
				{t('alerts.soundForNext')}
			</button>
			<button type="button" onClick={() => setSilence('off')}>
				{t('alerts.soundForEver')}
			</button>
			<button type="button" onClick={() => void tryBell()}>
				{t('alerts.soundTry')}
			</button>
		</div>
	);
}

export function Sound() {
	if (bell.value === 'none')
		return <span class="al-sound off">{t('alerts.soundNone')}</span>;
	if (bell.value === 'unarmed' && silence.value.kind !== 'off')
		return (
			<button
				type="button"
				class="al-sound unarmed"
				title={t('alerts.soundArmHint')}
				onClick={() => void armBell()}
			>
				<Bell off /> {t('alerts.soundArm')}
			</button>
		);

	const isOn = silence.value.kind === 'on';

	return (
		<details class={`al-sound ${isOn ? 'on' : 'off'} ${isQuiet.value ? 'quiet' : ''}`}>
			<summary>
				<Bell off={!isOn} /> {soundWords()}
			</summary>
			<Choices />
		</details>
	);
}
