// SPDX-License-Identifier: Apache-2.0
// When each alert was painted: the frame after the one for which its row was made, by the clock of this
// machine.  Between the publisher and that lie the broker, iocd, the stream and the page.
import { ask, fail, logIn, main, openWindow, shoot } from './browser.mjs';

const REST_MS = 3000; // after the last alert

function watchRows() {
	const painted = (globalThis.painted = {});
	const now = () => performance.timeOrigin + performance.now();

	// A frame is asked for before it is painted: the next one begins when it has been.
	const note = (subject) => {
		painted[subject] = 0;
		requestAnimationFrame(() => requestAnimationFrame(() => (painted[subject] = now())));
	};
	new MutationObserver(() => {
		for (const row of document.querySelectorAll('.al-row')) {
			const subject = row.textContent.match(/paint-\d+/)?.[0];

			if (subject && !(subject in painted))
				note(subject);
		}
	}).observe(document.body, { childList: true, characterData: true, subtree: true });
}

await main(async (browser) => {
	const { page, problems } = await openWindow(browser);

	await logIn(page, 'lan', '/alerts?groups=no'); // each alert has a row of its own, in a flood, too
	await page.locator('.light.green').first().waitFor();
	await page.evaluate(watchRows);
	await ask('load');
	const sent = (await ask('publish')).sent;
	await page.waitForTimeout(REST_MS);
	await shoot(page, 'paint');
	const painted = await page.evaluate(() => globalThis.painted);
	if (problems.length)
		fail(problems.join('\n'));
	return { sent, painted };
});
