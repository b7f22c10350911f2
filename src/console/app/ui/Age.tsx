// SPDX-License-Identifier: Apache-2.0
import { age, clock, dayClock, instant, moment, NONE } from '../lib/format';
import { now } from '../lib/live';
import { t } from '../lib/words';

type Time = number | string | null | undefined;

const msOf = (time: Time) => (typeof time === 'string' ? instant(time) : (time ?? null));

/* How long ago something was, counted on by the second: "3 phút"; ago: "3 phút trước". */
export function Age(props: { of: Time; ago?: boolean }) {
	const ms = msOf(props.of);

	if (ms === null)
		return <span>{NONE}</span>;
	const long = age(Math.max(0, now.value - ms));

	return (
		<time class="age" dateTime={new Date(ms).toISOString()} title={dayClock(ms)}>
			{props.ago ? t('common.ago', { age: long }) : long}
		</time>
	);
}

/* When something was: the hour if today, else the day as well. */
export function Moment(props: { of: Time }) {
	const ms = msOf(props.of);

	if (ms === null)
		return <span>{NONE}</span>;
	return (
		<time class="moment" dateTime={new Date(ms).toISOString()} title={dayClock(ms)}>
			{moment(ms, now.value)}
		</time>
	);
}

/* When what is shown was so: "Số liệu lúc 22:41:07, cách đây 12 giây"; lateMs: from when on this is
 * worth a colour. */
export function Stamp(props: { at: Time; lateMs?: number }) {
	const ms = msOf(props.at);

	if (ms === null)
		return <span class="stamp">{t('common.loading')}</span>;
	const old = Math.max(0, now.value - ms);
	const late = old > (props.lateMs ?? 60000);

	return (
		<span class={`stamp${late ? ' late' : ''}`}>
			{t('common.asOf', { clock: clock(ms) })}, {t('common.asOfAge', { age: age(old) })}
		</span>
	);
}
