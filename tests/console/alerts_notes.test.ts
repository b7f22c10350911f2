// SPDX-License-Identifier: Apache-2.0
/* What iocd writes beside what it did to an alert is an English sentence in its sources: the page says
 * each of them in its own words. */
import './page';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import { noteWords, ownNotes } from '@app/pages/alerts/names';

const ROOM = path.join(process.env.IOCD_ROOT!, 'src/alert');
const STRING = /"((?:[^"\\]|\\.)*)"/g;

/* Where a note comes from that is no literal: what people wrote, or names; or words of ours, which
 * are then found by the pattern. */
const SOURCES: Record<string, RegExp | null> = {
	'command->note': null,
	'hindrance->note': null,
	'word->note': null,
	'word->acknowledged_note': null,
	'maintenance->id': null,
	id: null,
	note: /hindrances_end\([^;]*;/g, /* what that was given */
	why: /^const char \*book_why_closed\([\s\S]*?^\}/gm,
	'loading->why[i]': /\blet_fall\([^;]*;/g,
	ended: /static const char ended\[\] = [^;]*;/g,
};

function literals(text: string): string[] {
	return [...text.matchAll(STRING)].map(([, words]) => words!).filter(words => words !== '');
}

/* All notes that the sources can write. */
function notesOf(source: string): Set<string> {
	const notes = new Set<string>();
	const given = [...source.matchAll(/\.note\s*=\s*([^,}]+)/g), ...source.matchAll(/copy\(transition->note,([^;]*);/g)];

	for (const pattern of Object.values(SOURCES))
		for (const [text] of pattern ? source.matchAll(pattern) : [])
			literals(text).forEach(words => notes.add(words));
	for (const [, text] of given)
		literals(text!).forEach(words => notes.add(words));
	return notes;
}

function readRoom(): string {
	return fs
		.readdirSync(ROOM)
		.filter(name => name.endsWith('.c'))
		.map(name => fs.readFileSync(path.join(ROOM, name), 'utf8'))
		.join('\n')
		.replace(/\/\*[\s\S]*?\*\//g, '');
}

test('every note that iocd writes is said in both languages, and none that it does not write', () => {
	assert.deepEqual([...notesOf(readRoom())].sort(), Object.keys(ownNotes).sort());
	for (const note of Object.keys(ownNotes)) {
		setLang('en');
		assert.equal(noteWords(note), note);
		setLang('vi');
		assert.notEqual(noteWords(note), note);
	}
});

test('a note comes from nowhere that is not looked into', () => {
	for (const [, text] of readRoom().matchAll(/\.note\s*=\s*([^,}]+)/g)) {
		const [asked, then] = text!.split('?');

		for (const value of (then ?? asked!).replace(STRING, '').split(':').map(part => part.trim()))
			assert.ok(value === '' || value in SOURCES, `where does '${value}' come from?`);
	}
});

test('a new note is noticed', () => {
	const author = 'static const struct author x = { .by = "", .note = is_so ? "so it is" : "it is not" };';

	assert.deepEqual([...notesOf(author)], ['so it is', 'it is not']);
});
