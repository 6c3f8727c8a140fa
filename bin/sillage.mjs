#!/usr/bin/env node
/** Starts `sillage.ts`: Node 20 does not read TypeScript by itself. */
import { register } from 'tsx/esm/api';

register();
await import('./sillage.ts');
