// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { moment } from '../lib/format';
import { now } from '../lib/live';
import { size, theme, wall } from '../lib/look';
import { logout, session } from '../lib/session';
import { t, pick, type Key } from '../lib/words';
import { useLayer } from '../ui/layer';
import { unitNames } from './place';

function Drop(props: { id: string; label: string; onClose: () => void; children: ComponentChildren }) {
	const own = useRef<HTMLDivElement>(null);

	useLayer(props.onClose);
	useEffect(() => {
		const away = (event: Event) => {
			const box = own.current?.parentElement;

			if (box && !box.contains(event.target as Node))
				props.onClose();
		};

		document.addEventListener('pointerdown', away);
		document.addEventListener('focusin', away);
		own.current?.querySelector<HTMLElement>('button,input,select')?.focus();
		return () => {
			document.removeEventListener('pointerdown', away);
			document.removeEventListener('focusin', away);
		};
	}, []);
	return (
		<div ref={own} id={props.id} class="drop" role="group" aria-label={props.label}>
			{props.children}
		</div>
	);
}

/* A button with what opens under it. */
function Menu(props: { label: string; class?: string; children: ComponentChildren }) {
	const [isOpen, setOpen] = useState(false);
	const id = useId();

	return (
		<div class={`menu ${props.class ?? ''}`}>
			<button
				type="button"
				class="plain"
				aria-expanded={isOpen}
				aria-controls={isOpen ? id : undefined}
				onClick={() => setOpen(!isOpen)}
			>
				{props.label} <span aria-hidden="true">▾</span>
			</button>
			{isOpen && (
				<Drop id={id} label={props.label} onClose={() => setOpen(false)}>
					{props.children}
				</Drop>
			)}
		</div>
	);
}

function Choice<T extends string>(props: {
	title: Key;
	of: Signal<T>;
	all: readonly (readonly [T, Key])[];
}) {
	const name = useId();

	return (
		<fieldset class="choice">
			<legend>{t(props.title)}</legend>
			{props.all.map(([value, words]) => (
				<label key={value}>
					<input
						type="radio"
						name={name}
						checked={props.of.value === value}
						onChange={() => void (props.of.value = value)}
					/>
					{t(words)}
				</label>
			))}
		</fieldset>
	);
}

export function DisplayMenu() {
	return (
		<Menu label={t('shell.settings')}>
			<Choice
				title="shell.theme"
				of={theme}
				all={[
					['auto', 'shell.themeAuto'],
					['light', 'shell.themeLight'],
					['dark', 'shell.themeDark'],
				]}
			/>
			<Choice
				title="shell.size"
				of={size}
				all={[
					['small', 'shell.sizeSmall'],
					['normal', 'shell.sizeNormal'],
					['large', 'shell.sizeLarge'],
				]}
			/>
			<button type="button" onClick={() => void (wall.value = !wall.value)}>
				{t(wall.value ? 'shell.wallOff' : 'shell.wallOn')}
			</button>
		</Menu>
	);
}

function unitsText(): string {
	const own = session.value;

	if (!own || own.whole)
		return t('shell.allUnits');
	if (own.units.length > 3)
		return t('shell.unitCount', { n: own.units.length });
	return own.units.map(id => pick(unitNames.value.get(id)) || id).join(', ');
}

export function AccountMenu() {
	const own = session.value;

	if (!own)
		return null;
	return (
		<Menu label={own.title || own.user} class="account">
			<dl class="facts">
				<dt>{t('shell.account')}</dt>
				<dd>{own.user}</dd>
				<dt>{t('shell.role')}</dt>
				<dd>{t(`shell.${own.role}`)}</dd>
				<dt>{t('shell.units')}</dt>
				<dd>{unitsText()}</dd>
				<dt>{t('shell.until')}</dt>
				<dd>{moment(own.until, now.peek())}</dd>
				<dt>{t('shell.version')}</dt>
				<dd>iocd {own.version}</dd>
			</dl>
			<button type="button" onClick={() => void logout().catch(() => undefined)}>
				{t('shell.logout')}
			</button>
		</Menu>
	);
}
