// SPDX-License-Identifier: Apache-2.0
// Figures as people read them.
import { NONE, number, percent } from '../../lib/format';
import { pick, t, tOr } from '../../lib/words';
import type { Indicator } from './model';

const DIGITS_MAX = 3;

type Shown = Pick<Indicator, 'percent' | 'measure'>;

function digitsOf(value: number): number {
	const size = Math.abs(value);

	return size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
}

function plain(of: Shown, value: number, more: number): string {
	return of.percent ? percent(value, 1 + more) : number(value, digitsOf(value) + more);
}

/* Without its measure.  beside: what it is compared with: 99.97 % must not read as the 100 % that it
 * misses. */
export function bare(of: Shown, value: number | null, beside: number | null = null): string {
	if (value === null)
		return NONE;
	let text = plain(of, value, 0);

	for (let more = 1; beside !== null && beside !== value && more <= DIGITS_MAX; more++) {
		if (text !== plain(of, beside, more - 1))
			break;
		text = plain(of, value, more);
	}
	return text;
}

/* What stands behind the number: nothing for percents, whose sign is part of it. */
export function measureOf(of: Shown): string {
	return of.percent ? '' : pick(of.measure);
}

export function figure(of: Shown, value: number | null, beside: number | null = null): string {
	const measure = measureOf(of);

	return value === null || !measure ? bare(of, value, beside) : `${bare(of, value, beside)} ${measure}`;
}

/* "5m" -> "5 phút qua"; "month" -> "Tháng này". */
export function windowName(window: string): string {
	const found = /^(\d+)([mhd])$/.exec(window);

	if (!found)
		return tOr(`indicator.window.${window}`, window);
	const n = found[1] ?? '';

	if (found[2] === 'm')
		return t('indicator.window.minutes', { n });
	return found[2] === 'h' ? t('indicator.window.hours', { n }) : t('indicator.window.days', { n });
}
