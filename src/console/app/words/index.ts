// SPDX-License-Identifier: Apache-2.0
import alerts from './alerts';
import audit from './audit';
import common from './common';
import feeds from './feeds';
import health from './health';
import indicator from './indicator';
import login from './login';
import overview from './overview';
import report from './report';
import rules from './rules';
import shell from './shell';
import shift from './shift';

export const catalogues = {
	alerts,
	audit,
	common,
	feeds,
	health,
	indicator,
	login,
	overview,
	report,
	rules,
	shell,
	shift,
};
