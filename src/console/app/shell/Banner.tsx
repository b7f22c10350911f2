// SPDX-License-Identifier: Apache-2.0
import { age, moment } from '../lib/format';
import { now, stale } from '../lib/live';
import type { Stale } from '../lib/liveness';
import { t } from '../lib/words';

const whys = {
	offline: 'shell.whyOffline',
	silent: 'shell.whySilent',
	late: 'shell.whyLate',
	clock: 'shell.whyClock',
	ended: 'shell.whyEnded',
} as const;

function What(props: { of: Stale }) {
	const { since } = props.of;

	if (!since)
		return <strong>{t('shell.staleNever')}</strong>;
	return <strong>{t('shell.stale', { time: moment(since, now.value) })}</strong>;
}

/* Across the whole width, as long as nobody can say that the page is live. */
export function Banner() {
	const told = stale.value;

	if (!told)
		return null;
	return (
		<div class="banner" role="alert">
			<svg viewBox="0 0 32 32" aria-hidden="true">
				<path d="M16 2 31 29H1Z M15 11v9h2v-9Z M15 23v3h2v-3Z" fill-rule="evenodd" />
			</svg>
			<div>
				<What of={told} />
				<p>
					{t(whys[told.why], { age: age(Math.abs(told.skew)) })} {told.since > 0 && t('shell.staleOld')}
				</p>
			</div>
			{told.since > 0 && <StaleFor since={told.since} />}
		</div>
	);
}

/* Apart, and not read out: it changes every second. */
function StaleFor(props: { since: number }) {
	return (
		<span class="banner-for" aria-hidden="true">
			{t('shell.staleFor', { age: age(now.value - props.since) })}
		</span>
	);
}
