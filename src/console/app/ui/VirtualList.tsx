// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const SPARE = 6; /* rows made beyond what is seen */

interface Seen {
	top: number;
	height: number;
}

export interface VirtualListProps<T> {
	items: readonly T[];
	keyOf: (item: T) => string;
	rowHeight: number; /* px; all rows are as high */
	render: (item: T, index: number) => ComponentChildren;
	label: string;
	chosen?: string | null; /* key of the item with the cursor: scrolled to when it changes */
	onMove?: (item: T, index: number) => void; /* arrows, page keys, Home, End */
	onOpen?: (item: T, index: number) => void; /* Enter */
	class?: string;
}

const steps: Record<string, (at: number, page: number, last: number) => number> = {
	ArrowDown: at => at + 1,
	ArrowUp: at => at - 1,
	PageDown: (at, page) => at + page,
	PageUp: (at, page) => at - page,
	Home: () => 0,
	End: (_at, _page, last) => last,
};

/* A list of any length of which only what is seen is made. */
export function VirtualList<T>(props: VirtualListProps<T>) {
	const { items, rowHeight } = props;
	const box = useRef<HTMLDivElement>(null);
	const [seen, setSeen] = useState<Seen>({ top: 0, height: 800 });
	const at = props.chosen ? items.findIndex(item => props.keyOf(item) === props.chosen) : -1;

	useLayoutEffect(() => {
		const element = box.current!;
		const look = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
		const watch = new ResizeObserver(look);

		watch.observe(element);
		element.addEventListener('scroll', look, { passive: true });
		look();
		return () => {
			watch.disconnect();
			element.removeEventListener('scroll', look);
		};
	}, []);

	useEffect(() => {
		const element = box.current!;
		const top = at * rowHeight;

		if (at < 0)
			return;
		if (top < element.scrollTop)
			element.scrollTop = top;
		else if (top + rowHeight > element.scrollTop + element.clientHeight)
			element.scrollTop = top + rowHeight - element.clientHeight;
	}, [props.chosen, rowHeight]);

	function onKeyDown(event: KeyboardEvent) {
		const page = Math.max(1, Math.floor(seen.height / rowHeight) - 1);
		const step = steps[event.key];
		const item = items[at];

		if (event.target !== box.current || items.length === 0)
			return;
		if (step && props.onMove) {
			const next = Math.min(items.length - 1, Math.max(0, step(at, page, items.length - 1)));

			props.onMove(items[next]!, next);
		} else if (event.key === 'Enter' && item !== undefined && props.onOpen)
			props.onOpen(item, at);
		else
			return;
		event.preventDefault();
	}

	const first = Math.max(0, Math.floor(seen.top / rowHeight) - SPARE);
	const end = Math.min(items.length, Math.ceil((seen.top + seen.height) / rowHeight) + SPARE);

	return (
		<div
			ref={box}
			class={`list ${props.class ?? ''}`}
			role="grid"
			aria-label={props.label}
			aria-rowcount={items.length}
			aria-activedescendant={at >= 0 ? `row-${at}` : undefined}
			tabIndex={0}
			onKeyDown={onKeyDown}
		>
			<div class="list-all" style={{ height: `${items.length * rowHeight}px` }}>
				{items.slice(first, end).map((item, i) => (
					<div
						key={props.keyOf(item)}
						id={`row-${first + i}`}
						class="list-row"
						role="row"
						aria-selected={first + i === at}
						aria-rowindex={first + i + 1}
						style={{ transform: `translateY(${(first + i) * rowHeight}px)`, height: `${rowHeight}px` }}
					>
						<div class="list-cell" role="gridcell">
							{props.render(item, first + i)}
						</div>
					</div>
				))}
			</div>
		</div>
	);
}
