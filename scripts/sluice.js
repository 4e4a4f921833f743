#!/usr/bin/env node
/** The `sluice` command in a checkout: runs cli.ts through tsx. The built form is `node dist/cli.js`. */
import { register } from 'tsx/esm/api';

register();
await import('../cli.ts');
