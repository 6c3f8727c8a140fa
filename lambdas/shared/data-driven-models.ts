import { readdirSync } from 'node:fs';
import { home } from './home.ts';

/** The data-driven attribution models by name: each is a file of this folder, and stands nowhere else. */
export const dataDrivenModels: readonly string[] = readdirSync(new URL('lambdas/attribute/models/', home))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .toSorted();
