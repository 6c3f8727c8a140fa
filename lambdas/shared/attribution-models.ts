import { readFileSync } from 'node:fs';
import { bareSql } from './bare-sql.ts';
import { dataDrivenModels } from './data-driven-models.ts';
import { home } from './home.ts';

/** The one file that knows the models of a rule: each is a row there, its name and its formula. */
export const attributionFile = 'athena/attribution.sql';

/**
 * The names of the models in a text of `athena/attribution.sql`.
 * @throws Error where there are none, or one stands twice
 */
export function modelsIn(sql: string): [string, ...string[]] {
  const names = [...bareSql(sql).matchAll(/\bROW\('(\w+)',/g)].map(([, name = '']) => name);
  const [first, ...others] = names;
  if (first === undefined)
    throw new Error(`${attributionFile} has no model: a model is a line ROW('name', formula) of the list there.`);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new Error(`${attributionFile} has two models of the name ${twice}.`);
  return [first, ...others];
}

/** An attribution model, and whether it is a rule about the touch's place, or is learnt from journeys. */
export interface NamedModel {
  readonly name: string;
  readonly kind: 'rule' | 'data_driven';
}

/** The names of all. @throws Error where a rule and a data-driven model have one name */
export function withDataDriven(rules: [string, ...string[]], dataDriven: readonly string[]): [string, ...string[]] {
  const twice = dataDriven.find((name) => rules.includes(name));
  if (twice !== undefined)
    throw new Error(`${attributionFile} and lambdas/attribute/models/ both have a model of the name ${twice}.`);
  return [...rules, ...dataDriven];
}

/** The attribution models by name: the rules in the order of their file, then those that are learnt. */
export const attributionModels = withDataDriven(
  modelsIn(readFileSync(new URL(attributionFile, home), 'utf8')),
  dataDrivenModels,
);

/** The same with their kinds. */
export const namedModels: readonly NamedModel[] = attributionModels.map((name) => ({
  name,
  kind: dataDrivenModels.includes(name) ? 'data_driven' : 'rule',
}));
