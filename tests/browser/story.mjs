// SPDX-License-Identifier: Apache-2.0
// A shift in short: log in, see an alert arrive, take it on, have a colleague see that, lose iocd twice,
// and go on.  Without ever loading the page again.
import { ask, axe, fail, logIn, main, openWindow, shoot, stage } from './browser.mjs';

const STALE_MS = 15000; // in which a page must say that it is not live

const row = (page, subject) => page.locator('.al-row', { hasText: subject });

async function wrongPassword(page) {
	await page.goto(`${stage.url}/alerts`);
	await page.locator('input[autocomplete=username]').fill('lan');
	await page.locator('input[autocomplete=current-password]').fill('not her password');
	await page.keyboard.press('Enter');
	await page.getByText('không đúng').waitFor();
	const findings = await axe(page);
	if (findings.length)
		fail(`login: ${findings.join('\n')}`);
	await shoot(page, 'login');
}

// How long it takes until the page says by itself that it is not live, and that it is again.
async function staleAfter(page, happens, mends) {
	await ask(happens);
	const since = performance.now();
	await page.locator('.banner').waitFor({ timeout: STALE_MS + 5000 });
	const after = performance.now() - since;
	const words = await page.locator('.banner').innerText();

	if (after > STALE_MS)
		fail(`after ${happens} it took ${Math.round(after)} ms to notice`);
	if (!/\d\d:\d\d:\d\d/.test(words))
		fail(`the banner does not say since when: ${words}`);
	if (await page.locator('.light.green').count())
		fail(`something is green while the page is not live: ${words}`);
	await shoot(page, `stale-${happens}`);
	await ask(mends);
	await page.locator('.banner').waitFor({ state: 'detached', timeout: 30000 });
	return Math.round(after);
}

async function acknowledge(page, subject, note) {
	await row(page, subject).click();
	await page.keyboard.press('a');
	const dialog = page.getByRole('dialog');
	await dialog.locator('textarea, input[type=text]').first().fill(note);
	await page.keyboard.press('Enter');
	await row(page, subject).locator('.al-handling:not(.waits)').waitFor();
}

await main(async (browser) => {
	const lan = await openWindow(browser);
	const minh = await openWindow(browser);

	await wrongPassword(lan.page);
	await logIn(lan.page, 'lan');
	await logIn(minh.page, 'minh');

	await ask('incident', { subject: 'pc-story-1' });
	await row(lan.page, 'pc-story-1').waitFor();
	await row(minh.page, 'pc-story-1').waitFor();

	await acknowledge(lan.page, 'pc-story-1', 'đã gọi đơn vị');
	await row(minh.page, 'pc-story-1').getByText('lan').waitFor();

	const frozen = await staleAfter(lan.page, 'freeze', 'thaw');
	const killed = await staleAfter(lan.page, 'kill', 'start');

	// What happened meanwhile, and what happens now, is there once.
	await ask('incident', { subject: 'pc-story-2' });
	for (const { page } of [lan, minh]) {
		await row(page, 'pc-story-2').waitFor();
		for (const subject of ['pc-story-1', 'pc-story-2'])
			if (await row(page, subject).count() !== 1)
				fail(`${subject} is there ${await row(page, subject).count()} times`);
	}

	await ask('redis-off');
	await lan.page.locator('.light.red').first().waitFor();
	if (await lan.page.locator('.light.green').count())
		fail('something is green without Redis');
	await ask('redis-on');
	await lan.page.locator('.light.red').first().waitFor({ state: 'detached', timeout: 30000 });

	const problems = [...lan.problems, ...minh.problems];
	if (problems.length)
		fail(problems.join('\n'));
	return { frozen_ms: frozen, killed_ms: killed };
});
