// SPDX-License-Identifier: Apache-2.0
// The figures of a unit that somebody has set a target or a limit for.
import { useMemo } from 'preact/hooks';
import { alerts } from '../../lib/alerts';
import { usePoll } from '../../lib/poll';
import { keyIndicators, type Indicator, type Rule } from '../indicator/model';
import type { HistoryRow } from '../indicator/series';

const FIGURES_MS = 15_000;
const RULES_MS = 60_000;
const PAST_MS = 300_000;

/* The figures of unit that matter most, and how each went in the last day. */
export function useFigures(unit: string | null, isTop: boolean, limit: number) {
	const list = usePoll<{ indicators: Indicator[] }>(unit ? 'indicators' : null, { unit }, FIGURES_MS);
	const rules = usePoll<{ rules: Rule[] }>('rules', {}, RULES_MS);
	const alerting = useMemo(() => {
		const byRule = new Map((rules.data?.rules ?? []).map(rule => [rule.id, rule.indicator]));

		return new Set(
			alerts.value
				.filter(row => row.alert.unit.id === unit)
				.map(row => byRule.get(row.alert.rule.id) ?? ''),
		);
	}, [rules.data, unit, alerts.value]);
	const keys = keyIndicators({
		indicators: list.data?.indicators ?? [],
		rules: rules.data?.rules ?? [],
		alerting,
		limit,
		isTop,
	});
	const ids = keys.map(key => key.indicator.id).sort().join(',');
	const past = usePoll<{ rows: HistoryRow[] }>(
		unit && ids ? 'history' : null,
		{ unit, indicator: ids, every: 'hour', since: '25h' },
		PAST_MS,
	);

	return { list, keys, past: pastOf(past.data?.rows ?? []) };
}

function pastOf(rows: readonly HistoryRow[]): Map<string, (number | null)[]> {
	const past = new Map<string, (number | null)[]>();

	for (const row of rows)
		past.set(row.indicator, [...(past.get(row.indicator) ?? []), row.value]);
	return past;
}
