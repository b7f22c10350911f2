// SPDX-License-Identifier: Apache-2.0
// The rules in force, where each of their limits is written, and what could be in force instead.
import { useMemo } from 'preact/hooks';
import { fold, foldQuery } from '../../lib/fold';
import { useKeys } from '../../lib/keys';
import { usePoll } from '../../lib/poll';
import { go, replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { ErrorNote, Loading, Stamp } from '../../ui';
import { ConfigBox } from './config_box';
import { changedRules, forecast } from './diff';
import { Details } from './details';
import { Filters } from './filters';
import { isWanted, rowsOf, STATES, type Row, type Rules, type State, type Suppression } from './model';
import { Held } from './held';
import { RuleTable } from './rule_table';
import type { Titles } from './say';
import type { Both } from '../../lib/words';
import './rules.css';

const RULES_MS = 10000;
const TITLES_MS = 600000;

function useTitles(): Titles {
	const { data } = usePoll<{ indicators: { id: string; title: Both }[] }>(
		'indicators',
		{},
		TITLES_MS,
	);

	return useMemo(
		() => new Map((data?.indicators ?? []).map(one => [one.id, one.title])),
		[data],
	);
}

function stateOf(text: string | undefined): State {
	return STATES.find(state => state === text) ?? 'all';
}

/* Goes to the rule above or below the one that is open. */
function step(rows: readonly Row[], by: number): void {
	const at = rows.findIndex(row => row.rule.id === route.value.id);
	const next = rows[at < 0 ? 0 : at + by];

	if (next)
		replace('rules', next.rule.id, route.value.query);
}

export default function RulesPage() {
	const rules = usePoll<Rules>('rules', {}, RULES_MS);
	const held = usePoll<{ suppressions: Suppression[] }>('suppressions', {}, RULES_MS);
	const titles = useTitles();
	const { id, query } = route.value;
	const rows = useMemo(
		() =>
			rowsOf(
				rules.data?.rules ?? [],
				held.data?.suppressions ?? [],
				changedRules(forecast.value),
				fold,
			),
		[rules.data, held.data, forecast.value],
	);
	const filter = {
		words: foldQuery(query.q ?? ''),
		group: query.group ?? '',
		severity: query.severity ?? '',
		state: stateOf(query.state),
	};
	const shown = rows.filter(row => isWanted(row, filter));
	const chosen = rows.find(row => row.rule.id === id);

	useKeys([
		{ keys: 'j', words: 'rules.keyNext', run: () => step(shown, 1) },
		{ keys: 'k', words: 'rules.keyPrevious', run: () => step(shown, -1) },
	]);

	return (
		<div class="page ru-page">
			<header class="ru-head">
				<h1>{t('rules.title')}</h1>
				<Stamp at={rules.at} />
			</header>
			<ConfigBox />
			<Held all={held.data?.suppressions ?? []} />
			<ErrorNote error={rules.error ?? held.error} retry={rules.reload} old={rules.data !== null} />
			<Filters rows={rows} n={shown.length} filter={filter} />
			{rules.loading ? (
				<Loading />
			) : (
				<RuleTable
					rows={shown}
					titles={titles}
					since={rules.data?.fired_since}
					chosen={id ?? null}
					onRow={row => go('rules', row.rule.id, query)}
				/>
			)}
			{chosen && rules.data && (
				<Details
					key={chosen.rule.id}
					row={chosen}
					all={rules.data}
					titles={titles}
					at={rules.at}
					onClose={() => replace('rules', null, query)}
				/>
			)}
		</div>
	);
}
