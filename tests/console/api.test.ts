// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { ApiError, get, newKey, post, url } from '@app/lib/api';
import { can, login, logout, session, whoAmI, type Session } from '@app/lib/session';

const WHO: Session = {
	user: 'lan',
	title: 'Lan',
	role: 'operator',
	whole: true,
	units: [],
	until: '2026-11-23T07:00:00+07:00',
	idle_ms: 1800000,
	second_factor: false,
	version: '0.1.0',
	instance: 'here',
};

interface Asked {
	method: string;
	url: string;
	headers: http.IncomingHttpHeaders;
	body: string;
}

let asked: Asked[] = [];
let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
let base = '';

const server = http.createServer((request, response) => {
	let body = '';

	request.on('data', part => (body += part));
	request.on('end', () => {
		asked.push({ method: request.method!, url: request.url!, headers: request.headers, body });
		response.writeHead(answer.status, answer.headers);
		response.end(answer.body);
	});
});
const real = globalThis.fetch;

before(async () => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	globalThis.fetch = (path, init) => real(base + String(path), init);
});

after(() => {
	server.closeAllConnections();
	server.close();
});

function say(status: number, body: unknown, headers?: Record<string, string>) {
	asked = [];
	answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
}

async function fault(promise: Promise<unknown>): Promise<ApiError> {
	const error = await promise.then(
		() => null,
		error => error,
	);

	assert.ok(error instanceof ApiError);
	return error;
}

test('a query is written whole, and without what is empty', () => {
	assert.equal(url('alerts', { unit: 'a&b=ổ', n: 0, x: '', y: null, z: false }),
		'/api/v1/alerts?unit=a%26b%3D%E1%BB%95&n=0&z=false');
});

test('a question is a GET without a body', async () => {
	say(200, { a: 1 });
	assert.deepEqual(await get('status', { n: 1 }), { a: 1 });
	assert.equal(asked[0]!.method, 'GET');
	assert.equal(asked[0]!.url, '/api/v1/status?n=1');
	assert.equal(asked[0]!.body, '');
});

test('a command is what no form of another page can send', async () => {
	say(200, {});
	await post('commands', { verb: 'acknowledge' }, { key: 'k1' });
	assert.equal(asked[0]!.headers['content-type'], 'application/json');
	assert.ok(asked[0]!.headers['x-iocd']);
	assert.equal(asked[0]!.headers['idempotency-key'], 'k1');
	assert.equal(asked[0]!.body, '{"verb":"acknowledge"}');
});

test('a key is used for one command', () => {
	assert.match(newKey(), /^[0-9a-f]{32}$/);
	assert.notEqual(newKey(), newKey());
});

test('an error says what iocd said', async () => {
	say(409, { error: { code: 'too_late', message: 'it is over' } });
	const error = await fault(get('x'));

	assert.deepEqual([error.status, error.code, error.message], [409, 'too_late', 'it is over']);
});

test('an answer of somebody else is no answer', async () => {
	say(200, '<html>log in to the network</html>');
	assert.equal((await fault(get('x'))).code, 'bad_answer');
	say(502, '<html>bad gateway</html>');
	assert.equal((await fault(get('x'))).code, 'http_502');
	say(302, '', { Location: '/elsewhere' });
	assert.equal((await fault(get('x'))).status, 0);
});

test('a question that nobody hears has status 0', async () => {
	const own = globalThis.fetch;

	globalThis.fetch = (_path, init) => real('http://127.0.0.1:1/', init);
	assert.deepEqual([(await fault(get('x'))).status, (await fault(get('x'))).code], [0, 'no_answer']);
	globalThis.fetch = own;
});

test('any page that hears that the session has ended ends it', async () => {
	session.value = WHO;
	say(401, { error: { code: 'not_logged_in', message: '' } });
	await fault(get('alerts'));
	assert.equal(session.value, null);
});

test('what may not be done does not end the session', async () => {
	session.value = WHO;
	say(403, { error: { code: 'not_allowed', message: '' } });
	await fault(post('reload', {}));
	assert.equal(session.value, WHO);
});

test('a wrong log-in is no end of a session, and says how long to wait', async () => {
	session.value = null;
	say(401, { error: { code: 'wrong_login', message: '' } });
	assert.equal((await fault(login('lan', 'x'))).code, 'wrong_login');
	say(429, { error: { code: 'wait', message: '' }, wait_ms: 4000 });
	assert.equal((await fault(login('lan', 'x'))).waitMs, 4000);
	assert.equal(session.value, null);
});

test('whoever logs in may do what the role allows', async () => {
	say(200, WHO);
	await login('lan', 'pw', '123456');
	assert.deepEqual(JSON.parse(asked[0]!.body), { user: 'lan', password: 'pw', code: '123456' });
	assert.deepEqual([can('viewer'), can('operator'), can('admin')], [true, true, false]);
	say(200, {});
	await logout();
	assert.equal(asked[0]!.url, '/api/v1/session/end');
	assert.equal(can('viewer'), false);
});

test('logging out ends it here even if nobody hears', async () => {
	session.value = WHO;
	say(500, 'x');
	await assert.rejects(logout());
	assert.equal(session.value, null);
});

test('no answer does not mean that nobody is logged in', async () => {
	session.value = WHO;
	say(503, { error: { code: 'busy', message: '' } });
	assert.equal(await whoAmI(), false);
	assert.equal(session.value, WHO);
});
