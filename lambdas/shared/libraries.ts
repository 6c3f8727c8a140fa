import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { home } from './home.ts';

const packageFile = z.object({ dependencies: z.record(z.string(), z.string()) });

/**
 * Libraries with the versions that package.json pins, as `bowser 2.15.0, isbot 5.2.3`.
 * @throws Error where it has no such dependency
 */
export function versionsOf(...names: readonly string[]): string {
  const { dependencies } = packageFile.parse(JSON.parse(readFileSync(new URL('package.json', home), 'utf8')));
  return names
    .map((name) => {
      const version = dependencies[name];
      if (version === undefined) throw new Error(`package.json has no dependency ${name}.`);
      return `${name} ${version}`;
    })
    .join(', ');
}
