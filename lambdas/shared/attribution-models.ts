import { readFileSync } from 'node:fs';
import { bareSql } from './bare-sql.ts';
import { home } from './home.ts';

/** The one file that knows the attribution models: each is a row there, its name and its formula. */
export const attributionFile = 'athena/attribution.sql';

/** The names of the models in a text of `athena/attribution.sql`. @throws Error where there are none, or one stands twice */
export function modelsIn(sql: string): [string, ...string[]] {
  const names = [...bareSql(sql).matchAll(/\bROW\('(\w+)',/g)].map(([, name = '']) => name);
  const [first, ...others] = names;
  if (first === undefined)
    throw new Error(`${attributionFile} has no model: a model is a line ROW('name', formula) of the list there.`);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new Error(`${attributionFile} has two models of the name ${twice}.`);
  return [first, ...others];
}

/** The attribution models by name, in the order of their file. */
export const attributionModels = modelsIn(readFileSync(new URL(attributionFile, home), 'utf8'));
