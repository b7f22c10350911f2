// SPDX-License-Identifier: Apache-2.0
import { moment } from '../../lib/format';
import { now } from '../../lib/live';
import { t } from '../../lib/words';

/* Never; or, when what was before is forgotten, not since then. */
export function Never(props: { since: string | null | undefined }) {
	return (
		<span class="ru-soft">
			{props.since
				? t('rules.notSince', { time: moment(props.since, now.value) })
				: t('rules.never')}
		</span>
	);
}
