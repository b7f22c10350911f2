// SPDX-License-Identifier: Apache-2.0
import { counts } from '../lib/alerts';
import { clock, day, number } from '../lib/format';
import { beat, light, now, stale } from '../lib/live';
import { href } from '../lib/router';
import { lang, setLang, t } from '../lib/words';
import { Light } from '../ui/Light';
import { Severity } from '../ui/Severity';
import { AccountMenu, DisplayMenu } from './Menus';
import { place } from './place';

function Counter(props: { of: 'critical' | 'warning'; n: number }) {
	return (
		<a
			class={`counter${props.n ? ' some' : ''}`}
			href={href('alerts', null, { severity: props.of })}
			title={t('shell.open')}
		>
			<b>{stale.value ? '?' : number(props.n)}</b>
			<Severity of={props.of} quiet={props.n === 0} />
		</a>
	);
}

/* The server's time; none while it is not live: a clock that goes on looks as if all did. */
function Clock() {
	const isLive = !stale.value && beat.value;

	return (
		<span class="clock" title={t('shell.serverTime')}>
			<span class="unseen">{t('shell.serverTime')}: </span>
			<b>{isLive ? clock(now.value) : '--:--:--'}</b>
			<small>{isLive ? day(now.value) : ''}</small>
		</span>
	);
}

const words = {
	green: 'shell.healthGreen',
	amber: 'shell.healthAmber',
	red: 'shell.healthRed',
	unknown: 'shell.healthUnknown',
} as const;

export function Header(props: { onHealth: () => void; onHelp: () => void }) {
	return (
		<header class="head">
			<div class="place">{place.value}</div>
			<div class="counters">
				<Counter of="critical" n={counts.value.critical} />
				<Counter of="warning" n={counts.value.warning} />
			</div>
			<button type="button" class={`plain health ${light.value}`} onClick={props.onHealth}>
				<Light of={light.value} label={t(words[light.value])} />
			</button>
			<Clock />
			<div class="tools">
				<button
					type="button"
					class="plain no-wall"
					lang={lang.value === 'vi' ? 'en' : 'vi'}
					aria-label={t('shell.otherLang')}
					onClick={() => setLang(lang.value === 'vi' ? 'en' : 'vi')}
				>
					<span class="no-phone">{t('shell.otherLang')}</span>
					<span class="only-phone">{lang.value === 'vi' ? 'en' : 'vi'}</span>
				</button>
				<DisplayMenu />
				<button type="button" class="plain no-phone no-wall" onClick={props.onHelp}>
					<kbd aria-hidden="true">?</kbd> <span class="unseen">{t('shell.help')}</span>
				</button>
				<AccountMenu />
			</div>
		</header>
	);
}
