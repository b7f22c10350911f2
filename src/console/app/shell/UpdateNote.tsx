// SPDX-License-Identifier: Apache-2.0
import { session } from '../lib/session';
import { t } from '../lib/words';

let loaded = ''; // the version that this page came with

/* Says that the server is newer than this page, which then may misread it. */
export function UpdateNote() {
	const version = session.value?.version ?? '';

	loaded ||= version;
	if (version === loaded)
		return null;
	return (
		<div class="note" role="status">
			{t('shell.updated', { version })}{' '}
			<button type="button" onClick={() => location.reload()}>
				{t('shell.reload')}
			</button>
		</div>
	);
}
