// SPDX-License-Identifier: Apache-2.0
// What the shift has to bear, and the sheet it hands to the next.
import { replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { LoadView } from './load';
import { SheetView } from './sheet_view';
import './shift.css';
import './sheet.css';

const VIEWS = ['load', 'sheet'] as const;
type View = (typeof VIEWS)[number];

function viewOf(text: string | undefined): View {
	return text === 'sheet' ? 'sheet' : 'load';
}

export default function ShiftPage() {
	const { query } = route.value;
	const view = viewOf(query.view);

	return (
		<div class="page sh-page">
			<header class="sh-head">
				<h1>{t('shift.title')}</h1>
				<nav class="sh-views" aria-label={t('shift.views')}>
					{VIEWS.map(one => (
						<button
							key={one}
							type="button"
							aria-pressed={view === one}
							onClick={() => replace('shift', null, { ...query, view: one === 'load' ? '' : one })}
						>
							{t(`shift.${one}`)}
						</button>
					))}
				</nav>
			</header>
			{view === 'load' ? <LoadView /> : <SheetView />}
		</div>
	);
}
