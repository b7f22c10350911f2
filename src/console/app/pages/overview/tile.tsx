// SPDX-License-Identifier: Apache-2.0
import { age, instant } from '../../lib/format';
import { light, now } from '../../lib/live';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Severity } from '../../ui/Severity';
import { isDoubtful, type Data } from './data';
import { shortParts } from '../../words/short';
import { worstOf, type Node, type Open } from './tree';

export interface TileState {
	node: Node;
	open: Readonly<Open> | null; /* null: the alerts are not known */
	data: Data;
}

/* The worst that is open, in a word; never peace without data. */
function worstWord({ open, data }: TileState): string {
	if (!open)
		return t('overview.tile-unknown');
	const worst = worstOf(open);

	if (worst !== 'none')
		return t(`overview.worst.${worst}`);
	if (isDoubtful(data))
		return '';
	return t(light.value === 'green' ? 'overview.worst.none' : 'overview.no-alert');
}

function reporting({ node }: TileState): string {
	const told = node.unit.data;

	return told?.expected
		? t('overview.reporting', { n: told.reporting, m: told.expected })
		: t('overview.reporting-none');
}

function reportingLong({ node }: TileState): string {
	const told = node.unit.data;

	return told?.expected
		? t('overview.reporting-long', { n: told.reporting, m: told.expected })
		: '';
}

function Counts({ open }: { open: Readonly<Open> }) {
	if (open.critical + open.warning === 0)
		return null;
	return (
		<span class="ov-counts">
			{open.critical > 0 && (
				<span class="ov-count" title={t('overview.n-critical', { n: open.critical })}>
					<Severity of="critical" short /> {open.critical}
				</span>
			)}
			{open.warning > 0 && (
				<span class="ov-count warning" title={t('overview.n-warning', { n: open.warning })}>
					<Severity of="warning" short /> {open.warning}
				</span>
			)}
		</span>
	);
}

function Name({ of }: { of: string }) {
	const { kind, own } = shortParts(of);

	return (
		<span class="ov-name">
			<span class="ov-kind">{kind}</span>
			{own}
		</span>
	);
}

function Since(props: { word: 'overview.oldest' | 'overview.last-data'; time: number }) {
	return <span>{t(props.word, { age: age(now.value - props.time) })}</span>;
}

/* Some of the data: hatched lightly; none that can be trusted: heavily. */
function hatchOf({ open, data }: TileState): string {
	if (open && !isDoubtful(data))
		return '';
	return open && data === 'partial' ? ' hatched' : ' hatched heavy';
}

export function Tile(props: {
	state: TileState;
	tabbed: boolean;
	small?: boolean;
	place?: { column: number; row: number };
}) {
	const { state, place } = props;
	const { unit } = state.node;
	const worst = state.open ? worstOf(state.open) : 'none';
	const kind = `${worst}${hatchOf(state)}${props.small ? ' small' : ''}`;
	const oldest = state.open?.oldest ?? null;
	const lastData = instant(unit.data?.last_arrival);

	return (
		<a
			class={`ov-tile ${kind}`}
			href={href('overview', unit.id)}
			data-unit={unit.id}
			tabIndex={props.tabbed ? 0 : -1}
			title={pick(unit.name)}
			style={place && { gridColumn: String(place.column), gridRow: String(place.row) }}
		>
			<Name of={pick(unit.name) || unit.id} />
			<span class="ov-head">
				{state.open && <Counts open={state.open} />}
				<span class="ov-verdict">{worstWord(state)}</span>
			</span>
			{isDoubtful(state.data) && (
				<span class="ov-verdict doubt">{t(`overview.data.${state.data}`)}</span>
			)}
			<span class="ov-facts">
				<span title={reportingLong(state)}>{reporting(state)}</span>
				{oldest !== null ? (
					<Since word="overview.oldest" time={oldest} />
				) : (
					isDoubtful(state.data) && lastData !== null && <Since word="overview.last-data" time={lastData} />
				)}
			</span>
		</a>
	);
}
