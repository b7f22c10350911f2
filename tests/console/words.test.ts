// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fill, pick, setLang, t, tOr } from '@app/lib/words';
import { catalogues } from '@app/words';

/* Words that are the same in both languages: names, and what people here say as it is. */
const SAME = new Set(['iocd', 'MQTT', 'Redis', 'TOTP', 'OK']);

/* Files and services have their names: users.yml, redis-server. */
const NAMES = /\b[\w-]+\.(yml|conf)\b|\b\w+-\w+\b/g;

type Entry = { key: string; vi: string | undefined; en: string | undefined };

const entries: Entry[] = Object.entries(catalogues).flatMap(([page, { vi, en }]) => {
	const [left, right] = [vi, en] as [Record<string, string>, Record<string, string>];

	return [...new Set([...Object.keys(left), ...Object.keys(right)])].map(key => ({
		key: `${page}.${key}`,
		vi: left[key],
		en: right[key],
	}));
});

/* What is left when names, places for values and signs are taken away. */
function plain(text: string): string {
	return text.replace(/\{[^}]*\}/g, ' ').replace(/[^\p{L}]+/gu, ' ').trim();
}

function places(text: string): string[] {
	return [...text.matchAll(/\{(\w+)/g)].map(found => found[1]!).sort();
}

test('every key has words in both languages', () => {
	assert.ok(entries.length > 100);
	for (const { key, vi, en } of entries) {
		assert.ok(vi?.trim(), `${key}: no Vietnamese`);
		assert.ok(en?.trim(), `${key}: no English`);
	}
});

test('no English is left over in Vietnamese', () => {
	const same = entries.filter(({ vi, en }) => {
		const text = plain(vi!);

		return text.length > 1 && text === plain(en!) && !text.split(' ').every(word => SAME.has(word));
	});

	assert.deepEqual(same.map(({ key, vi }) => `${key}: ${vi}`), []);
});

/* English words that Vietnamese has not: a sentence with one was not translated. */
test('no English word stands in a Vietnamese text', () => {
	const words =
		/\b(the|and|of|is|are|not|with|from|for|alert|alerts|rule|rules|unit|units|feed|feeds|report|value|since|error|failed|loading|search|close|cancel|show|open|user|password|live|data|server|status|unknown|last|next|all|none)\b/i;
	const found = entries.filter(({ vi }) => words.test(plain(vi!.replace(NAMES, ''))));

	assert.deepEqual(found.map(({ key, vi }) => `${key}: ${vi}`), []);
});

test('both languages name the same values', () => {
	for (const { key, vi, en } of entries) {
		const [left, right] = [new Set(places(vi!)), new Set(places(en!))];

		assert.deepEqual([...left].sort(), [...right].sort(), key);
	}
});

test('Vietnamese texts are composed, and most have marks', () => {
	const marked = entries.filter(({ vi }) => /[^\x00-\x7f]/.test(vi!.replace(/[–…·→←↑↓✓✕▾]/g, '')));

	for (const { key, vi } of entries)
		assert.equal(vi, vi!.normalize('NFC'), key);
	assert.ok(marked.length > entries.length * 0.75, `${marked.length} of ${entries.length}`);
});

test('every key that the sources name by a literal is there', () => {
	const known = new Set(entries.map(({ key }) => key));
	const pages = Object.keys(catalogues).join('|');
	const named = new RegExp(`\\bt(?:Or)?\\(\\s*'((?:${pages})\\.[\\w-]+)'`, 'g');
	let n = 0;

	for (const file of fs.readdirSync(process.env.IOCD_CONSOLE!, { recursive: true } as never) as unknown as string[]) {
		if (!/\.tsx?$/.test(file))
			continue;
		for (const [, key] of fs.readFileSync(path.join(process.env.IOCD_CONSOLE!, file), 'utf8').matchAll(named)) {
			n++;
			assert.ok(known.has(key!), `${file}: ${key}`);
		}
	}
	assert.ok(n > 50);
});

test('values are filled in, and English counts', () => {
	assert.equal(fill('{n} {n|alert|alerts}', { n: 1 }), '1 alert');
	assert.equal(fill('{n} {n|alert|alerts}', { n: 0 }), '0 alerts');
	assert.equal(fill('{who}: {n}', { n: 2 }), '{who}: 2');
	assert.equal(fill('{a}', { a: '{b}', b: 'x' }), '{b}');
	assert.equal(fill('{a}', { a: '$&' }), '$&');
});

test('the language is chosen, and texts of iocd with it', () => {
	setLang('vi');
	assert.equal(t('common.critical'), 'Nghiêm trọng');
	assert.equal(pick({ vi: 'một', en: 'one' }), 'một');
	setLang('en');
	assert.equal(t('common.critical'), 'Critical');
	assert.equal(pick({ vi: 'một' }), 'một');
	assert.equal(pick(null), '');
	assert.equal(tOr('health.nothing', 'nothing'), 'nothing');
	assert.equal(tOr('health.mqtt', 'mqtt'), 'Receiving data (MQTT)');
});
