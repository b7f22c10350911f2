// SPDX-License-Identifier: Apache-2.0
// The choice of what the sheet is about, and the sheet.
import { useState } from 'preact/hooks';
import { clock, offset } from '../../lib/format';
import { useKeys } from '../../lib/keys';
import { now } from '../../lib/live';
import { usePoll } from '../../lib/poll';
import { replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { ErrorNote, Loading, Stamp } from '../../ui';
import { UnitPick } from '../rules/unit_pick';
import { isPresent, rfc3339, shiftStart, SHIFTS_BACK, sinceOf, type PastSheet } from './model';
import { sayMoment } from './say';
import { Sheet } from './sheet';

const HOURS = [4, 8, 12, 24] as const;
const HOUR_MS = 3600000;
const SHEET_MS = 60000;

const minuteOf = (ms: number) => clock(ms).slice(0, 5);

/* "past1": the shift before this one, and so on; 0: a span that goes up to now. */
function shiftsBack(span: string): number {
	const n = Number(/^past(\d)$/.exec(span)?.[1] ?? 0);

	return n <= SHIFTS_BACK ? n : 0;
}

/* When the span begins; null: what was chosen is no time. */
function sinceMs(span: string, own: string, nowMs: number): number | null {
	const hours = Number(span);
	const back = shiftsBack(span);

	if (back > 0)
		return shiftStart(nowMs, offset.value, back);
	if (span === 'own')
		return sinceOf(own, offset.value, nowMs);
	if (span === 'before')
		return shiftStart(nowMs, offset.value, 1);
	return hours > 0 ? nowMs - hours * HOUR_MS : shiftStart(nowMs, offset.value);
}

function set(name: string, value: string): void {
	replace('shift', null, { ...route.value.query, [name]: value });
}

function Span(props: { span: string; own: string; nowMs: number }) {
	return (
		<>
			<label>
				{t('shift.span')}{' '}
				<select value={props.span} onChange={event => set('span', event.currentTarget.value)}>
					<option value="">
						{t('shift.spanShift', { time: minuteOf(shiftStart(props.nowMs, offset.value)) })}
					</option>
					<option value="before">
						{t('shift.spanBefore', { time: minuteOf(shiftStart(props.nowMs, offset.value, 1)) })}
					</option>
					{HOURS.map(n => (
						<option key={n} value={n}>
							{t('shift.spanHours', { n })}
						</option>
					))}
					{Array.from({ length: SHIFTS_BACK }, (_, i) => (
						<option key={i} value={`past${i + 1}`}>
							{t('shift.spanPast', {
								from: sayMoment(shiftStart(props.nowMs, offset.value, i + 1), props.nowMs),
								to: minuteOf(shiftStart(props.nowMs, offset.value, i)),
							})}
						</option>
					))}
					<option value="own">{t('shift.spanOwn')}</option>
				</select>
			</label>
			{props.span === 'own' && (
				<input
					type="datetime-local"
					aria-label={t('shift.span')}
					value={props.own}
					onChange={event => set('since', event.currentTarget.value)}
				/>
			)}
		</>
	);
}

export function SheetView() {
	const { span = '', since = '', unit = '' } = route.value.query;
	/* What "now" is stays as it was until the sheet is made anew: else it would be read each second. */
	const [nowMs, setNowMs] = useState(() => now.peek());
	const from = sinceMs(span, since, nowMs);
	const back = shiftsBack(span);
	const until = back > 0 ? rfc3339(shiftStart(nowMs, offset.value, back - 1), offset.value) : null;
	const sheet = usePoll<PastSheet>(
		from === null ? null : 'handover',
		{ since: rfc3339(from ?? 0, offset.value), until, unit },
		SHEET_MS,
	);

	function refresh() {
		setNowMs(now.peek());
		sheet.reload();
	}

	useKeys([{ keys: 'p', words: 'shift.keyPrint', run: () => print() }]);
	return (
		<>
			<div class="sh-choose" role="group" aria-label={t('shift.sheet')}>
				<Span span={span} own={since} nowMs={nowMs} />
				<label>
					{t('shift.unit')}{' '}
					<UnitPick value={unit} empty={t('shift.allUnits')} onPick={value => set('unit', value)} />
				</label>
				<button type="button" onClick={refresh}>
					{t('shift.refresh')}
				</button>
				<button type="button" class="main" disabled={!sheet.data} onClick={() => print()}>
					{t('shift.print')}
				</button>
				{sheet.data && isPresent(sheet.data) && <Stamp at={sheet.data.until} lateMs={180000} />}
			</div>
			{from === null && <p class="note">{t('shift.spanBad')}</p>}
			<ErrorNote error={sheet.error} retry={sheet.reload} old={sheet.data !== null} />
			{sheet.loading && from !== null && <Loading />}
			{sheet.data && <Sheet of={sheet.data} />}
		</>
	);
}
