// SPDX-License-Identifier: Apache-2.0
// Until when: a while, the end of the shift, or a time.
import { useState } from 'preact/hooks';
import { clock, offset } from '../../lib/format';
import { now } from '../../lib/live';
import { remember, remembered } from '../../lib/remember';
import { t } from '../../lib/words';
import { nextOf, readTimes, USUAL_SHIFTS } from './shift';

export type UntilValue =
	| { kind: 'half' }
	| { kind: 'two' }
	| { kind: 'shift' }
	| { kind: 'custom'; text: string }; /* as a date field has it, in the server's time */

const MIN_MS = 60_000;

function shifts(): string {
	return remembered('shifts') ?? USUAL_SHIFTS;
}

function shiftEnd(): number | null {
	return nextOf(readTimes(shifts()), now.peek(), offset.peek());
}

/* null: it is no time, or not ahead. */
export function untilMsOf(value: UntilValue): number | null {
	switch (value.kind) {
	case 'half':
		return now.peek() + 30 * MIN_MS;
	case 'two':
		return now.peek() + 120 * MIN_MS;
	case 'shift':
		return shiftEnd();
	case 'custom': {
		const ms = Date.parse(`${value.text}Z`) - offset.peek() * MIN_MS;

		return ms > now.peek() ? ms : null;
	}
	}
}

/* A time as a date field wants it. */
function fieldText(ms: number): string {
	return new Date(ms + offset.peek() * MIN_MS).toISOString().slice(0, 16);
}

function Shifts(props: { onChange: () => void }) {
	const [text, setText] = useState(shifts());

	return (
		<label class="al-field small">
			<span>{t('alerts.shiftEnds')}</span>
			<input
				type="text"
				value={text}
				onInput={event => {
					setText(event.currentTarget.value);
					remember('shifts', event.currentTarget.value);
					props.onChange();
				}}
			/>
		</label>
	);
}

export function Until(props: { value: UntilValue; onChange: (value: UntilValue) => void }) {
	const { value, onChange } = props;
	const end = shiftEnd();
	const choices: [UntilValue, string][] = [
		[{ kind: 'half' }, t('alerts.shelve30')],
		[{ kind: 'two' }, t('alerts.shelve120')],
		[{ kind: 'shift' }, t('alerts.shelveShift', { clock: end === null ? '?' : clock(end).slice(0, 5) })],
		[{ kind: 'custom', text: fieldText(now.peek() + 60 * MIN_MS) }, t('alerts.shelveCustom')],
	];

	return (
		<fieldset class="al-until">
			<legend>{t('alerts.shelveUntil')}</legend>
			{choices.map(([choice, words]) => (
				<label key={choice.kind} class="al-check">
					<input
						type="radio"
						name="until"
						checked={value.kind === choice.kind}
						onChange={() => onChange(choice)}
					/>
					{words}
				</label>
			))}
			{value.kind === 'shift' && <Shifts onChange={() => onChange({ kind: 'shift' })} />}
			{value.kind === 'custom' && (
				<label class="al-field small">
					<span>{t('alerts.shelveTime')}</span>
					<input
						type="datetime-local"
						value={value.text}
						onInput={event => onChange({ kind: 'custom', text: event.currentTarget.value })}
					/>
				</label>
			)}
		</fieldset>
	);
}
