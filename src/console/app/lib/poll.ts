// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, url, type Query } from './api';
import { now } from './live';
import { session } from './session';

export interface Polled<T> {
	data: T | null; /* the last that came, even if later ones did not */
	error: ApiError | null; /* of the last attempt */
	at: number | null; /* the server's time when data came */
	loading: boolean; /* nothing has come yet */
	reload: () => void;
}

type State<T> = Omit<Polled<T>, 'reload' | 'loading'> & { of: string };

/* Asks for path (null: nothing) now and everyMs after each answer; not while the page is hidden, and
 * at once when it is shown again. */
export function usePoll<T>(path: string | null, query: Query = {}, everyMs = 5000): Polled<T> {
	const address = path === null ? '' : url(path, query);
	const [state, setState] = useState<State<T>>({ data: null, error: null, at: null, of: '' });
	const again = useRef<() => void>(() => undefined);

	useEffect(() => {
		if (path === null)
			return undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let ended = false;
		let asking = false;

		async function ask() {
			clearTimeout(timer);
			if (ended || asking || document.hidden || !session.peek())
				return;
			asking = true;
			try {
				const data = await get<T>(path!, query);

				if (!ended)
					setState({ data, error: null, at: now.peek(), of: address });
			} catch (error) {
				if (!ended)
					setState(old => ({
						...(old.of === address ? old : { data: null, at: null, of: address }),
						error: error as ApiError,
					}));
			}
			asking = false;
			if (!ended)
				timer = setTimeout(ask, everyMs);
		}

		again.current = ask;
		const end = session.subscribe(() => void ask());

		document.addEventListener('visibilitychange', ask);
		return () => {
			ended = true;
			clearTimeout(timer);
			end();
			document.removeEventListener('visibilitychange', ask);
		};
	}, [address, everyMs]);

	const current = state.of === address ? state : { data: null, error: null, at: null };

	return {
		data: current.data,
		error: current.error,
		at: current.at,
		loading: path !== null && !current.data && !current.error,
		reload: useCallback(() => again.current(), []),
	};
}
