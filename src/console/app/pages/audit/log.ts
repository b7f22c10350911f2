// SPDX-License-Identifier: Apache-2.0
// Reads a record page by page, from the newest backwards.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, type Query } from '../../lib/api';
import { offset } from '../../lib/format';
import { now } from '../../lib/live';
import { rfc3339 } from '../shift/model';
import { append, newestFirst, olderUntil } from './model';

const PAGE = 200;

export interface Span {
	since: number;
	until: number | null; /* null: now */
}

interface Read<T, A> {
	rows: T[];
	first: A | null; /* the answer to the first question */
	at: number | null;
	isMore: boolean;
	isBusy: boolean;
	error: unknown;
}

export interface Record_<T, A> extends Read<T, A> {
	older: () => void;
	reload: () => void;
}

const nothing = { rows: [], first: null, at: null, isMore: false, isBusy: true, error: null };

/* A time to the millisecond, as RFC 3339. */
function stamp(ms: number): string {
	const whole = rfc3339(ms, offset.value);

	return `${whole.slice(0, 19)}.${String(ms % 1000).padStart(3, '0')}${whole.slice(19)}`;
}

/* rowsOf and path stay the same for as long as the component is there. */
export function useRecord<A extends { cut: boolean }, T extends { number: number | null; time: string }>(
	path: string,
	query: Query,
	span: Span,
	rowsOf: (answer: A) => T[],
): Record_<T, A> {
	const [read, setRead] = useState<Read<T, A>>(nothing);
	const turn = useRef(0);
	const address = JSON.stringify([query, span]);

	async function ask(shown: readonly T[]) {
		const own = ++turn.current;
		const until = shown.length ? olderUntil(shown) : span.until;

		setRead(old => ({ ...old, isBusy: true }));
		try {
			const answer = await get<A>(path, {
				...query,
				since: stamp(span.since),
				until: until === null ? null : stamp(until),
				limit: PAGE,
			});

			if (own !== turn.current)
				return;
			setRead(old => ({
				rows: shown.length ? append(shown, rowsOf(answer)) : newestFirst(rowsOf(answer)),
				first: shown.length ? old.first : answer,
				at: now.peek(),
				isMore: answer.cut,
				isBusy: false,
				error: null,
			}));
		} catch (error) {
			if (own === turn.current)
				setRead(old => ({ ...old, isBusy: false, error }));
		}
	}

	useEffect(() => {
		setRead(nothing);
		void ask([]);
		return () => {
			turn.current++;
		};
	}, [path, address]);

	return { ...read, older: () => void ask(read.rows), reload: () => void ask([]) };
}
