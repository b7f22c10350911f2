// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/tables.css';
import './style/shell.css';
import './style/panels.css';
import './style/fit.css';
import './style/print.css';
import { Shell, start } from './shell';

const root = document.getElementById('app');

start();
if (root)
	render(<Shell />, root);
