// SPDX-License-Identifier: Apache-2.0
import { bindings, type Binding } from '../lib/keys';
import { t } from '../lib/words';
import { Dialog } from '../ui/Dialog';

const names: Record<string, string> = { Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ' ': '␣' };

function Keys(props: { title: string; list: readonly Binding[] }) {
	if (props.list.length === 0)
		return null;
	return (
		<section>
			<h3>{props.title}</h3>
			<dl class="keys">
				{props.list.map(one => (
					<div key={one.keys}>
						<dt>
							{one.keys.split(/(?<=.) (?=.)/).map(key => (
								<kbd key={key}>{names[key] ?? key}</kbd>
							))}
						</dt>
						<dd>{t(one.words)}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}

export function Help(props: { onClose: () => void }) {
	const [shell, ...rest] = bindings.value;
	const all = (shell?.list ?? []).filter(one => !one.quiet);
	const here = rest.flatMap(({ list }) => list).filter(one => !one.quiet);

	return (
		<Dialog title={t('shell.help')} onClose={props.onClose}>
			<div class="help">
				<Keys title={t('shell.helpHere')} list={[...here, ...all.filter(one => !one.keys.startsWith('g '))]} />
				<Keys title={t('shell.helpGo')} list={all.filter(one => one.keys.startsWith('g '))} />
			</div>
		</Dialog>
	);
}
