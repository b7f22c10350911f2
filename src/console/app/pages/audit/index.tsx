// SPDX-License-Identifier: Apache-2.0
// Who did what, and what happened to alerts.
import { useKeys } from '../../lib/keys';
import { replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { AlertLog } from './alert_log';
import { Deeds } from './deeds';
import './audit.css';

const TABS = ['deeds', 'alerts'] as const;
type Tab = (typeof TABS)[number];

function show(tab: Tab): void {
	const { span = '', from = '', to = '', unit = '' } = route.value.query;

	replace('audit', null, { tab: tab === 'deeds' ? '' : tab, span, from, to, unit });
}

export default function AuditPage() {
	const tab: Tab = route.value.query.tab === 'alerts' ? 'alerts' : 'deeds';

	useKeys([
		{ keys: 'x', words: 'audit.keyTab', run: () => show(tab === 'deeds' ? 'alerts' : 'deeds') },
	]);
	return (
		<div class="page au-page">
			<header class="au-head">
				<h1>{t('audit.title')}</h1>
				<nav class="au-tabs" aria-label={t('audit.tabs')}>
					{TABS.map(one => (
						<button key={one} type="button" aria-pressed={tab === one} onClick={() => show(one)}>
							{t(`audit.${one}`)}
						</button>
					))}
				</nav>
			</header>
			{tab === 'deeds' ? <Deeds /> : <AlertLog />}
		</div>
	);
}
