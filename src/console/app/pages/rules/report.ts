// SPDX-License-Identifier: Apache-2.0
// What a check of the files says, and the mark below the word that is meant.

export interface Finding {
	file: string | null;
	line: number;
	column: number;
	end_column?: number;
	error?: boolean;
	severity?: string;
	code?: string;
	message: string;
	source?: string | null;
	suggestion?: string | null;
}

/* "    ^~~~" that stands below the columns of source, which counts from 1 in characters; tabs are
 * drawn as the source line draws them. */
export function caret(source: string, column: number, endColumn = 0): string {
	const characters = [...source];
	const before = characters.slice(0, Math.max(0, column - 1));
	const indent = before.map(one => (one === '\t' ? '\t' : ' ')).join('');
	const end = Math.min(endColumn, characters.length + 1);

	return indent + '^' + '~'.repeat(Math.max(0, end - column - 1));
}

/* Lines that are far longer than a page is wide are cut around the place that is meant. */
export function around(source: string, column: number, width = 160): { text: string; column: number } {
	const characters = [...source];
	const from = Math.max(0, Math.min(column - 1 - width / 2, characters.length - width));

	if (characters.length <= width)
		return { text: source, column };
	return {
		text: (from > 0 ? '…' : '') + characters.slice(from, from + width).join('') + '…',
		column: column - from + (from > 0 ? 1 : 0),
	};
}

export function isError(finding: Finding): boolean {
	return finding.error ?? finding.severity !== 'warning';
}

export function placeOf(finding: { file: string | null; line?: number | null; column?: number | null }): string {
	if (!finding.file)
		return '';
	if (!finding.line)
		return finding.file;
	return `${finding.file}:${finding.line}` + (finding.column ? `:${finding.column}` : '');
}

const HEAD = /^(\S.*?):(\d+):(\d+): (error|warning): (.*)$/;

/* A report that came as text ("file:2:3: error: message", the line, a caret), in parts; lines that
 * are something else are notes. */
export function parseReport(report: string): { findings: Finding[]; notes: string[] } {
	const findings: Finding[] = [];
	const notes: string[] = [];
	const lines = report.split('\n');

	for (let i = 0; i < lines.length; i++) {
		const head = HEAD.exec(lines[i]!);

		if (!head) {
			if (lines[i]!.trim())
				notes.push(lines[i]!);
			continue;
		}
		const hasSource = /^\s*\^/.test(lines[i + 2] ?? '');

		findings.push({
			file: head[1]!,
			line: Number(head[2]),
			column: Number(head[3]),
			error: head[4] === 'error',
			message: head[5]!,
			source: hasSource ? lines[i + 1]! : null,
		});
		i += hasSource ? 2 : 0;
	}
	return { findings, notes };
}
