// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/words';

/* The search field of a page: "/" goes to it, Esc empties it. */
export function Search(props: { value: string; onInput: (value: string) => void; label?: string }) {
	const label = props.label ?? t('common.search');

	return (
		<span class="search">
			<input
				type="search"
				data-search
				aria-label={label}
				placeholder={label}
				value={props.value}
				onInput={event => props.onInput(event.currentTarget.value)}
				onKeyDown={event => {
					if (event.key !== 'Escape')
						return;
					event.preventDefault();
					if (props.value)
						props.onInput('');
					else
						event.currentTarget.blur();
				}}
			/>
			<kbd aria-hidden="true">/</kbd>
		</span>
	);
}
