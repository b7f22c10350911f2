// SPDX-License-Identifier: Apache-2.0
// A clock in a thread of its own: the browser slows down the timers of a page that is not shown to one
// a minute, but not these.

const page = self as unknown as { postMessage(tick: null): void };

setInterval(() => page.postMessage(null), 1000);

export {};
