import { readdirSync, readFileSync } from 'node:fs';
import { home } from '../shared/home.ts';
import { versionsOf } from '../shared/libraries.ts';

const folder = new URL('lambdas/attribute/', home);

/** The sources of a folder of `lambdas/attribute`, without its tests and their samples. */
function textsIn(place: string): string[] {
  return readdirSync(new URL(place, folder))
    .filter((file) => file.endsWith('.ts') && !/(^|\.)(test|samples)\.ts$/.test(file))
    .toSorted()
    .map((file) => `${place}${file}\n${readFileSync(new URL(`${place}${file}`, folder), 'utf8')}`);
}

/**
 * All that decides what the models say of the same journeys: their sources, and the libraries of numbers below them.
 */
export const modelsText = (): string =>
  [versionsOf('d3-random', 'pure-rand'), ...textsIn(''), ...textsIn('models/')].join('\n');

/** All that decides what is learnt of the response to spend from the same days. */
export const responseText = (): string =>
  [versionsOf('d3-random', 'ml-matrix', 'pure-rand'), ...textsIn(''), ...textsIn('response/')].join('\n');
