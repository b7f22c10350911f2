// SPDX-License-Identifier: Apache-2.0
// A rule in words.
import { number } from '../../lib/format';
import { pick, t, tOr, type Both } from '../../lib/words';
import type { Condition, Rule, Suppression } from './model';

export interface Named {
	id: string;
	title: Both;
}

export type Titles = ReadonlyMap<string, Both>;

const LENGTH = /^(\d+)(s|m|h|d)$/;
const LENGTH_S: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 };

/* "15m" is 15 minutes; others have a name. */
export function sayWindow(window: string): string {
	const found = LENGTH.exec(window);

	return found
		? t('rules.windowOf', { age: saySeconds(Number(found[1]) * LENGTH_S[found[2]!]!) })
		: tOr(`rules.window-${window}`, window);
}

/* To the second, other than an age: a limit of 90 s is not one of a minute. */
export function saySeconds(seconds: number): string {
	const whole = Math.floor(seconds / 60);
	const parts = [
		{ words: 'common.days', n: Math.floor(whole / 1440) },
		{ words: 'common.hours', n: Math.floor(whole / 60) % 24 },
		{ words: 'common.minutes', n: whole % 60 },
		{ words: 'common.seconds', n: seconds - whole * 60 },
	] as const;
	const said = parts.filter(part => part.n > 0).map(part => t(part.words, { n: number(part.n, 3) }));

	return said.join(' ') || t('common.seconds', { n: 0 });
}

export function sayKind(kind: string): string {
	return tOr(`rules.kind-${kind}`, kind);
}

export function sayCondition(condition: Condition): string {
	return `${condition.field} ${condition.test} ${condition.values.map(String).join(', ')}`;
}

/* What it looks at, by its title if that is known. */
export function sayLookedAt(rule: Rule, titles: Titles): string {
	const id = rule.indicator ?? rule.event ?? rule.sequence ?? rule.deadline ?? rule.own ?? rule.feed;

	return pick(titles.get(id ?? '')) || (id ?? rule.id);
}

export function sayWatched(rule: Rule, titles: Titles): string {
	const seconds = rule.within_s;

	return tOr(`rules.watch-${rule.kind}`, rule.kind, {
		what: sayLookedAt(rule, titles),
		each: rule.each ?? '',
		window: seconds === undefined ? sayWindow(rule.window ?? '') : saySeconds(seconds),
	});
}

export function saySuppression(kind: string): string {
	return tOr(`rules.${kind}`, kind);
}

export function sayScope(one: Suppression): string {
	const unit = one.unit ? pick(one.unit.name) || one.unit.id : t('rules.everyUnit');

	return one.subject ? `${unit}, ${one.subject}` : unit;
}

const PART = /(\d+)(d|h|m|s)/g;

/* "1m 30s", as iocd writes how long something is. */
export function sayDuration(text: string): string {
	let seconds = 0;
	const rest = text.replace(PART, (_, n, unit) => {
		seconds += Number(n) * LENGTH_S[unit]!;
		return '';
	});

	return rest.trim() === '' && text !== '' ? saySeconds(seconds) : text;
}

function saySeverities(text: string): string {
	const of = (word: string) =>
		word === 'critical' || word === 'warning' ? t(`common.${word}`) : t('rules.notTold');
	const both = /^due-soon (\w+), overdue (\w+)$/.exec(text);

	return both
		? `${t('rules.dueSoon')}: ${of(both[1]!)}, ${t('rules.overdue')}: ${of(both[2]!)}`
		: of(text);
}

function sayChatter(text: string): string {
	const found = /^(\d+) in (.+)$/.exec(text);

	return found ? t('rules.chatterOf', { n: found[1]!, age: sayDuration(found[2]!) }) : t('common.no');
}

/* What an attribute of a rule was or will be; the names are those of the comparison of rules. */
export function sayAttribute(name: string, text: string): string {
	if (text === '')
		return t('rules.nothing');
	switch (name) {
	case 'kind':
		return sayKind(text);
	case 'window':
		return sayWindow(text);
	case 'severity':
		return saySeverities(text);
	case 'hold':
	case 'fade':
	case 'repeat':
		return sayDuration(text);
	case 'escalate':
		return text.split(', ').map(sayDuration).join(', ');
	case 'latch':
		return t(text === 'yes' ? 'common.yes' : 'common.no');
	case 'chatter':
		return sayChatter(text);
	default:
		return text;
	}
}
