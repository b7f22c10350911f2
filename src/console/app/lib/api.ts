// SPDX-License-Identifier: Apache-2.0
import { session } from './session';

export type Query = Record<string, string | number | boolean | null | undefined>;

const TIMEOUT_MS = 15000;

/* status 0: no answer came (code "no_answer"). */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly body: unknown = null,
	) {
		super(message);
	}

	/* How long to wait before the next attempt, if iocd says so. */
	get waitMs(): number {
		const body = this.body as { wait_ms?: unknown } | null;

		return typeof body?.wait_ms === 'number' ? body.wait_ms : 0;
	}
}

/* path is below /api/v1/: "alerts". */
export function url(path: string, query?: Query): string {
	const pairs = Object.entries(query ?? {})
		.filter(([, value]) => value !== null && value !== undefined && value !== '')
		.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);

	return `/api/v1/${path}` + (pairs.length ? `?${pairs.join('&')}` : '');
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function fault(status: number, body: unknown): ApiError {
	const { error } = (body ?? {}) as { error?: { code?: unknown; message?: unknown } };
	const code = typeof error?.code === 'string' ? error.code : `http_${status}`;

	return new ApiError(status, code, typeof error?.message === 'string' ? error.message : code, body);
}

/* A session may end while any page asks for anything; what a log-in itself is told is no such end. */
function noteEnd(error: ApiError): void {
	if (error.status === 401 && (error.code === 'not_logged_in' || error.code === 'http_401'))
		session.value = null;
}

async function send<T>(path: string, query: Query | undefined, init: RequestInit): Promise<T> {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);

	try {
		const response = await fetch(url(path, query), {
			...init,
			credentials: 'same-origin',
			cache: 'no-store',
			redirect: 'error',
			signal: abort.signal,
		});
		const body = parse(await response.text());

		if (!response.ok)
			throw fault(response.status, body);
		if (body === null && response.status !== 204)
			throw new ApiError(response.status, 'bad_answer', 'bad_answer');
		return body as T;
	} catch (error) {
		if (!(error instanceof ApiError))
			throw new ApiError(0, 'no_answer', String(error));
		noteEnd(error);
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

export function get<T>(path: string, query?: Query): Promise<T> {
	return send<T>(path, query, { method: 'GET' });
}

/* key: sent as Idempotency-Key, so that a command that is repeated takes effect once. */
export function post<T>(path: string, body: unknown, options: { key?: string } = {}): Promise<T> {
	const headers: Record<string, string> = {
		'Content-Type': 'application/json',
		'X-Iocd': '1',
	};

	if (options.key)
		headers['Idempotency-Key'] = options.key;
	return send<T>(path, undefined, { method: 'POST', headers, body: JSON.stringify(body) });
}

/* A fresh key for post(). */
export function newKey(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));

	return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
