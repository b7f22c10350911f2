// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { lang, t } from '../lib/words';

export interface Column<T> {
	id: string;
	title: ComponentChildren;
	show: (row: T) => ComponentChildren;
	sort?: (row: T) => string | number | null; /* what to sort by; no such: cannot be sorted */
	right?: boolean; /* figures stand on the right */
	hidePhone?: boolean;
}

export interface Order {
	column: string;
	down: boolean;
}

/* null comes last, whichever way it is sorted. */
export function compareBy<T>(of: (row: T) => string | number | null, down: boolean, locale: string) {
	const texts = new Intl.Collator(locale, { numeric: true });

	return (a: T, b: T) => {
		const [x, y] = [of(a), of(b)];

		if (x === null || y === null)
			return Number(x === null) - Number(y === null);
		const order =
			typeof x === 'string' || typeof y === 'string' ? texts.compare(String(x), String(y)) : x - y;

		return down ? -order : order;
	};
}

function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], order: Order | null): readonly T[] {
	const of = columns.find(column => column.id === order?.column)?.sort;

	return of ? [...rows].sort(compareBy(of, order!.down, lang.value)) : rows;
}

/* Moves focus to the row above or below. */
function onRowKey(event: KeyboardEvent, open?: () => void): void {
	const row = event.currentTarget as HTMLElement;
	const next =
		event.key === 'ArrowDown'
			? row.nextElementSibling
			: event.key === 'ArrowUp'
				? row.previousElementSibling
				: null;

	if (event.target !== row)
		return;
	if (next)
		(next as HTMLElement).focus();
	else if (event.key === 'Enter')
		open?.();
	else
		return;
	event.preventDefault();
}

/* A table that can be sorted by its heads.  onRow: rows can be chosen, by mouse, arrows and Enter. */
export function Table<T>(props: {
	columns: readonly Column<T>[];
	rows: readonly T[];
	keyOf: (row: T) => string;
	caption: string; /* read out, not seen */
	order?: Order;
	onRow?: (row: T) => void;
	chosen?: string | null; /* key of the row that is open */
	rowClass?: (row: T) => string;
	empty?: ComponentChildren;
}) {
	const [order, setOrder] = useState<Order | null>(props.order ?? null);
	const rows = useMemo(
		() => sorted(props.rows, props.columns, order),
		[props.rows, props.columns, order, lang.value],
	);

	function turn(id: string) {
		setOrder(order?.column === id ? { column: id, down: !order.down } : { column: id, down: false });
	}

	return (
		<div class="table-box" role="region" aria-label={props.caption} tabIndex={0}>
			<table class="table">
				<caption class="unseen">{props.caption}</caption>
				<thead>
					<tr>
						{props.columns.map(column => (
							<Head key={column.id} column={column} order={order} turn={turn} />
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map(row => {
						const key = props.keyOf(row);
						const open = props.onRow && (() => props.onRow!(row));

						return (
							<tr
								key={key}
								class={`${props.rowClass?.(row) ?? ''}${open ? ' pick' : ''}`}
								tabIndex={open ? 0 : undefined}
								aria-selected={open ? props.chosen === key : undefined}
								onClick={open}
								onKeyDown={open && (event => onRowKey(event, open))}
							>
								{props.columns.map(column => (
									<td key={column.id} class={classOf(column)}>
										{column.show(row)}
									</td>
								))}
							</tr>
						);
					})}
				</tbody>
			</table>
			{rows.length === 0 && <p class="empty">{props.empty ?? t('common.nothing')}</p>}
		</div>
	);
}

function classOf<T>(column: Column<T>): string {
	return `${column.right ? 'right' : ''}${column.hidePhone ? ' no-phone' : ''}`;
}

function Head<T>(props: { column: Column<T>; order: Order | null; turn: (id: string) => void }) {
	const { column, order } = props;
	const own = order?.column === column.id ? order : null;

	return (
		<th
			scope="col"
			class={classOf(column)}
			aria-sort={own ? (own.down ? 'descending' : 'ascending') : undefined}
		>
			{column.sort ? (
				<button
					type="button"
					class="plain"
					title={t(own && !own.down ? 'common.sortDown' : 'common.sortUp')}
					onClick={() => props.turn(column.id)}
				>
					{column.title}
					<span aria-hidden="true">{own ? (own.down ? ' ▼' : ' ▲') : ''}</span>
				</button>
			) : (
				column.title
			)}
		</th>
	);
}
