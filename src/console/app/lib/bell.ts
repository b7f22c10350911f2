// SPDX-License-Identifier: Apache-2.0
// The alarm that is heard, on whatever page somebody is.  Browsers allow sound only after somebody
// has clicked or pressed a key: until then it is not armed, and the page has to say so.
import { effect, signal } from '@preact/signals';
import { alarming, judgeAlarm, QUIET_AT_FIRST, QUIET_MS, type AlarmState, type Silence } from './alarm';
import { alerts } from './alerts';
import { now } from './live';
import { wall } from './look';
import { remember, remembered } from './remember';

const HIGH_HZ = 988;
const LOW_HZ = 659;
const TONE_S = 0.22;
const TURNS = 3;
const LOUD = 0.3;

/* none: this browser has no sound. */
export const bell = signal<'none' | 'unarmed' | 'armed'>('unarmed');
export const silence = signal<Silence>(readSilence());
/* Something alarms that is not heard because somebody wants it so. */
export const isQuiet = signal(false);

let context: AudioContext | null = null;
let state: AlarmState = { ...QUIET_AT_FIRST, silence: silence.peek() };

function readSilence(): Silence {
	const [kind, ms] = (remembered('alarm') ?? 'on').split(' ');

	if (kind === 'until' && Number(ms) > 0)
		return { kind, ms: Number(ms) };
	return kind === 'next' || kind === 'off' ? { kind } : { kind: 'on' };
}

function writeSilence(value: Silence): void {
	remember('alarm', value.kind === 'until' ? `until ${value.ms}` : value.kind);
}

/* ---- sound ---- */

function note(audio: AudioContext, hz: number, from: number): void {
	const tone = audio.createOscillator();
	const loudness = audio.createGain();

	tone.type = 'triangle';
	tone.frequency.value = hz;
	/* Without a ramp it begins and ends with a click. */
	loudness.gain.setValueAtTime(0, from);
	loudness.gain.linearRampToValueAtTime(LOUD, from + 0.02);
	loudness.gain.setValueAtTime(LOUD, from + TONE_S - 0.04);
	loudness.gain.linearRampToValueAtTime(0, from + TONE_S);
	tone.connect(loudness).connect(audio.destination);
	tone.start(from);
	tone.stop(from + TONE_S);
}

/* High, low, three times over. */
function chime(): void {
	if (!context || context.state !== 'running')
		return;
	for (let i = 0; i < TURNS * 2; i++)
		note(context, i % 2 ? LOW_HZ : HIGH_HZ, context.currentTime + 0.05 + i * TONE_S);
}

function look(): void {
	if (context)
		bell.value = context.state === 'running' ? 'armed' : 'unarmed';
}

/* To be called from a click or a key. */
export async function armBell(): Promise<void> {
	try {
		context ??= new AudioContext();
		context.onstatechange = look;
		if (context.state !== 'running')
			await context.resume();
		look();
	} catch {
		bell.value = 'none';
	}
}

export async function tryBell(): Promise<void> {
	await armBell();
	chime();
}

/* ---- when ---- */

export function setSilence(kind: Silence['kind']): void {
	const value: Silence = kind === 'until' ? { kind, ms: now.peek() + QUIET_MS } : { kind };

	silence.value = value;
	state = { ...state, silence: value };
	writeSilence(value);
}

function turn(): void {
	const judged = judgeAlarm(state, alarming(alerts.value), now.value);
	const isHeard = bell.value === 'armed';

	/* What could not be heard is heard as soon as it can. */
	state = judged.sounds && !isHeard ? { ...judged.state, lastMs: -Infinity } : judged.state;
	isQuiet.value = judged.isQuiet;
	if (judged.state.silence.kind !== silence.peek().kind) {
		silence.value = judged.state.silence;
		writeSilence(judged.state.silence);
	}
	if (judged.sounds && isHeard)
		chime();
}

export function startBell(): void {
	if (typeof AudioContext === 'undefined')
		bell.value = 'none';
	effect(turn);
	/* Whatever somebody does on the page first arms it; the browser of a wall, where nobody does
	 * anything, may be set to allow it at once. */
	for (const name of ['click', 'keydown'])
		addEventListener(name, () => bell.peek() === 'unarmed' && void armBell(), { capture: true });
	if (bell.peek() === 'unarmed' && (wall.peek() || navigator.userActivation?.hasBeenActive))
		void armBell();
}
