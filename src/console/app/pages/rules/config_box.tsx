// SPDX-License-Identifier: Apache-2.0
// Which configuration is in force since when, and what an administrator may do about it.
import { computed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { age, moment } from '../../lib/format';
import { beat, now } from '../../lib/live';
import { usePoll } from '../../lib/poll';
import { can, session } from '../../lib/session';
import { t, tOr } from '../../lib/words';
import { ErrorNote } from '../../ui';
import { CheckBox } from './check_box';
import type { Config } from './config';
import { DiffBox } from './diff_box';
import { ReloadBox } from './reload_box';
import { TrialBox } from './trial_box';

const CONFIG_MS = 30000;
const TOOLS = ['check', 'diff', 'reload', 'trial'] as const;
type Tool = (typeof TOOLS)[number];

function InForce(props: { config: Config }) {
	const { rules, fingerprint, directory, reload } = props.config;
	const ms = rules.since ? Date.parse(rules.since) : NaN;

	return (
		<>
			{!Number.isNaN(ms) && (
				<span>
					{t('rules.configSince', {
						time: moment(ms, now.value),
						age: t('common.ago', { age: age(Math.max(0, now.value - ms)) }),
					})}
					{rules.by &&
						`, ${tOr(`rules.by-${rules.by}`, t('rules.configBy', { by: rules.by }))}`}
				</span>
			)}
			<span>
				{t('rules.fingerprint')} <code>{fingerprint}</code>
			</span>
			{directory && (
				<span>
					{t('rules.directory')} <code>{directory}</code>
				</span>
			)}
			{reload && (
				<span>
					{t('rules.lastReload')}: {moment(reload.time, now.value)}
					{reload.by ? `, ${reload.by}` : ''},{' '}
					<strong class={reload.outcome === 'refused' ? 'ru-bad' : ''}>
						{tOr(`rules.outcome-${reload.outcome}`, reload.outcome)}
					</strong>
				</span>
			)}
		</>
	);
}

/* Changes with a reload alone, other than the beat that tells it. */
const inForce = computed(() => beat.value?.config);

/* Why the tools are not offered; '': they are. */
function obstacle(): string {
	if (!can('admin'))
		return t('rules.onlyAdmin');
	return session.value?.whole ? '' : t('rules.onlyWhole');
}

export function ConfigBox() {
	const config = usePoll<Config>('config', {}, CONFIG_MS);
	const [tool, setTool] = useState<Tool | null>(null);
	const why = obstacle();
	const directory = config.data?.directory ?? null;

	/* A reload by anybody shows at once. */
	useEffect(config.reload, [inForce.value]);

	return (
		<section class="ru-config" aria-label={t('rules.config')}>
			<h2>{t('rules.config')}</h2>
			<ErrorNote error={config.error} retry={config.reload} old={config.data !== null} />
			<div class="ru-force">{config.data && <InForce config={config.data} />}</div>
			<div class="ru-tools">
				{TOOLS.map(one => (
					<button
						key={one}
						type="button"
						disabled={why !== ''}
						aria-expanded={tool === one}
						onClick={() => setTool(tool === one ? null : one)}
					>
						{t(`rules.${one}`)}
					</button>
				))}
				{why && <span class="ru-soft">{why}</span>}
			</div>
			{!why && tool === 'check' && <CheckBox />}
			{!why && tool === 'diff' && <DiffBox directory={directory} />}
			{!why && tool === 'reload' && (
				<ReloadBox onDone={config.reload} onClose={() => setTool(null)} />
			)}
			{!why && tool === 'trial' && <TrialBox />}
		</section>
	);
}
