// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './lib/api';
import { lang, setLang, t } from './lib/words';
import { login, session } from './lib/session';

interface Said {
	text: string;
	isCode?: boolean; /* the code is what is asked for */
	waitMs?: number;
}

function wordsOf(error: unknown): Said {
	if (!(error instanceof ApiError) || error.status === 0)
		return { text: t('login.noAnswer') };
	switch (error.code) {
	case 'wrong_login':
		return { text: t('login.wrong') };
	case 'code_needed':
		return { text: t('login.codeHint'), isCode: true };
	case 'factor_missing':
		return { text: t('login.factorMissing') };
	case 'wait':
		return { text: '', waitMs: Math.max(1000, error.waitMs) };
	default:
		return { text: t('login.failed', { code: error.code }) };
	}
}

/* The seconds that are left, counted down. */
function useWait(): [number, (ms: number) => void] {
	const [until, setUntil] = useState(0);
	const [left, setLeft] = useState(0);

	useEffect(() => {
		const look = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));

		look();
		const timer = setInterval(look, 250);

		return () => clearInterval(timer);
	}, [until]);
	return [left, ms => setUntil(performance.now() + ms)];
}

let hadSession = false;

session.subscribe(own => {
	hadSession ||= Boolean(own);
});

export function Login() {
	return (
		<main class="login" id="main">
			<div class="login-box">
				<header>
					<p>{t('login.subtitle')}</p>
					<button type="button" class="plain" onClick={() => setLang(lang.value === 'vi' ? 'en' : 'vi')}>
						{t('shell.otherLang')}
					</button>
				</header>
				<h1>{t('login.title')}</h1>
				{session.value === undefined ? <p role="status">{t('login.asking')}</p> : <Form />}
			</div>
		</main>
	);
}

function Form() {
	const [user, setUser] = useState('');
	const [password, setPassword] = useState('');
	const [code, setCode] = useState('');
	const [said, setSaid] = useState<Said | null>(hadSession ? { text: t('login.ended') } : null);
	const [wantsCode, setWantsCode] = useState(false);
	const [isBusy, setBusy] = useState(false);
	const [wait, setWait] = useWait();
	const codeField = useRef<HTMLInputElement>(null);

	useEffect(() => {
		if (wantsCode)
			codeField.current?.focus();
	}, [wantsCode]);

	async function submit(event: Event) {
		event.preventDefault();
		if (isBusy || wait > 0)
			return;
		setBusy(true);
		try {
			await login(user.trim(), password, wantsCode ? code.replace(/\s/g, '') : undefined);
		} catch (error) {
			const next = wordsOf(error);

			setSaid(next);
			setCode('');
			if (next.isCode)
				setWantsCode(true);
			if (next.waitMs)
				setWait(next.waitMs);
		}
		setBusy(false);
	}

	return (
		<form onSubmit={submit}>
			<label>
				{t('login.user')}
				<input
					name="username"
					autocomplete="username"
					autocapitalize="none"
					spellcheck={false}
					required
					autofocus
					value={user}
					onInput={event => setUser(event.currentTarget.value)}
				/>
			</label>
			<Password value={password} onInput={setPassword} />
			{wantsCode && (
				<label>
					{t('login.code')}
					<input
						ref={codeField}
						name="code"
						inputMode="numeric"
						autocomplete="one-time-code"
						pattern="[0-9 ]*"
						maxLength={7}
						required
						value={code}
						onInput={event => setCode(event.currentTarget.value)}
					/>
				</label>
			)}
			<p class={`login-said${said?.isCode ? '' : ' bad'}`} role="alert">
				{wait > 0 ? t('login.wait', { n: wait }) : said?.text}
			</p>
			<button type="submit" class="main" disabled={isBusy || wait > 0}>
				{t(isBusy ? 'login.checking' : 'login.submit')}
			</button>
		</form>
	);
}

function Password(props: { value: string; onInput: (value: string) => void }) {
	const [isShown, setShown] = useState(false);
	const [caps, setCaps] = useState(false);
	const look = (event: KeyboardEvent) => setCaps(event.getModifierState?.('CapsLock') ?? false);

	return (
		<>
			<label>
				{t('login.password')}
				<input
					name="password"
					type={isShown ? 'text' : 'password'}
					autocomplete="current-password"
					required
					value={props.value}
					onInput={event => props.onInput(event.currentTarget.value)}
					onKeyDown={look}
					onKeyUp={look}
				/>
			</label>
			<label class="check">
				<input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} />
				{t('login.show')}
			</label>
			{caps && (
				<p class="login-caps" role="status">
					⇪ {t('login.capsLock')}
				</p>
			)}
		</>
	);
}
