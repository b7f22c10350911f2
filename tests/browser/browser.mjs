// SPDX-License-Identifier: Apache-2.0
// Chromium, one window per person, and everything that a page does wrong.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

// The packages lie in the build directory, where nothing is looked for.
const require = createRequire(`${process.env.BROWSER_MODULES}/`);
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const stage = JSON.parse(process.env.BROWSER_STAGE); // {url, users: {name: password}}
export const SHOTS = process.env.BROWSER_SHOTS; // a folder for pictures; none: none are taken

// What the test that started us does for us: publish, freeze, kill, start.  One line there, one back.
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export async function ask(what, more = {}) {
	console.log(JSON.stringify({ ask: what, ...more }));
	const { value } = await answers.next();
	return JSON.parse(value);
}

export function fail(message) {
	throw new Error(message);
}

export async function openBrowser() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		// As root, as in a container, Chromium has no sandbox of its own.
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
	});
}

// A window of its own, with its own cookies.  problems collects what must not happen on any page.
export async function openWindow(browser, options = {}) {
	const context = await browser.newContext({
		viewport: { width: 1920, height: 1080 },
		locale: 'vi-VN',
		timezoneId: 'Asia/Ho_Chi_Minh',
		...options,
	});
	const problems = [];
	const here = new URL(stage.url).origin;
	const asked = new Set(); // what has no answer yet, the stream aside, which never ends

	await context.route('**/*', (route) => {
		const address = route.request().url();
		if (address.startsWith(here) || address.startsWith('data:'))
			return route.continue();
		problems.push(`asks another host: ${address}`);
		return route.abort();
	});
	await context.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (event) =>
			console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
	});
	const page = await context.newPage();
	page.on('dialog', (dialog) => {
		problems.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on('request', (request) => {
		if (!request.url().includes('/api/v1/stream'))
			asked.add(request);
	});
	page.on('domcontentloaded', () => asked.clear()); // what the page before still asked for
	page.on('response', (response) => asked.delete(response.request()));
	page.on('requestfailed', (request) => asked.delete(request));
	page.on('pageerror', (error) => problems.push(`error: ${error.stack ?? error}`));
	page.on('console', (message) => {
		const text = message.text();
		// Chromium itself tells of each answer that is no success, and of each lost connection.
		if (message.type() === 'error' && !/^Failed to load resource|net::ERR_/.test(text))
			problems.push(`console: ${text}`);
	});
	page.setDefaultTimeout(15000);
	return { context, page, problems, asked };
}

// Goes to a page as a link does, without loading anything, and waits until all that it asks for is shown.
export async function go(window, address) {
	await window.page.evaluate((to) => {
		history.pushState(null, '', to);
		dispatchEvent(new PopStateEvent('popstate'));
	}, address);
	await window.page.locator('main h1, main h2').first().waitFor({ state: 'attached' });
	await settled(window);
}

// All is answered, and what the answers made has asked for nothing more.
export async function settled({ page, asked }) {
	const end = performance.now() + 15000;

	for (let quiet = 0; quiet < 3; quiet = asked.size ? 0 : quiet + 1) {
		if (performance.now() > end)
			fail(`no answer: ${[...asked].map((request) => request.url())}`);
		await page.evaluate(() => new Promise((done) =>
			requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 10)))));
	}
}

export async function logIn(page, user, path = '/alerts') {
	await page.goto(stage.url + path);
	await page.locator('input[autocomplete=username]').fill(user);
	await page.locator('input[autocomplete=current-password]').fill(stage.users[user]);
	await page.keyboard.press('Enter');
	await page.locator('nav').first().waitFor();
}

export async function english(page) {
	await page.evaluate(() => localStorage.clear());
	await page.locator('button[lang=en]').first().click();
}

// Findings of axe-core that it calls serious or critical.
export async function axe(page) {
	// Through the debugger's door: the page's policy forbids scripts that are not its own.
	await page.evaluate(AXE);
	const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
	return result.violations
		.filter((finding) => ['serious', 'critical'].includes(finding.impact))
		.map((finding) => `${finding.id} (${finding.impact}): ${finding.help}: `
			+ finding.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)).join(' | '));
}

export async function shoot(page, name) {
	if (SHOTS)
		await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

// Runs what is told, and says at the end what went wrong, as the last line.
export async function main(play) {
	const browser = await openBrowser();
	let result;
	try {
		result = { ok: true, ...(await play(browser)) };
	} catch (error) {
		result = { ok: false, why: error.stack ?? String(error) };
		for (const [n, context] of browser.contexts().entries())
			for (const page of context.pages())
				await shoot(page, `failed-${n}`);
	} finally {
		await browser.close();
	}
	console.log(JSON.stringify({ result }));
	process.exit(result.ok ? 0 : 1);
}
