// SPDX-License-Identifier: Apache-2.0
// The configuration in force, what a check of its files finds, and the trial of rules on the journal.
import type { Both } from '../../lib/words';
import type { Finding } from './report';

export interface Config {
	directory: string | null; /* only for who may see all units */
	fingerprint: string;
	version: string;
	rules: { generation: string; since: string | null; by: string | null };
	reload: { time: string; by: string | null; outcome: string; report: string | null } | null;
	check: Check | null;
}

export interface Check {
	good: boolean;
	cut: boolean;
	findings: Finding[];
}

export interface Reloaded {
	applied?: boolean;
	report?: string;
	config?: string;
}

export interface TrialLoad {
	alerts: number;
	per_10_minutes: number | null;
	most: number | null;
	most_at: string | null;
	floods: number;
}

export interface TrialCounts {
	raised_before: number;
	raised_after: number;
	critical_before: number;
	critical_after: number;
	missed: number;
	added: number;
}

export interface TrialResult {
	started: string;
	finished: string;
	by: string | null;
	generation: string;
	begin: string | null;
	end: string | null;
	since: string;
	until: string;
	records: number;
	events: number;
	damaged: number;
	before: TrialLoad;
	after: TrialLoad;
	missed: number;
	added: number;
	rules: (TrialCounts & { rule: string; title: Both | null })[];
}

export interface Trial {
	state: 'none' | 'running' | 'done' | 'failed';
	progress: number | null; /* 0 to 1 */
	started: string | null;
	by: string | null;
	days: number | null;
	why: string | null;
	result: TrialResult | null;
}

/* Rules that would have told something else, those that miss the most first. */
export function differences(result: TrialResult): TrialResult['rules'] {
	return result.rules
		.filter(row => row.missed + row.added > 0)
		.sort((a, b) => b.missed - a.missed || b.added - a.added || (a.rule < b.rule ? -1 : 1));
}
