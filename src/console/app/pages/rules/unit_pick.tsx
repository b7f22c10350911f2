// SPDX-License-Identifier: Apache-2.0
import { usePoll } from '../../lib/poll';
import { pick, t, type Both } from '../../lib/words';

export interface UnitRow {
	id: string;
	name: Both;
	level?: string | null;
	depth: number;
}

const EVERY_MS = 300000;
const INDENT = '\u2003'; /* blanks at the beginning of an option are dropped, this one is not */

export function useUnits(): readonly UnitRow[] {
	return usePoll<{ units: UnitRow[] }>('units', {}, EVERY_MS).data?.units ?? [];
}

/* A choice among the units that the reader may see; empty: what stands for none. */
export function UnitPick(props: {
	value: string;
	empty: string;
	label?: string;
	among?: (unit: UnitRow) => boolean;
	onPick: (unit: string) => void;
}) {
	const units = useUnits();
	const shown = props.among ? units.filter(props.among) : units;

	return (
		<select
			aria-label={props.label ?? t('rules.unit')}
			value={props.value}
			onChange={event => props.onPick(event.currentTarget.value)}
		>
			<option value="">{props.empty}</option>
			{shown.map(unit => (
				<option key={unit.id} value={unit.id}>
					{INDENT.repeat(unit.depth) + (pick(unit.name) || unit.id)}
				</option>
			))}
		</select>
	);
}
