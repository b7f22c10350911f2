// SPDX-License-Identifier: Apache-2.0
// Tiles in their places and in rows; arrows move between them, wherever they stand.
import { useRef, useState } from 'preact/hooks';
import { t, tOr } from '../../lib/words';
import { layoutOf, nextBox, type Arrow, type Box, type Layout } from './layout';
import { Tile, type TileState } from './tile';

const ROW_REM = 11;
const LARGE_MAX = 24; /* tiles that fit on a screen although they are large */
const ARROWS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

function boxesOf(within: HTMLElement): Box[] {
	return [...within.querySelectorAll<HTMLElement>('[data-unit]')].map(tile => {
		const at = tile.getBoundingClientRect();

		return { id: tile.dataset['unit'] ?? '', x: at.left + at.width / 2, y: at.top + at.height / 2 };
	});
}

function focusTile(within: HTMLElement, id: string): void {
	within.querySelector<HTMLElement>(`[data-unit="${CSS.escape(id)}"]`)?.focus();
}

function Groups(props: { layout: Layout; states: Map<string, TileState>; tabbed: string | null }) {
	const { layout } = props;
	const n = layout.groups.reduce((sum, group) => sum + group.nodes.length, 0);
	const isSmall = layout.grid.length > 0 || n > LARGE_MAX;

	return (
		<div class={layout.grid.length > 0 ? 'ov-strip' : isSmall ? 'ov-flow' : 'ov-flow large'}>
			{layout.groups.map(group => (
				<section key={group.level} class="ov-group" aria-label={levelName(group.level)}>
					<h2>
						{levelName(group.level)} <small>{group.nodes.length}</small>
					</h2>
					<div class="ov-rows">
						{group.nodes.map(({ unit }) => {
							const state = props.states.get(unit.id);

							return (
								state && <Tile key={unit.id} state={state} tabbed={props.tabbed === unit.id} small={isSmall} />
							);
						})}
					</div>
				</section>
			))}
		</div>
	);
}

function levelName(level: string): string {
	return tOr(`overview.level.${level}`, level);
}

function Grid(props: { layout: Layout; states: Map<string, TileState>; tabbed: string | null }) {
	const { layout } = props;

	return (
		<section
			class="ov-map"
			aria-label={t('overview.map')}
			style={{
				gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`,
				gridTemplateRows: `repeat(${layout.rows}, minmax(0, 1fr))`,
				minHeight: `min(100vh - 13rem, ${layout.rows * ROW_REM}rem)`,
			}}
		>
			{layout.grid.map(({ node, column, row }) => {
				const state = props.states.get(node.unit.id);

				return (
					state && (
						<Tile
							key={node.unit.id}
							state={state}
							tabbed={props.tabbed === node.unit.id}
							place={{ column, row }}
						/>
					)
				);
			})}
		</section>
	);
}

export function Tiles(props: { states: readonly TileState[] }) {
	const box = useRef<HTMLDivElement>(null);
	const [focus, setFocus] = useState<string | null>(null);
	const byId = new Map(props.states.map(state => [state.node.unit.id, state]));
	const layout = layoutOf(props.states.map(state => state.node));
	const first = layout.grid[0]?.node ?? layout.groups[0]?.nodes[0];
	const tabbed = focus !== null && byId.has(focus) ? focus : (first?.unit.id ?? null);

	function onKeyDown(event: KeyboardEvent): void {
		const from = (event.target as HTMLElement).dataset['unit'];
		const next =
			from !== undefined && box.current && ARROWS.includes(event.key)
				? nextBox(boxesOf(box.current), from, event.key as Arrow)
				: null;

		if (!next || !box.current)
			return;
		event.preventDefault();
		setFocus(next);
		focusTile(box.current, next);
	}

	return (
		<div
			ref={box}
			class={`ov-tiles${layout.grid.length > 0 ? ' mapped' : ''}`}
			onKeyDown={onKeyDown}
			onFocusIn={event => setFocus((event.target as HTMLElement).dataset['unit'] ?? focus)}
		>
			{layout.grid.length > 0 && <Grid layout={layout} states={byId} tabbed={tabbed} />}
			{layout.groups.length > 0 && <Groups layout={layout} states={byId} tabbed={tabbed} />}
		</div>
	);
}
