// SPDX-License-Identifier: Apache-2.0
// Everything that others write stays text, on every page and in both languages: nothing of it runs, nothing
// of it becomes an element, nothing of it makes the page ask anybody, and all of it can be read.
import { readFileSync } from 'node:fs';
import { ask, fail, go, logIn, main, openWindow, shoot } from './browser.mjs';

const STRINGS = JSON.parse(readFileSync(new URL('hostile_strings.json', import.meta.url), 'utf8'));
const USUAL = { width: 1920, height: 1080 };
const TALL = { width: 1920, height: 8000 }; // the list of alerts makes only those rows that can be seen
const EXPLAINED = 8; // alerts in each language
const DETAILED = 4; // rules, feeds and indicators

// What the pages of the console are made of.
const KNOWN = new Set(('a abbr article aside b body br button canvas caption circle code col colgroup dd defs del '
	+ 'details dialog div dl dt em fieldset footer form g h1 h2 h3 h4 head header html i input ins kbd label '
	+ 'legend li line link main mark meta meter nav ol optgroup option output p path polygon polyline pre '
	+ 'progress q rect s section select small span strong sub summary sup svg table tbody td textarea text '
	+ 'tfoot th thead time title tr tspan u ul use var').split(' '));

// What must not be in a document whose every text is text.
function strangersIn(known) {
	const own = location.origin;
	const found = [];
	const scripts = document.querySelectorAll('script');

	for (const element of document.querySelectorAll('*')) {
		const name = element.localName;

		// The page has one noscript of its own, with text only.
		const isOwnWord = name === 'script' || (name === 'noscript' && !element.textContent.includes('<'));

		if (!isOwnWord && !known.includes(name))
			found.push(element.outerHTML.slice(0, 150));
		for (const { name: word, value } of element.attributes) {
			const isHandler = word.startsWith('on') || word === 'srcdoc' || word === 'formaction';
			const isAddress = ['href', 'src', 'action', 'xlink:href', 'data', 'ping', 'poster'].includes(word);
			const isOwn = isAddress && (value.startsWith('data:image/svg+xml,') || value.startsWith('#')
				|| new URL(value, own).origin === own);

			if (isHandler || (isAddress && !isOwn) || (word === 'style' && /url|expression|evil/i.test(value))
				|| (word === 'http-equiv' && /refresh/i.test(value)))
				found.push(`${word}=${value} of ${element.outerHTML.slice(0, 150)}`);
		}
	}
	if (scripts.length !== 1 || new URL(scripts[0].src).origin !== own)
		found.push(`${scripts.length} scripts`);
	if ('polluted' in {} || Object.keys(Object.prototype).length)
		found.push('the prototype of all objects is not as it was');
	return found;
}

// One blank for all that a picture does not show, as innerText and the sheets of styles leave them.
const plain = (text) => text.replace(/[\s\u200b\u2028\u2029\ufeff]+/g, ' ').trim();

class Look {
	constructor(window, lang) {
		Object.assign(this, window, { window, lang, seen: '', findings: [], visited: 0 });
	}

	async collect(name) {
		const strangers = await this.page.evaluate(strangersIn, [...KNOWN]);

		this.findings.push(...strangers.map((one) => `${name} (${this.lang}): ${one}`));
		this.seen += plain(await this.page.evaluate(() => document.body.innerText)) + '\n';
		this.visited++;
	}

	async visit(address) {
		await go(this.window, address);
		await this.page.evaluate(() => {
			for (const fold of document.querySelectorAll('details'))
				fold.open = true;
		});
		await this.collect(address);
	}

	get(path) {
		return this.page.evaluate(async (path) => (await fetch(`/api/v1/${path}`)).json(), path);
	}

	order(body) {
		return this.page.evaluate(async (body) => {
			const answer = await fetch('/api/v1/commands', {
				method: 'POST',
				headers: { 'X-Iocd': '1', 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			});
			return answer.status;
		}, body);
	}
}

// Comments, owners and shelvings, as people write them; how many of them iocd takes.
async function speak(look, alerts) {
	const until = Date.now() + 3600000;
	let n = 0;

	for (const [i, note] of STRINGS.entries()) {
		const alert = alerts[i % alerts.length];
		const about = { rule: alert.rule.id, unit: alert.unit.id, subject: alert.subject };
		const body = i % 4 === 1 ? { verb: 'assign', owner: note }
			: i % 4 === 2 && i < 24 ? { verb: 'shelve', note, until }
				: i % 4 === 3 ? { verb: 'acknowledge', note } : { verb: 'comment', note };
		const status = await look.order({ ...body, ...about });

		if (status === 200)
			n++;
		else if (status !== 400)
			fail(`${JSON.stringify(body)}: ${status}`);
	}
	return n;
}

// Names that nobody has: the record of who tried to log in keeps them.
async function knock(page) {
	for (const user of [STRINGS[0], STRINGS[14]])
		await page.evaluate((user) => fetch('/api/v1/session', {
			method: 'POST',
			headers: { 'X-Iocd': '1', 'Content-Type': 'application/json' },
			body: JSON.stringify({ user, password: user, code: '' }),
		}), user);
}

async function refused(look) {
	const reasons = new Set((await look.get('deadletter?limit=1000')).samples.map((sample) => sample.reason));

	if (reasons.size < 5)
		fail(`events are refused for these reasons only: ${[...reasons]}`);
	for (const reason of reasons)
		await look.visit(`/feeds?reason=${reason}`);
}

// A sheet that a spreadsheet opens: no cell is a formula.
async function sheet(look) {
	await look.visit('/report');
	const saved = look.page.waitForEvent('download');
	await look.page.locator('.re-choose button:not(.main)').last().click();
	const text = readFileSync(await (await saved).path(), 'utf8');

	if (!text.includes('__hit'))
		fail(`the sheet has none of the texts: ${text.slice(0, 300)}`);
	for (const cell of text.replace(/^\uFEFF/, '').match(/(?<=^|,|\n)(?:"(?:[^"]|"")*"|[^,"\r\n]*)/g))
		if (/^"?\s*[=+@\t\r-]/.test(cell) && !/^-?[\d.]+$/.test(cell))
			look.findings.push(`a formula in the sheet: ${cell}`);
}

async function everyPage(look, alerts, from) {
	await look.page.setViewportSize(TALL);
	await look.visit('/alerts?groups=no&suppressed=yes');
	await look.page.setViewportSize(USUAL);
	await shoot(look.page, `hostile-${look.lang}`);
	await look.visit('/alerts?groups=yes');
	for (const alert of alerts.slice(from, from + EXPLAINED))
		await look.visit(`/alerts?id=${encodeURIComponent(alert.id)}`);
	await look.visit('/overview');
	await look.visit('/overview?id=so-y-te');
	for (const { id } of (await look.get('indicators')).indicators.slice(from, from + DETAILED))
		await look.visit(`/indicator?id=${id}`);
	for (const { id } of (await look.get('feeds')).feeds.slice(0, DETAILED))
		await look.visit(`/feeds?id=${id}`);
	await refused(look);
	await look.visit('/rules');
	for (const { id } of (await look.get('rules')).rules.slice(from, from + DETAILED))
		await look.visit(`/rules?id=${id}`);
	for (const address of ['/rules?id=security-critical', '/shift', '/shift?view=sheet', '/audit', '/audit?tab=alerts'])
		await look.visit(address);
	await sheet(look);
}

// What somebody is made to click on: the address is written by others too.
async function addresses(look) {
	for (const text of STRINGS.filter((_, i) => i % 6 === 0).map(encodeURIComponent)) {
		await look.visit(`/alerts?id=${text}&q=${text}&unit=${text}&severity=${text}`);
		await look.visit(`/${['indicator', 'feeds', 'rules', 'report', 'overview', 'audit'][look.visited % 6]}`
			+ `?id=${text}&q=${text}&unit=${text}&reason=${text}&period=${text}&since=${text}&tab=${text}`);
	}
}

async function open(browser, user, lang, hits) {
	const window = await openWindow(browser, { acceptDownloads: true });

	await window.context.exposeFunction('__hit', (n) => hits.push(n));
	await window.context.addInitScript((word) => localStorage.setItem('iocd.lang', word), lang);
	await logIn(window.page, user);
	return new Look(window, lang);
}

await main(async (browser) => {
	const hits = [];
	const looks = [await open(browser, 'lan', 'vi', hits), await open(browser, 'an', 'en', hits)];

	await ask('hostile');
	const { alerts } = await looks[0].get('alerts?state=all&limit=1000');
	const taken = await speak(looks[0], alerts);

	if (STRINGS.length < 60 || alerts.length < 60 || taken < 60)
		fail(`too few: ${STRINGS.length} strings, ${alerts.length} alerts, ${taken} commands`);
	await knock(looks[0].page);

	const broken = []; // a page that what is in it has spoilt shows nothing: what it did tells more
	await Promise.all(looks.map((look, i) => everyPage(look, alerts, i * EXPLAINED)))
		.then(() => addresses(looks[0]))
		.catch((error) => broken.push(error.stack));

	const seen = looks.map((look) => look.seen).join('\n');
	const findings = [...looks.flatMap((look) => [...look.findings, ...look.problems]), ...broken];

	findings.push(...STRINGS.filter((text) => !seen.includes(plain(text))).map((text) => `not to be seen: ${text}`));
	findings.push(...hits.map((n) => `it ran: ${n}`));
	const reports = (await ask('counter', { name: 'csp_reports' })).value;
	if (reports)
		findings.push(`browsers tell iocd ${reports} times that something breaks the policy`);
	if (findings.length)
		fail([...new Set(findings)].slice(0, 60).join('\n'));
	return { strings: STRINGS.length, alerts: alerts.length, commands: taken,
		pages: looks.reduce((n, look) => n + look.visited, 0) };
});
