// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { ApiError, post } from '../../lib/api';
import { t } from '../../lib/words';
import { Confirm, ErrorNote } from '../../ui';
import type { Reloaded } from './config';
import { forecast } from './diff';
import { Findings } from './findings';
import { parseReport } from './report';

function ReportText(props: { text: string }) {
	const { findings, notes } = parseReport(props.text);

	return (
		<>
			<Findings of={findings} />
			{notes.length > 0 && <pre class="ru-source">{notes.join('\n')}</pre>}
		</>
	);
}

/* What came of it, with the report that the terminal would show. */
function Outcome(props: { of: Reloaded }) {
	return (
		<div class="ru-box" role="status">
			<p>
				<strong class={props.of.applied ? '' : 'ru-bad'}>
					{t(props.of.applied ? 'rules.reloadDone' : 'rules.reloadRefused')}
				</strong>
			</p>
			{props.of.report && (
				<>
					<h3>{t('rules.reloadReport')}</h3>
					<ReportText text={props.of.report} />
				</>
			)}
		</div>
	);
}

export function ReloadBox(props: { onDone: () => void; onClose: () => void }) {
	const [isAsking, setAsking] = useState(true);
	const [isBusy, setBusy] = useState(false);
	const [outcome, setOutcome] = useState<Reloaded | null>(null);
	const [error, setError] = useState<unknown>(null);

	async function reload() {
		setBusy(true);
		try {
			setOutcome(await post<Reloaded>('reload', {}));
			forecast.value = null;
		} catch (fault) {
			if (fault instanceof ApiError && fault.status === 409 && fault.body)
				setOutcome(fault.body as Reloaded);
			else
				setError(fault);
		}
		setAsking(false);
		setBusy(false);
		props.onDone();
	}

	return (
		<>
			{isAsking && (
				<Confirm
					title={t('rules.reloadAsk')}
					yes={t('rules.reload')}
					busy={isBusy}
					onYes={reload}
					onNo={props.onClose}
				>
					<p>{t('rules.reloadText')}</p>
				</Confirm>
			)}
			<ErrorNote error={error} />
			{outcome && <Outcome of={outcome} />}
		</>
	);
}
