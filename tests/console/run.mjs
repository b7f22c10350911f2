// SPDX-License-Identifier: Apache-2.0
// Bundles every *.test.ts here with the esbuild that builds the page, and runs them with node --test.
//
// Usage: run.mjs WORK     WORK: where the page was built (its sources and node_modules)
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const work = path.resolve(process.argv[2]);
const here = path.dirname(fileURLToPath(import.meta.url));
const { build } = createRequire(path.join(work, 'package.json'))('esbuild');
const tests = fs.readdirSync(here).filter(name => /\.test\.tsx?$/.test(name));
const out = fs.mkdtempSync(path.join(work, 'tests-'));

try {
	await build({
		entryPoints: tests.map(name => path.join(here, name)),
		outdir: out,
		outExtension: { '.js': '.mjs' },
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node18',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		alias: { '@app': path.join(work, 'app') },
		nodePaths: [path.join(work, 'node_modules')],
		loader: { '.css': 'empty' },
		sourcemap: 'inline',
		logLevel: 'warning',
	});
	const files = tests.map(name => path.join(out, name.replace(/tsx?$/, 'mjs')));
	const done = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {
		stdio: 'inherit',
		env: {
			...process.env,
			IOCD_CONSOLE: path.join(work, 'app'),
			IOCD_ROOT: path.resolve(here, '../..'),
		},
	});

	process.exitCode = done.status ?? 1;
} finally {
	fs.rmSync(out, { recursive: true, force: true });
}
