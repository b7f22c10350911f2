// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../lib/words';
import { useLayer } from './layer';

/* A dialog that must be answered first: the browser keeps focus within. */
export function Dialog(props: {
	title: string;
	onClose: () => void;
	actions?: ComponentChildren;
	children?: ComponentChildren;
}) {
	const own = useRef<HTMLDialogElement>(null);
	const id = useId();

	useLayer(props.onClose);
	useEffect(() => {
		const dialog = own.current;

		dialog?.showModal();
		return () => dialog?.close();
	}, []);

	return (
		<dialog
			ref={own}
			class="dialog"
			aria-labelledby={id}
			onCancel={event => {
				event.preventDefault();
				props.onClose();
			}}
		>
			<header class="panel-head">
				<h2 id={id}>{props.title}</h2>
				<button type="button" class="plain" aria-label={t('common.close')} onClick={props.onClose}>
					✕
				</button>
			</header>
			<div class="dialog-body">{props.children}</div>
			{props.actions && <footer class="dialog-actions">{props.actions}</footer>}
		</dialog>
	);
}

/* Asks before something is done.  yes: what is done, as a verb; grave: cannot be taken back. */
export function Confirm(props: {
	title: string;
	yes: string;
	grave?: boolean;
	busy?: boolean;
	onYes: () => void;
	onNo: () => void;
	children?: ComponentChildren;
}) {
	return (
		<Dialog
			title={props.title}
			onClose={props.onNo}
			actions={
				<>
					<button type="button" onClick={props.onNo}>
						{t('common.cancel')}
					</button>
					<button
						type="button"
						class={props.grave ? 'grave' : 'main'}
						disabled={props.busy}
						onClick={props.onYes}
					>
						{props.yes}
					</button>
				</>
			}
		>
			{props.children}
		</Dialog>
	);
}
