// SPDX-License-Identifier: Apache-2.0
// The rules in the files, run over the journal: begun, watched, ended, and compared.
import { useState } from 'preact/hooks';
import { post } from '../../lib/api';
import { percent } from '../../lib/format';
import { usePoll } from '../../lib/poll';
import { t } from '../../lib/words';
import { Empty, ErrorNote } from '../../ui';
import type { Trial } from './config';
import { TrialTable } from './trial_table';

const DAYS = [1, 7, 30] as const;
const RUNNING_MS = 1000;
const IDLE_MS = 15000;

function Running(props: { of: Trial; onStop: () => void }) {
	const progress = props.of.progress ?? 0;

	return (
		<p>
			<label>
				{t('rules.trialRunning')}… {percent(progress, 0)}{' '}
				<progress max={1} value={progress} />
			</label>{' '}
			<button type="button" onClick={props.onStop}>
				{t('rules.trialStop')}
			</button>
		</p>
	);
}

function Start(props: { onStart: (days: number) => void }) {
	const [days, setDays] = useState<number>(7);

	return (
		<p>
			<label>
				{t('rules.trialSpan')}{' '}
				<select
					value={days}
					onChange={event => setDays(Number(event.currentTarget.value))}
				>
					{DAYS.map(n => (
						<option key={n} value={n}>
							{t('rules.trialDays', { n })}
						</option>
					))}
				</select>
			</label>{' '}
			<button type="button" class="main" onClick={() => props.onStart(days)}>
				{t('rules.trialStart')}
			</button>
		</p>
	);
}

export function TrialBox() {
	const [isRunning, setRunning] = useState(false);
	const trial = usePoll<Trial>('backtest', {}, isRunning ? RUNNING_MS : IDLE_MS);
	const [error, setError] = useState<unknown>(null);
	const { data } = trial;

	if (data && (data.state === 'running') !== isRunning)
		setRunning(data.state === 'running');

	async function order(path: string, body: object) {
		setError(null);
		try {
			await post<Trial>(path, body);
			setRunning(path === 'backtest');
		} catch (fault) {
			setError(fault);
		}
		trial.reload();
	}

	return (
		<div class="ru-box">
			<h3>{t('rules.trialTitle')}</h3>
			<p class="ru-soft">{t('rules.trialHelp')}</p>
			<ErrorNote error={error ?? trial.error} />
			{data?.state === 'running' ? (
				<Running of={data} onStop={() => order('backtest/stop', {})} />
			) : (
				<Start onStart={days => order('backtest', { days })} />
			)}
			{data?.state === 'failed' && (
				<p class="ru-bad" role="status">
					{t('rules.trialFailed')} <span lang="en">{data.why}</span>
				</p>
			)}
			{data?.result && <TrialTable of={data.result} />}
			{data && !data.result && data.state === 'none' && <Empty>{t('rules.trialNone')}</Empty>}
		</div>
	);
}
