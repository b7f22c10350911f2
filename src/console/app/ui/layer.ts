// SPDX-License-Identifier: Apache-2.0
// What lies above the page: Esc closes the topmost, and focus goes back to where it was.
import { useEffect, useRef } from 'preact/hooks';

const layers: (() => void)[] = [];

/* Closes the topmost layer.  False: there is none. */
export function closeTop(): boolean {
	layers.at(-1)?.();
	return layers.length > 0;
}

export function useLayer(onClose: () => void): void {
	const close = useRef(onClose);

	close.current = onClose;
	useEffect(() => {
		const own = () => close.current();
		const before = document.activeElement as HTMLElement | null;

		layers.push(own);
		return () => {
			layers.splice(layers.indexOf(own), 1);
			if (before?.isConnected)
				before.focus();
		};
	}, []);
}
