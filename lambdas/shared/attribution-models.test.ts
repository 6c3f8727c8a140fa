import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { attributionFile, attributionModels, modelsIn, namedModels, withDataDriven } from './attribution-models.ts';
import { home } from './home.ts';
import { loadCatalog, tableNamed } from './schema/catalog.ts';
import { defaultProfile, profileSchema } from './shop/profile.ts';

const sql = readFileSync(new URL(attributionFile, home), 'utf8');

test('the models are the rows of their list, in its order, and no comment is one', () => {
  expect(attributionModels).toContain(defaultProfile.attribution_model);
  expect(modelsIn("ARRAY[ROW('a', 1E0), -- ROW('gone', 2E0)\n  ROW('b',\n    0E0)]")).toEqual(['a', 'b']);
  expect(() => modelsIn('SELECT 1')).toThrow("has no model: a model is a line ROW('name', formula)");
  expect(() => modelsIn("ROW('a', 1E0), ROW('b', 1E0), ROW('a', 2E0)")).toThrow('two models of the name a');
});

test('those that are learnt from journeys come after the rules, by the names of their files', () => {
  const rules = modelsIn(sql);
  expect(namedModels).toEqual([
    ...rules.map((name) => ({ name, kind: 'rule' })),
    { name: 'markov', kind: 'data_driven' },
    { name: 'shapley', kind: 'data_driven' },
  ]);
  expect(attributionModels).toEqual([...rules, 'markov', 'shapley']);
  expect(() => withDataDriven(['linear', 'last'], ['last'])).toThrow('both have a model of the name last');
});

test('who asks for a model is held to them, and to the look-backs of the same file', () => {
  const { columns } = tableNamed(loadCatalog(), 'attribution');
  const accepted = (name: string) => columns.find((column) => column.name === name)?.accepted;
  expect(accepted('attribution_model')).toEqual(attributionModels);
  for (const attribution_model of attributionModels)
    expect(profileSchema.parse({ attribution_model })).toMatchObject({ attribution_model });
  expect(profileSchema.safeParse({ attribution_model: 'none' }).success).toBe(false);

  const lookbacks = /VALUES ([\d, ]+)\) AS t\(lookback_days\)/.exec(sql)?.[1]?.split(', ') ?? [];
  expect(lookbacks).toEqual(accepted('lookback_days'));
  const days = Array.from({ length: 400 }, (_, day) => day);
  expect(days.filter((lookback_days) => profileSchema.safeParse({ lookback_days }).success).map(String)).toEqual(
    lookbacks,
  );
});
