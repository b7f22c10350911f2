// SPDX-License-Identifier: Apache-2.0
// The alerts: what needs somebody, now.
import './alerts.css';
import './list.css';
import './forms.css';
import './fit.css';
import { useEffect } from 'preact/hooks';
import { useKeys, type Binding } from '../../lib/keys';
import { stale } from '../../lib/live';
import { wall } from '../../lib/look';
import { usePoll } from '../../lib/poll';
import { route } from '../../lib/router';
import { can, session } from '../../lib/session';
import { t } from '../../lib/words';
import { Announcer } from './announce';
import { BulkBar } from './bulk';
import { AskingDialog } from './dialogs';
import { EmptyList } from './empty';
import { ExplainPanel } from './explain';
import { Filters, Hidden, ReadingNote, Tally } from './filters';
import { FloodNote } from './floodnote';
import { giveOne } from './give';
import { AlertList, focusList } from './list';
import { Notices } from './notices';
import type { Verb } from './orders';
import { Sound } from './sound';
import {
	ask,
	cursorEntry,
	cursorRow,
	entries,
	moveCursor,
	openEntry,
	pick,
	pickedRows,
	units,
	type UnitInfo,
} from './state';
import { WallList } from './wall';

const UNITS_MS = 120_000;

/* On what is picked, else on the alert that has the cursor. */
function askHere(verb: Verb): void {
	const row = cursorRow();
	const rows = pickedRows.value.length > 0 ? pickedRows.value : row ? [row] : [];

	ask(verb, rows);
}

function takeHere(): void {
	const row = cursorRow();

	if (can('operator') && row)
		void giveOne({ verb: 'assign', owner: session.peek()?.user ?? '' }, row);
}

function move(step: number): void {
	focusList();
	moveCursor(step);
}

function pickHere(range: boolean): void {
	const row = cursorRow();

	if (row)
		pick(row.slot, range);
}

/* Enter on a button or a link presses that. */
function openHere(event: KeyboardEvent): void {
	const pressed = (event.target as HTMLElement | null)?.closest<HTMLElement>('button, a, summary');
	const entry = cursorEntry();

	if (pressed)
		pressed.click();
	else if (entry)
		openEntry(entry);
}

const KEYS: readonly Binding[] = [
	{ keys: 'j', words: 'alerts.keyNext', run: () => move(1) },
	{ keys: 'k', words: 'alerts.keyPrevious', run: () => move(-1) },
	{ keys: 'ArrowDown', words: 'alerts.keyNext', run: () => move(1), quiet: true },
	{ keys: 'ArrowUp', words: 'alerts.keyPrevious', run: () => move(-1), quiet: true },
	{ keys: 'Enter', words: 'alerts.keyOpen', run: openHere },
	{ keys: 'a', words: 'alerts.keyAcknowledge', run: () => askHere('acknowledge') },
	{ keys: 's', words: 'alerts.keyShelve', run: () => askHere('shelve') },
	{ keys: 'c', words: 'alerts.keyComment', run: () => askHere('comment') },
	{ keys: 'm', words: 'alerts.keyAssign', run: takeHere },
	{ keys: 'x', words: 'alerts.keyPick', run: () => pickHere(false) },
	{ keys: 'X', words: 'alerts.keyPickRange', run: () => pickHere(true) },
];

function Body() {
	if (entries.value.length === 0)
		return <EmptyList />;
	return wall.value ? <WallList /> : <AlertList />;
}

export default function AlertsPage() {
	const asked = usePoll<{ units: UnitInfo[] }>('units', {}, UNITS_MS);
	const { id } = route.value;

	useKeys(KEYS);
	useEffect(() => {
		if (asked.data)
			units.value = asked.data.units;
	}, [asked.data]);
	useEffect(() => focusList(), []);
	return (
		<section class={`al-page ${stale.value ? 'stale' : ''}`} aria-label={t('alerts.title')}>
			<h1 class="unseen">{t('alerts.title')}</h1>
			<div class="al-top">
				<Tally />
				<span class="no-wall">
					<Sound />
				</span>
			</div>
			<div class="no-wall">
				<Filters />
			</div>
			{stale.value && <p class="note bad">{t('alerts.notLive')}</p>}
			<FloodNote />
			<Hidden />
			<BulkBar />
			<Body />
			<ReadingNote />
			<Notices />
			<Announcer />
			{id && <ExplainPanel key={id} id={id} />}
			<AskingDialog />
		</section>
	);
}
