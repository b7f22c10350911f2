// SPDX-License-Identifier: Apache-2.0
// What became of orders.
import { t } from '../../lib/words';
import { dropNotice, notices, noticeWords } from './give';

export function Notices() {
	return (
		<div class="al-notices" role="status">
			{notices.value.map(one => (
				<p key={one.serial} class={`al-notice ${one.result.outcome}`}>
					{noticeWords(one)}
					<button
						type="button"
						class="plain"
						aria-label={t('alerts.close')}
						onClick={() => dropNotice(one)}
					>
						✕
					</button>
				</p>
			))}
		</div>
	);
}
