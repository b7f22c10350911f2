// SPDX-License-Identifier: Apache-2.0
// Who uses the page.
import { signal } from '@preact/signals';
import { ApiError, get, post } from './api';

export type Role = 'viewer' | 'operator' | 'admin';

export interface Session {
	user: string;
	title: string;
	role: Role;
	whole: boolean; /* sees all units */
	units: string[]; /* else these and what is below them */
	until: string;
	idle_ms: number;
	second_factor: boolean;
	version: string;
	instance: string;
}

/* undefined: not asked yet; null: nobody is logged in. */
export const session = signal<Session | null | undefined>(undefined);

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/* Whether whoever is logged in may do what needs that role. */
export function can(role: Role): boolean {
	const own = session.value;

	return Boolean(own) && ranks[own!.role] >= ranks[role];
}

/* Asks who is logged in.  False: there was no answer, so nobody knows. */
export async function whoAmI(): Promise<boolean> {
	try {
		session.value = await get<Session>('session');
		return true;
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 401)
			return false;
		session.value = null;
		return true;
	}
}

/* Throws ApiError: wrong_login, code_needed, factor_missing, wait. */
export async function login(user: string, password: string, code?: string): Promise<void> {
	session.value = await post<Session>('session', code ? { user, password, code } : { user, password });
}

export async function logout(): Promise<void> {
	try {
		await post('session/end', {});
	} finally {
		session.value = null;
	}
}
