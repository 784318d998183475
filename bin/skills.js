#!/usr/bin/env node
// Dynamic imports only: static ones are evaluated before the check of Node's version and before the compile cache is on.
import('./start.js').then(({ start }) => start());
