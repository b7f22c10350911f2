// SPDX-License-Identifier: Apache-2.0
/*
 * When the alarm is to be heard.  Pure: lib/bell.ts makes the sound.
 *
 * A critical alert that needs somebody is heard when it comes, and every minute for as long as
 * there is one.  An exercise is not heard: nobody shall learn to ignore the sound.
 */
import { needsPerson, type Row } from './alert_book';

export const REPEAT_MS = 60_000;
export const QUIET_MS = 300_000;

/* on; quiet until a time; quiet about those that were there; off. */
export type Silence =
	| { kind: 'on' }
	| { kind: 'until'; ms: number }
	| { kind: 'next' }
	| { kind: 'off' };

export interface AlarmState {
	silence: Silence;
	heard: ReadonlySet<string>; /* ids: raised anew, an alert has another */
	lastMs: number; /* when it was heard last */
}

export const QUIET_AT_FIRST: AlarmState = {
	silence: { kind: 'on' },
	heard: new Set(),
	lastMs: -Infinity,
};

export function isAlarming(row: Row): boolean {
	return row.alert.severity === 'critical' && needsPerson(row.alert) && !row.alert.drill;
}

/* Rows are sorted, critical ones that need somebody first. */
export function alarming(rows: readonly Row[]): Row[] {
	const found: Row[] = [];

	for (const row of rows) {
		if (row.rank > 0)
			break;
		if (isAlarming(row))
			found.push(row);
	}
	return found;
}

export interface Judged {
	state: AlarmState;
	sounds: boolean;
	isQuiet: boolean; /* something alarms, and is not heard because somebody wants it so */
}

function wakes(silence: Silence, nowMs: number, isNew: boolean): boolean {
	switch (silence.kind) {
	case 'on':
		return true;
	case 'until':
		return nowMs >= silence.ms;
	case 'next':
		return isNew;
	case 'off':
		return false;
	}
}

export function judgeAlarm(state: AlarmState, rows: readonly Row[], nowMs: number): Judged {
	const ids = new Set(rows.map((row) => row.alert.id));
	const isNew = [...ids].some((id) => !state.heard.has(id));
	const isAwake = wakes(state.silence, nowMs, isNew);
	const isTime = isNew || nowMs - state.lastMs >= REPEAT_MS;
	const sounds = ids.size > 0 && isAwake && isTime;
	const hasEnded = state.silence.kind !== 'off' && isAwake;

	return {
		state: {
			silence: hasEnded ? { kind: 'on' } : state.silence,
			heard: ids,
			lastMs: sounds ? nowMs : state.lastMs,
		},
		sounds,
		isQuiet: ids.size > 0 && !isAwake,
	};
}
