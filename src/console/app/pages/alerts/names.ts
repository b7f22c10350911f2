// SPDX-License-Identifier: Apache-2.0
// Names and figures of alerts as people read them.
import type { Alert, Suppression } from '../../lib/alert_book';
import { age, moment, number, percent } from '../../lib/format';
import { now } from '../../lib/live';
import { pick, t, type Key } from '../../lib/words';
import type { Verb } from './orders';

const suppressions: Record<string, Key> = {
	shelved: 'alerts.shelved',
	maintenance: 'alerts.maintenance',
	inhibited: 'alerts.inhibited',
	'out-of-service': 'alerts.outOfService',
	chatter: 'alerts.chatter',
	'at-origin': 'alerts.atOrigin',
	backlog: 'alerts.backlog',
};

const news: Record<string, Key> = {
	raised: 'alerts.newsRaised',
	changed: 'alerts.newsChanged',
	cleared: 'alerts.newsCleared',
	normal: 'alerts.newsNormal',
	uncertain: 'alerts.newsUncertain',
	certain: 'alerts.newsCertain',
	acknowledged: 'alerts.newsAcknowledged',
	unacknowledged: 'alerts.newsUnacknowledged',
	assigned: 'alerts.newsAssigned',
	commented: 'alerts.newsCommented',
	suppressed: 'alerts.newsSuppressed',
	released: 'alerts.newsReleased',
	announced: 'alerts.newsAnnounced',
	escalated: 'alerts.newsEscalated',
	repeated: 'alerts.newsRepeated',
	forgotten: 'alerts.newsForgotten',
};

const conditions: Record<string, Key> = {
	raised: 'alerts.stateRaised',
	fading: 'alerts.stateFading',
	pending: 'alerts.statePending',
	latched: 'alerts.stateLatched',
	cleared: 'alerts.stateCleared',
	uncertain: 'alerts.stateUncertain',
};

/* What iocd itself writes beside what it did: all notes that src/alert knows. */
export const ownNotes: Record<string, Key> = {
	'there is no room for it any more': 'alerts.noteNoRoom',
	'what it follows from is over': 'alerts.noteCauseOver',
	expired: 'alerts.noteExpired',
	'nobody has acknowledged it': 'alerts.noteNobody',
	'chatters no more': 'alerts.noteCalm',
	chatters: 'alerts.noteChatters',
	'rule changed': 'alerts.noteRuleChanged',
	'its site has caught up': 'alerts.noteCaughtUp',
	'it is over at its site': 'alerts.noteOverThere',
	'its twin is not told any more': 'alerts.noteTwin',
	'it has ended': 'alerts.noteEnded',
	'its site is lost': 'alerts.noteSiteLost',
	'its site is heard again': 'alerts.noteSiteHeard',
	'its unit became one with another': 'alerts.noteMerged',
	'the rule is gone': 'alerts.noteRuleGone',
	'the rule is of another kind': 'alerts.noteRuleKind',
	'the rule looks at something else': 'alerts.noteRuleElse',
	'the rule does not apply to the unit any more': 'alerts.noteRuleNotHere',
};

export const verbWords: Record<Verb, Key> = {
	acknowledge: 'alerts.acknowledge',
	unacknowledge: 'alerts.unacknowledge',
	assign: 'alerts.assign',
	comment: 'alerts.comment',
	shelve: 'alerts.shelve',
	unshelve: 'alerts.unshelve',
	reset: 'alerts.reset',
};

export const doneWords: Record<Verb, Key> = {
	acknowledge: 'alerts.didAcknowledge',
	unacknowledge: 'alerts.didUnacknowledge',
	assign: 'alerts.didAssign',
	comment: 'alerts.didComment',
	shelve: 'alerts.didShelve',
	unshelve: 'alerts.didUnshelve',
	reset: 'alerts.didReset',
};

const windows: Record<string, Key> = {
	today: 'alerts.windowToday',
	week: 'alerts.windowWeek',
	month: 'alerts.windowMonth',
	year: 'alerts.windowYear',
};

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function wordOf(table: Record<string, Key>, name: string): string {
	const key = Object.hasOwn(table, name) ? table[name] : undefined;

	return key ? t(key) : name;
}

export const newsWord = (name: string) => wordOf(news, name);
export const conditionWord = (name: string) => wordOf(conditions, name);
export const noteWords = (note: string) => wordOf(ownNotes, note);
export const suppressionWord = (kind: string) => wordOf(suppressions, kind);

/* "15m" as "15 phút". */
export function windowWords(window: string): string {
	const found = /^(\d+)([smhd])$/.exec(window);

	return found ? age(Number(found[1]) * UNIT_MS[found[2]!]!) : wordOf(windows, window);
}

/* The hour, and the day if it is another one; changes at midnight only. */
export function at(time: string | null): string {
	return moment(time, now.peek());
}

export function suppressionWords(one: Suppression): string {
	const until = one.until ? ` ${t('alerts.until', { clock: at(one.until) })}` : '';
	const by = one.by && one.kind !== 'inhibited' ? ` (${one.by})` : '';

	return suppressionWord(one.kind) + until + by;
}

export function titleOf(alert: Alert): string {
	const title = pick(alert.rule.title) || alert.rule.id;
	const subject = alert.origin ? alert.origin.subject : alert.subject;

	return subject ? `${title}: ${subject}` : title;
}

export function unitOf(alert: Alert): string {
	return pick(alert.unit.name) || alert.unit.id;
}

export function onOne(alert: Alert): string {
	return t('alerts.onOne', { title: titleOf(alert), unit: unitOf(alert) });
}

/* A figure that has a threshold in percent is a ratio. */
export function isRatio(alert: Alert): boolean {
	return Boolean(alert.threshold?.text.includes('%'));
}

export function valueOf(alert: Alert): string {
	if (alert.value === null)
		return alert.due ? t('alerts.due', { clock: at(alert.due) }) : '';
	if (alert.rule.kind === 'deadline')
		return t('alerts.records', { n: number(alert.value, 0) });
	return isRatio(alert) ? percent(alert.value) : number(alert.value);
}

/* The site that told of a mirrored alert. */
export function siteOf(alert: Alert): string {
	const { origin } = alert;

	return origin ? pick(origin.site.name) || origin.site.sender : '';
}

export function handlingWords(alert: Alert): string {
	switch (alert.handling) {
	case 'unacknowledged':
		return t('alerts.unacknowledged');
	case 'cleared-unacknowledged':
		return t('alerts.cleared');
	case 'acknowledged': {
		const { by, at: time, until } = alert.acknowledged ?? { by: '?', at: null, until: null };
		const words = t('alerts.acknowledgedBy', { by, clock: at(time) });

		return until ? `${words}, ${t('alerts.acknowledgedUntil', { clock: at(until) })}` : words;
	}
	default:
		return '';
	}
}
