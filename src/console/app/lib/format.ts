// SPDX-License-Identifier: Apache-2.0
// Numbers and times as the reader's language writes them.  Times are of the server's offset, not of
// this computer's: all who look at a wall and talk on the telephone say the same hour.
import { signal } from '@preact/signals';
import { lang, t } from './words';

export const NONE = '–';

const locales = { vi: 'vi-VN', en: 'en-GB' } as const;
const formats = new Map<string, Intl.NumberFormat>();

/* Minutes east of UTC, from the server's own times. */
export const offset = signal<number>(7 * 60);

function formatOf(digits: number): Intl.NumberFormat {
	const key = `${lang.value}/${digits}`;
	let format = formats.get(key);

	if (!format) {
		format = new Intl.NumberFormat(locales[lang.value], { maximumFractionDigits: digits });
		formats.set(key, format);
	}
	return format;
}

/* digits: at most so many after the comma. */
export function number(value: number | null | undefined, digits = 1): string {
	return value === null || value === undefined || !Number.isFinite(value)
		? NONE
		: formatOf(digits).format(value);
}

/* ratio: 1 is 100 %. */
export function percent(ratio: number | null | undefined, digits = 1): string {
	return ratio === null || ratio === undefined || !Number.isFinite(ratio)
		? NONE
		: `${formatOf(digits).format(ratio * 100)}${lang.value === 'vi' ? '%' : ' %'}`;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(n: number | null | undefined): string {
	if (n === null || n === undefined)
		return NONE;
	let i = 0;

	for (; n >= 1024 && i < byteUnits.length - 1; i++)
		n /= 1024;
	return `${number(n, i ? 1 : 0)} ${byteUnits[i]}`;
}

/* The instant of a time that iocd wrote (RFC 3339), in ms. */
export function instant(text: string | null | undefined): number | null {
	const ms = text ? Date.parse(text) : NaN;

	return Number.isNaN(ms) ? null : ms;
}

/* Learns the server's offset from one of its times. */
export function noteOffset(text: string): void {
	const found = /([+-])(\d\d):(\d\d)$/.exec(text);

	if (found)
		offset.value = (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
	else if (text.endsWith('Z'))
		offset.value = 0;
}

function local(ms: number): string {
	return new Date(ms + offset.value * 60000).toISOString();
}

type Time = number | string | null | undefined;

function msOf(time: Time): number | null {
	return typeof time === 'string' ? instant(time) : (time ?? null);
}

/* 22:41:07 */
export function clock(time: Time): string {
	const ms = msOf(time);

	return ms === null ? NONE : local(ms).slice(11, 19);
}

/* 22/11/2026; 2026-11-22 */
export function day(time: Time): string {
	const ms = msOf(time);

	if (ms === null)
		return NONE;
	const [year, month, date] = local(ms).slice(0, 10).split('-');

	return lang.value === 'vi' ? `${date}/${month}/${year}` : `${year}-${month}-${date}`;
}

/* 22:41:07 22/11/2026; 2026-11-22 22:41:07 */
export function dayClock(time: Time): string {
	if (msOf(time) === null)
		return NONE;
	return lang.value === 'vi' ? `${clock(time)} ${day(time)}` : `${day(time)} ${clock(time)}`;
}

/* The hour if it was today, else the day as well. */
export function moment(time: Time, nowMs: number): string {
	const ms = msOf(time);

	if (ms === null)
		return NONE;
	return local(ms).slice(0, 10) === local(nowMs).slice(0, 10) ? clock(ms) : dayClock(ms);
}

/* How long: "3 phút", "2 giờ 5 phút". */
export function age(ms: number | null | undefined): string {
	if (ms === null || ms === undefined || !Number.isFinite(ms))
		return NONE;
	const s = Math.max(0, Math.floor(ms / 1000));
	const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];

	if (d > 0)
		return t('common.days', { n: d }) + (h ? ' ' + t('common.hours', { n: h }) : '');
	if (h > 0)
		return t('common.hours', { n: h }) + (m ? ' ' + t('common.minutes', { n: m }) : '');
	return m > 0 ? t('common.minutes', { n: m }) : t('common.seconds', { n: s });
}
