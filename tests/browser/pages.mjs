// SPDX-License-Identifier: Apache-2.0
// Every page in both languages, light and dark, wide and narrow: nothing that axe-core calls serious,
// nothing that the policy of the page forbids, nothing wider than the screen.
import { axe, fail, go, logIn, main, openWindow, shoot } from './browser.mjs';

const PAGES = ['alerts', 'overview', 'indicator?id=one-stop.overdue-rate', 'feeds', 'rules', 'shift', 'report', 'audit'];

async function look(window, address, name, findings) {
	const { page } = window;

	await go(window, `/${address}`);
	for (const finding of await axe(page))
		findings.push(`${name}: ${finding}`);
	const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	if (wider > 1)
		findings.push(`${name}: ${wider} pixels wider than the screen`);
	await shoot(page, name);
}

async function visit(browser, user, lang, options, findings) {
	const window = await openWindow(browser, options);
	const form = options.viewport ? 'phone' : 'desk';

	await window.context.addInitScript((word) => localStorage.setItem('iocd.lang', word), lang);
	await logIn(window.page, user);
	for (const address of PAGES) {
		const name = `${address.split('?')[0]}-${lang}-${form}-${options.colorScheme}`;

		await look(window, address, name, findings);
		if (new URL(window.page.url()).pathname.slice(1) !== address.split('?')[0])
			findings.push(`${name}: led to ${window.page.url()}`);
	}
	findings.push(...window.problems);
	await window.context.close();
}

await main(async (browser) => {
	const findings = [];

	await visit(browser, 'an', 'vi', { colorScheme: 'light' }, findings);
	await visit(browser, 'lan', 'en', { colorScheme: 'dark' }, findings);
	await visit(browser, 'hoa', 'vi', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }, findings);
	if (findings.length)
		fail(findings.join('\n'));
	return { pages: 3 * PAGES.length };
});
