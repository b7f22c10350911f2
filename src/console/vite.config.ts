// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

export default defineConfig({
	esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
	worker: { format: 'es' },
	build: {
		target: 'es2022',
		// The policy of the page (CSP) allows no data: scripts or styles, so nothing is inlined.
		assetsInlineLimit: 0,
		// One script and one style sheet: a page that is open for a shift never asks for a part
		// that a newer iocd no longer has.
		cssCodeSplit: false,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
		chunkSizeWarningLimit: 1000,
	},
});
