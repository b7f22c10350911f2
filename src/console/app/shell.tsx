// SPDX-License-Identifier: Apache-2.0
// What stands around every page.
import { Component, type ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { startAlerts } from './lib/alerts';
import { startBell } from './lib/bell';
import { focusSearch, startKeys, useKeys, type Binding } from './lib/keys';
import { stale, startLive } from './lib/live';
import { startLook, wall } from './lib/look';
import { go, pages, route, startRouter, type Page } from './lib/router';
import { session } from './lib/session';
import { lang, setLang, t } from './lib/words';
import { Login } from './login';
import AlertsPage from './pages/alerts';
import AuditPage from './pages/audit';
import FeedsPage from './pages/feeds';
import IndicatorPage from './pages/indicator';
import OverviewPage from './pages/overview';
import ReportPage from './pages/report';
import RulesPage from './pages/rules';
import ShiftPage from './pages/shift';
import { Banner } from './shell/Banner';
import { Header } from './shell/Header';
import { HealthPanel } from './shell/HealthPanel';
import { Help } from './shell/Help';
import { Nav } from './shell/Nav';
import { startPlace } from './shell/place';
import { startTab } from './shell/tab';
import { Top } from './shell/Top';
import { UpdateNote } from './shell/UpdateNote';
import { closeTop } from './ui/layer';

const views: Record<Page, () => ComponentChildren> = {
	alerts: AlertsPage,
	overview: OverviewPage,
	indicator: IndicatorPage,
	feeds: FeedsPage,
	rules: RulesPage,
	shift: ShiftPage,
	report: ReportPage,
	audit: AuditPage,
};

export const pageKeys: Record<Page, string> = {
	alerts: 'a',
	overview: 'o',
	indicator: 'i',
	feeds: 'f',
	rules: 'r',
	shift: 's',
	report: 'b',
	audit: 'u',
};

export function start(): void {
	startLook();
	startRouter();
	startKeys();
	startLive();
	startAlerts();
	startBell();
	startPlace();
	startTab();
}

/* A fault in one page leaves the banner, the counters and the other pages as they are. */
class Guard extends Component<{ of: string; children: ComponentChildren }, { failed: string }> {
	override state = { failed: '' };

	override componentDidCatch(error: unknown) {
		console.error(error);
		this.setState({ failed: this.props.of });
	}

	render() {
		if (this.state.failed !== this.props.of)
			return this.props.children;
		return (
			<div class="note bad" role="alert">
				<strong>{t('shell.broken')}</strong>
				<button type="button" onClick={() => location.reload()}>
					{t('shell.reload')}
				</button>
			</div>
		);
	}
}

function shellKeys(open: (what: 'health' | 'help') => void): Binding[] {
	return [
		{ keys: '?', words: 'shell.keyHelp', run: () => open('help') },
		{ keys: '/', words: 'shell.keySearch', run: focusSearch },
		{ keys: 'Escape', words: 'shell.keyClose', run: () => void closeTop(), anywhere: true },
		{ keys: 'g h', words: 'shell.keyHealth', run: () => open('health') },
		{ keys: 'g w', words: 'shell.keyWall', run: () => void (wall.value = !wall.value) },
		{ keys: 'g l', words: 'shell.keyLang', run: () => setLang(lang.value === 'vi' ? 'en' : 'vi') },
		...pages.map(page => ({
			keys: `g ${pageKeys[page]}`,
			words: `${page}.title` as const,
			run: () => go(page),
		})),
	];
}

function Frame() {
	const [health, setHealth] = useState(false);
	const [help, setHelp] = useState(false);
	const page = route.value.page;
	const View = views[page];

	useKeys(shellKeys(what => (what === 'health' ? setHealth(true) : setHelp(true))));
	return (
		<div class={`frame${stale.value ? ' is-stale' : ''}`}>
			<a class="skip" href="#main">
				{t('shell.skip')}
			</a>
			<Top>
				<Banner />
				<Header onHealth={() => setHealth(!health)} onHelp={() => setHelp(true)} />
				<Nav />
			</Top>
			<UpdateNote />
			<main id="main" tabIndex={-1}>
				<Guard key={page} of={page}>
					<View />
				</Guard>
			</main>
			{health && <HealthPanel onClose={() => setHealth(false)} />}
			{help && <Help onClose={() => setHelp(false)} />}
		</div>
	);
}

export function Shell() {
	if (session.value)
		return <Frame />;
	return (
		<>
			{session.value === undefined && stale.value && <Banner />}
			<Login />
		</>
	);
}
