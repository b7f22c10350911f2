// SPDX-License-Identifier: Apache-2.0
// Tables as CSV (RFC 4180) that a spreadsheet opens without running anything of it.

export type Cell = string | number | null;

/* A spreadsheet takes a cell that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/* Blanks before it do not help: they are dropped when the file is read. */
function harmless(text: string): string {
	return FORMULA.test(text) || FORMULA.test(text.trimStart()) ? `'${text}` : text;
}

export function csvCell(cell: Cell): string {
	if (cell === null)
		return '';
	if (typeof cell === 'number')
		return Number.isFinite(cell) ? String(cell) : '';
	const text = harmless(cell);

	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/* With the mark of UTF-8, without which spreadsheets spoil Vietnamese. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
	return '\uFEFF' + rows.map(row => row.map(csvCell).join(',') + '\r\n').join('');
}

/* A file name without what some system does not allow. */
export function fileName(...parts: string[]): string {
	return parts.map(part => part.replace(/[^A-Za-z0-9._-]+/g, '-')).join('_') + '.csv';
}

export function download(name: string, csv: string): void {
	const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
	const link = document.createElement('a');

	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}
