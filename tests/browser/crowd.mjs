// SPDX-License-Identifier: Apache-2.0
// Five thousand alerts stand: the list shows all of them, makes few of their rows, and stays quick.
import { ask, fail, logIn, main, openWindow, settled, shoot, stage } from './browser.mjs';

const N = 5000;
const ROWS_MOST = 60; // made at once
const BULK_MOST = 50; // alerts that one order is given for

function expect(is, what) {
	if (!is)
		fail(what);
}

const made = (page) => page.locator('.al-list .list-row').count();
const listed = async (page) => Number(await page.locator('.al-list .list').getAttribute('aria-rowcount'));

async function waitListed(page, n) {
	await page.waitForFunction((n) =>
		document.querySelector('.al-list .list')?.getAttribute('aria-rowcount') === String(n), n);
}

const at = (list, share) => Math.round(list[Math.min(list.length - 1, Math.floor(list.length * share))] * 10) / 10;
const figures = (list) => {
	const sorted = [...list].sort((a, b) => a - b);
	return { p50: at(sorted, 0.5), p99: at(sorted, 0.99), max: at(sorted, 1), n: list.length };
};

async function measureFirstRows(page) {
	await page.goto(`${stage.url}/alerts?groups=no&severity=critical`);
	const since = performance.now();
	await page.locator('.al-row').first().waitFor();
	await waitListed(page, N);
	return {
		// as the page itself counts, from the moment that it was asked for
		ms: Math.round(await page.evaluate(() => performance.now())),
		waited: Math.round(performance.now() - since),
	};
}

// To the end of the list, a screen and a half at each frame.
async function scroll(page) {
	return page.evaluate(() => new Promise((done) => {
		const box = document.querySelector('.al-list .list');
		const times = [];
		let last = performance.now();

		function step(now) {
			times.push(now - last);
			last = now;
			if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1)
				return done(times.slice(1));
			box.scrollTop += box.clientHeight * 1.5;
			return requestAnimationFrame(step);
		}
		requestAnimationFrame(step);
	}));
}

// How long it takes from each key to the picture that shows what it did.
async function watchInput(page) {
	await page.evaluate(() => {
		globalThis.painted = [];
		document.addEventListener('input', (event) => {
			const since = event.timeStamp;

			requestAnimationFrame(() => {
				const after = new MessageChannel();

				after.port1.onmessage = () => painted.push(performance.now() - since);
				after.port2.postMessage(null);
			});
		}, { capture: true });
	});
}

async function filters(page, text, n) {
	await page.locator('[data-search]').fill('');
	await page.locator('[data-search]').pressSequentially(text, { delay: 60 });
	await waitListed(page, n);
}

// Rows in which anything changes while happens() happens, their age aside.
async function touchedBy(page, happens, isDone) {
	await page.evaluate(() => {
		globalThis.touched = new Set();
		globalThis.watcher = new MutationObserver((changes) => {
			for (const { target } of changes) {
				const element = target.nodeType === 1 ? target : target.parentElement;

				if (element?.closest('.al-age') === null)
					touched.add(element.closest('.list-row') ?? 'the list');
			}
		});
		watcher.observe(document.querySelector('.al-list .list'),
			{ subtree: true, childList: true, attributes: true, characterData: true });
	});
	await happens();
	await isDone();
	await page.waitForTimeout(300);
	return page.evaluate(() => {
		watcher.disconnect();
		return touched.size;
	});
}

function order(page, body) {
	return page.evaluate(async (body) => {
		const answer = await fetch('/api/v1/commands', {
			method: 'POST',
			headers: { 'X-Iocd': '1', 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
		return answer.status;
	}, body);
}

async function folded(page) {
	await page.waitForFunction((n) => {
		const digits = document.querySelector('.al-tally b')?.textContent.replace(/\D/g, '');
		return Number(digits) >= n; // iocd may warn of the crowd itself
	}, N);
	await page.locator('.al-group').first().waitFor();
	expect(await listed(page) < 100, `a flood is folded to ${await listed(page)} rows`);
	await shoot(page, 'crowd-folded');
}

async function findsWithoutDiacritics(page) {
	await filters(page, 'duong sat', N / 100);
	for (const text of await page.locator('.al-row').allInnerTexts())
		expect(text.includes('Đường sắt'), `"duong sat" finds ${text}`);

	const hidden = await page.locator('.al-hidden').innerText();
	expect(hidden.includes((N - N / 100).toLocaleString('vi')), `it does not say how many are hidden: ${hidden}`);
	await filters(page, 'DUONG SAT 04900', 1);
	await filters(page, 'máy 04999', 1);
	await page.locator('[data-search]').fill('');
	await waitListed(page, N);
}

async function picksAtMost(page) {
	const box = page.locator('.al-list .list');

	await box.focus();
	await box.press('Home');
	await page.keyboard.press('x');
	for (let i = 1; i < 60; i++)
		await page.keyboard.press('j');
	await page.keyboard.press('X');
	const bar = page.locator('.al-bulk');
	await bar.getByText('60').first().waitFor();
	expect((await bar.innerText()).includes(String(BULK_MOST)), `it does not say how many: ${await bar.innerText()}`);
	for (const button of await bar.locator('button:not(.plain)').all())
		expect(await button.isDisabled(), `60 are offered: ${await button.innerText()}`);
	for (let i = 0; i < 10; i++) {
		await page.keyboard.press('x');
		await page.keyboard.press('k');
	}
	await bar.getByText('50').first().waitFor();
	expect(await bar.locator('button:not(.plain)').first().isEnabled(), '50 are not offered');
	await bar.locator('button.plain').last().click();
	await bar.waitFor({ state: 'detached' });
}

await main(async (browser) => {
	const lan = await openWindow(browser);
	const { page } = lan;

	await logIn(page, 'lan');
	await ask('crowd', { n: N });
	await folded(page);

	const first = await measureFirstRows(page);
	const most = await made(page);
	expect(most <= ROWS_MOST, `${most} rows are made`);
	await settled(lan);

	const frames = figures(await scroll(page));
	await page.locator(`.list-row[aria-rowindex="${N}"] .al-row`).waitFor();
	expect(await made(page) <= ROWS_MOST, `${await made(page)} rows are made at the end`);
	await shoot(page, 'crowd-end');

	await watchInput(page);
	await findsWithoutDiacritics(page);
	const input = figures(await page.evaluate(() => painted));

	const row = page.locator('.al-row').first();
	const subject = (await row.innerText()).match(/(Đường sắt|máy) \d{5}/)[0];
	const unit = await page.evaluate(async (subject) => {
		const answer = await (await fetch('/api/v1/alerts?state=all&limit=20000')).json();
		return answer.alerts.find((alert) => alert.subject === subject).unit.id;
	}, subject);
	const touched = await touchedBy(page,
		async () => expect(await order(page, { verb: 'assign', owner: 'minh', rule: 'security-critical',
			unit, subject }) === 200, 'the order is refused'),
		() => page.locator('.al-row', { hasText: subject }).getByText('minh').waitFor());
	expect(touched === 1, `one transition touches ${touched} rows`);

	await picksAtMost(page);
	if (lan.problems.length)
		fail(lan.problems.join('\n'));
	return { rows_made: most, first_rows_ms: first.ms, frames_ms: frames, input_ms: input };
});
