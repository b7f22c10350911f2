// SPDX-License-Identifier: Apache-2.0
import { href } from '../lib/router';
import { pick, type Both } from '../lib/words';

export interface UnitOf {
	id: string;
	name?: Partial<Both> | string | null;
	level?: string | null;
}

/* The name of a unit, as a link to its place in the overview; plain: only the name. */
export function Unit(props: { of: UnitOf | null | undefined; plain?: boolean }) {
	if (!props.of)
		return <span>–</span>;
	const name = pick(props.of.name) || props.of.id;

	if (props.plain)
		return <span class="unit">{name}</span>;
	return (
		<a class="unit" href={href('overview', props.of.id)}>
			{name}
		</a>
	);
}
