// SPDX-License-Identifier: Apache-2.0
// The name of the place, from its units.
import { computed, effect, signal } from '@preact/signals';
import { get } from '../lib/api';
import { session } from '../lib/session';
import { pick, type Both } from '../lib/words';

interface UnitRow {
	id: string;
	name: Both;
	parent: string | null;
}

const units = signal<readonly UnitRow[]>([]);

/* The names of units, by id; empty until they are known. */
export const unitNames = computed(() => new Map(units.value.map(unit => [unit.id, unit.name])));

/* What stands at the top of the page: the unit that is above all that may be seen. */
export const place = computed(() => {
	const top = units.value.find(unit => !units.value.some(other => other.id === unit.parent));

	return top ? pick(top.name) : (session.value?.instance ?? '');
});

const viewer = computed(() => {
	const own = session.value;

	return own ? [own.user, own.whole, ...own.units].join(' ') : '';
});

async function read(): Promise<void> {
	try {
		units.value = (await get<{ units: UnitRow[] }>('units')).units;
	} catch {
		if (session.peek())
			setTimeout(() => void read(), 5000);
	}
}

export function startPlace(): void {
	effect(() => {
		if (viewer.value)
			void read();
		else
			units.value = [];
	});
}
