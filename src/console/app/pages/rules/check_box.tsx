// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../lib/api';
import { now } from '../../lib/live';
import { t } from '../../lib/words';
import { ErrorNote, Loading, Stamp } from '../../ui';
import type { Check, Config } from './config';
import { Findings } from './findings';
import { isError } from './report';

function Sum(props: { of: Check }) {
	const errors = props.of.findings.filter(isError).length;
	const remarks = props.of.findings.length - errors;

	return (
		<p role="status">
			<strong>
				{errors ? t('rules.checkErrors', { n: errors }) : t('rules.checkGood')}
			</strong>
			{remarks > 0 && ` · ${t('rules.checkWarnings', { n: remarks })}`}
			{props.of.cut && ` · ${t('rules.checkCut')}`}
		</p>
	);
}

/* The files as they are now; nothing is loaded. */
export function CheckBox() {
	const [check, setCheck] = useState<Check | null>(null);
	const [at, setAt] = useState<number | null>(null);
	const [error, setError] = useState<unknown>(null);

	async function ask() {
		setError(null);
		try {
			setCheck((await get<Config>('config', { check: 1 })).check);
			setAt(now.peek());
		} catch (fault) {
			setError(fault);
		}
	}

	useEffect(() => void ask(), []);
	return (
		<div class="ru-box">
			<h3>{t('rules.checkTitle')}</h3>
			<ErrorNote error={error} retry={ask} old={check !== null} />
			{!check && !error && <Loading />}
			{check && (
				<>
					<Stamp at={at} lateMs={300000} />
					<Sum of={check} />
					<Findings of={check.findings} />
					<button type="button" onClick={ask}>
						{t('rules.checkAgain')}
					</button>
				</>
			)}
		</div>
	);
}
