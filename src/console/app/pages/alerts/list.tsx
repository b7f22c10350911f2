// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { look } from '../../lib/look';
import { route } from '../../lib/router';
import { t } from '../../lib/words';
import { VirtualList } from '../../ui';
import type { Entry } from './flood';
import { GroupRow } from './group';
import { pending } from './orders';
import { AlertRow } from './row';
import { cursor, entries, keyOf, openEntry, openGroups, picked } from './state';

const ROW_REM = 3.75;
const CARD_REM = 9.5; /* on a phone */
const PHONE = '(max-width: 639px)';

/* The height of a row in px, which changes with the size of the text and of the screen. */
function useRowHeight(): number {
	const [height, setHeight] = useState(ROW_REM * 16);

	useLayoutEffect(() => {
		const media = matchMedia(PHONE);
		const measure = () => {
			const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);

			setHeight(Math.round((media.matches ? CARD_REM : ROW_REM) * rem));
		};

		measure();
		media.addEventListener('change', measure);
		return () => media.removeEventListener('change', measure);
	}, [look.value]);
	return height;
}

/* What comes in above does not move what is being looked at, unless that is the top. */
function useStill(items: readonly Entry[], rowHeight: number) {
	const own = useRef<HTMLDivElement>(null);
	const before = useRef<{ items: readonly Entry[]; top: number } | null>(null);

	useLayoutEffect(() => {
		const box = own.current?.querySelector('.list');
		const old = before.current;

		if (!box)
			return;
		if (old && old.items !== items && box.scrollTop > 0) {
			const first = old.items[Math.floor(box.scrollTop / rowHeight)];
			const was = Math.floor(box.scrollTop / rowHeight);
			const is = first ? items.findIndex(entry => keyOf(entry) === keyOf(first)) : -1;

			if (is >= 0 && is !== was)
				box.scrollTop += (is - was) * rowHeight;
		}
		before.current = { items, top: box.scrollTop };
	}, [items, rowHeight]);
	return own;
}

function Item(props: { entry: Entry }) {
	const { entry } = props;
	const key = keyOf(entry);
	const isAtCursor = cursor.value === key;

	if (entry.kind === 'group')
		return (
			<GroupRow
				group={entry.group}
				isOpen={openGroups.value.has(entry.group.key)}
				isAtCursor={isAtCursor}
			/>
		);
	return (
		<AlertRow
			row={entry.row}
			isPicked={picked.value.has(key)}
			isAtCursor={isAtCursor}
			isOpen={route.value.id === entry.row.alert.id}
			inGroup={entry.depth > 0}
			pending={pending.value.get(key)}
		/>
	);
}

function Heads() {
	return (
		<div class="al-heads" aria-hidden="true">
			<span />
			<span>{t('alerts.colSeverity')}</span>
			<span>{t('alerts.colUnit')}</span>
			<span>{t('alerts.colWhat')}</span>
			<span>{t('alerts.colValue')}</span>
			<span>{t('alerts.colAge')}</span>
			<span>{t('alerts.colHandling')}</span>
			<span />
		</div>
	);
}

export function AlertList() {
	const rowHeight = useRowHeight();
	const items = entries.value;
	const own = useStill(items, rowHeight);

	return (
		<div class="al-list" ref={own}>
			<Heads />
			<VirtualList
				items={items}
				keyOf={keyOf}
				rowHeight={rowHeight}
				label={t('alerts.list')}
				chosen={cursor.value}
				onMove={entry => {
					cursor.value = keyOf(entry);
				}}
				onOpen={openEntry}
				render={entry => <Item entry={entry} />}
			/>
		</div>
	);
}

export function focusList(): void {
	document.querySelector<HTMLElement>('.al-list .list')?.focus({ preventScroll: true });
}
