// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { ApiError } from '../lib/api';
import { t } from '../lib/words';

/* Says that there is nothing, and what that means. */
export function Empty(props: { children?: ComponentChildren }) {
	return <p class="empty">{props.children ?? t('common.nothing')}</p>;
}

export function Loading() {
	return (
		<p class="empty" role="status">
			{t('common.loading')}
		</p>
	);
}

function wordsOf(error: unknown): string {
	const status = error instanceof ApiError ? error.status : 0;

	switch (status) {
	case 0:
		return t('common.noAnswer');
	case 401:
	case 403:
		return t('common.notAllowed');
	case 404:
		return t('common.notFound');
	case 429:
		return t('common.tooMany');
	default:
		return t(status >= 500 ? 'common.serverError' : 'common.badRequest');
	}
}

/* Says what went wrong; old: data of before is still shown below. */
export function ErrorNote(props: { error: unknown; retry?: () => void; old?: boolean }) {
	if (!props.error)
		return null;
	const code = props.error instanceof ApiError ? props.error.code : 'unknown';

	return (
		<div class="note bad" role="alert">
			<strong>{wordsOf(props.error)}</strong> {props.old && t('common.oldData')}{' '}
			<small>{t('common.errorCode', { code })}</small>
			{props.retry && (
				<button type="button" onClick={props.retry}>
					{t('common.retry')}
				</button>
			)}
		</div>
	);
}
