import { readdirSync, readFileSync } from 'node:fs';
import { home } from '../shared/home.ts';
import { versionsOf } from '../shared/libraries.ts';

const folder = new URL('lambdas/attribute/', home);

/**
 * All that decides what the models say of the same journeys: their sources, and the libraries of numbers below them.
 */
export function modelsText(): string {
  const files = ['', 'models/'].flatMap((place) =>
    readdirSync(new URL(place, folder))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .toSorted()
      .map((file) => `${place}${file}\n${readFileSync(new URL(`${place}${file}`, folder), 'utf8')}`),
  );
  return [versionsOf('cephes', 'd3-random', 'ml-matrix', 'pure-rand'), ...files].join('\n');
}
