// SPDX-License-Identifier: Apache-2.0
// What the shift has to bear, and the sheet it hands to the next.
import { replace, route } from '../../lib/router';
import { session } from '../../lib/session';
import { t } from '../../lib/words';
import { LoadView } from './load';
import { SheetView } from './sheet_view';
import './shift.css';
import './sheet.css';

const VIEWS = ['load', 'sheet'] as const;
type View = (typeof VIEWS)[number];

/* The load is that of the whole: who sees a part of it is not told. */
function viewOf(text: string | undefined, seesLoad: boolean): View {
	return seesLoad && text !== 'sheet' ? 'load' : 'sheet';
}

function Views(props: { view: View }) {
	return (
		<nav class="sh-views no-wall" aria-label={t('shift.views')}>
			{VIEWS.map(one => (
				<button
					key={one}
					type="button"
					aria-pressed={props.view === one}
					onClick={() =>
						replace('shift', null, { ...route.value.query, view: one === 'load' ? '' : one })
					}
				>
					{t(`shift.${one}`)}
				</button>
			))}
		</nav>
	);
}

export default function ShiftPage() {
	const seesLoad = session.value?.whole ?? false;
	const view = viewOf(route.value.query.view, seesLoad);

	return (
		<div class="page sh-page">
			<header class="sh-head">
				<h1>{t('shift.title')}</h1>
				{seesLoad && <Views view={view} />}
			</header>
			{view === 'load' ? <LoadView /> : <SheetView />}
		</div>
	);
}
