// SPDX-License-Identifier: Apache-2.0
// What is wrong with a feed, in which order, and why.
import './page';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import {
	causeOf,
	factsOf,
	ratesOf,
	reasonsOf,
	sortFacts,
	stateOf,
	type Feed,
	type Sender,
} from '@app/pages/feeds/model';
import { isWrongSite, type Site } from '@app/pages/feeds/sites';
import { expectWords, rateWords, skewWords, whyFeed, whySite } from '@app/pages/feeds/words';
import feedWords from '@app/words/feeds';

const T0 = Date.parse('2026-11-22T08:00:00+07:00');

function sender(id: string, change: Partial<Sender> = {}): Sender {
	return {
		id,
		level: 'district',
		name: { vi: id, en: id },
		state: 'live',
		accepted: 10,
		last: null,
		last_arrival: '2026-11-22T08:00:00+07:00',
		late: 1,
		historical: 0,
		corrected: 0,
		skew_ms: 0,
		contract: 'kept',
		presence: 'online',
		...change,
	};
}

function feed(missing_units: string[], kept: number, change: Partial<Feed> = {}): Feed {
	return {
		id: 'f',
		title: { vi: 'f', en: 'f' },
		silent_after_s: 900,
		missing: 0,
		expect: {
			every_s: 900,
			grace_s: 60,
			within: 'always',
			expected: 3,
			kept,
			missing_units,
			file: 'feeds.d/f.yml',
			line: 6,
		},
		units: [sender('a'), sender('b'), sender('c')],
		...change,
	};
}

test('a feed that nobody reports on has stopped; one that some do not report on misses them', () => {
	assert.equal(stateOf(feed(['a', 'b', 'c'], 0)), 'stopped');
	assert.equal(stateOf(feed(['a'], 2)), 'missing');
	assert.equal(stateOf(feed([], 3)), 'live');
	assert.equal(stateOf(feed([], 1)), 'waiting');
});

test('a feed without expectation is late when a sender is silent, and never wrong before it began', () => {
	const free = { expect: null };

	assert.equal(stateOf(feed([], 0, { ...free, units: [sender('a', { state: 'silent' })] })), 'late');
	assert.equal(stateOf(feed([], 0, { ...free, units: [sender('a', { last_arrival: null })] })), 'never');
	assert.equal(stateOf(feed([], 0, free)), 'live');
});

test('a feed that reports in full is faulty if events are missing or a clock is off', () => {
	const skewed = [sender('a', { skew_ms: -6000 }), sender('b', { skew_ms: 4000 })];

	assert.equal(stateOf(feed([], 3, { missing: 1 })), 'faulty');
	assert.equal(stateOf(feed([], 3, { missing: null })), 'live');
	assert.equal(stateOf(feed([], 3, { units: skewed })), 'faulty');
	assert.equal(factsOf(feed([], 3, { units: skewed })).skewed, 1);
});

test('the worst comes first, else the order is as configured', () => {
	const list = [
		factsOf(feed([], 3, { id: 'fine' })),
		factsOf(feed(['a'], 2, { id: 'missing' })),
		factsOf(feed([], 3, { id: 'faulty', missing: 2 })),
		factsOf(feed(['a', 'b', 'c'], 0, { id: 'stopped' })),
		factsOf(feed([], 0, { id: 'never', expect: null, units: [] })),
	];

	assert.deepEqual(
		sortFacts(list).map(facts => facts.feed.id),
		['stopped', 'missing', 'faulty', 'fine', 'never'],
	);
	assert.deepEqual(list.map(facts => facts.isWrong), [false, true, true, true, false]);
});

test('facts add up over the senders', () => {
	const units = [sender('a'), sender('b', { last_arrival: '2026-11-22T09:00:00+07:00' })];
	const facts = factsOf(feed([], 2, { units }));

	assert.deepEqual([facts.accepted, facts.late], [20, 2]);
	assert.equal(facts.last, T0 + 3600_000);
});

test('who has to be called depends on the connection', () => {
	assert.equal(causeOf(sender('a', { presence: 'lost' })), 'disconnected');
	assert.equal(causeOf(sender('a', { presence: 'stopped' })), 'stopped');
	assert.equal(causeOf(sender('a', { presence: 'online' })), 'mute');
	assert.equal(causeOf(sender('a', { presence: 'unknown' })), 'silent');
	assert.equal(causeOf(sender('a', { presence: 'unknown', last_arrival: null })), 'never');
});

test('why a feed is as it is stands in a sentence, the heaviest reason first', () => {
	setLang('en');
	const words = whyFeed(factsOf(feed(['a'], 2, { missing: 5 })));

	assert.match(words[0]!, /^1 of the 3 units/);
	assert.match(words[1]!, /^5 numbered events were/);
	assert.match(whyFeed(factsOf(feed([], 3, { missing: 1 })))[0]!, /^1 numbered event was/);
	assert.match(whyFeed(factsOf(feed([], 0, { expect: null })))[0]!, /^Nobody is expected/);
	assert.match(expectWords(feed([], 3).expect!), /15 min, day and night, 1 min are waited/);
	assert.match(expectWords({ ...feed([], 3).expect!, every_s: undefined, by: '09:00' }), /before 09:00/);
});

test('a rate needs two answers, and none is told across a restart', () => {
	const at = (ms: number, n: number) => ({ at: ms, accepted: new Map([['f', n]]) });

	assert.equal(ratesOf(null, at(0, 5)).get('f'), null);
	assert.equal(ratesOf(at(0, 5), at(10_000, 25)).get('f'), 2);
	assert.equal(ratesOf(at(0, 50), at(10_000, 3)).get('f'), null);
	setLang('en');
	assert.equal(rateWords(2), '2/s');
	assert.equal(rateWords(0.5), '30/min');
	assert.equal(rateWords(null), 'measuring');
});

test('a clock that is ahead is fast', () => {
	setLang('en');
	assert.equal(skewWords(-90_000), '1 min fast');
	assert.equal(skewWords(90_000), '1 min slow');
	assert.equal(skewWords(4999), 'right');
	assert.equal(skewWords(null), '–');
});

test('refusals add up by reason, the most frequent first, with who sent most', () => {
	const list = reasonsOf([
		{ id: 'a', name: { vi: 'a', en: 'a' }, total: 3, refused: { bad_time: 1, no_id: 2 } },
		{ id: null, total: 4, refused: { bad_time: 4 } },
	]);

	assert.deepEqual(list.map(total => [total.reason, total.total]), [['bad_time', 5], ['no_id', 2]]);
	assert.deepEqual(list[0]!.units.map(unit => unit.id), [null, 'a']);
});

test('a site says what is wrong with it', () => {
	const site = {
		lost: { since: null },
		lagging: null,
		old: null,
		missing: 2,
		heard: '2026-11-22T08:00:00+07:00',
		state: 'lost',
		trouble: '<b>disk</b>',
	} as unknown as Site;

	setLang('en');
	assert.equal(isWrongSite(site), true);
	assert.equal(isWrongSite({ ...site, lost: null, missing: 0 }), false);
	const words = whySite(site, T0 + 120_000);

	assert.match(words[0]!, /^Nothing heard for 2 min/);
	assert.match(words[1]!, /^2 events are missing/);
	assert.equal(words[2], 'It says: <b>disk</b>');
});

/* The table of the C side is the list of reasons there are. */
test('every reason for which an event is refused has words', () => {
	const table = path.join(process.env.IOCD_ROOT!, 'include/iocd/reasons.tbl');
	const names = [...fs.readFileSync(table, 'utf8').matchAll(/^REASON\((\w+),/gm)].map(found => found[1]!);

	assert.ok(names.length > 20);
	for (const name of names)
		for (const of of [feedWords.vi, feedWords.en] as Record<string, string>[])
			assert.ok(of[`reason.${name}`], name);
});
