import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { relationOf } from '../../lambdas/model/relations.ts';
import { isPersonal } from '../embedded/warehouse/lake-warehouse.ts';
import { accessRules, owner } from './access.ts';

const catalog = loadCatalog();
const relations = [...catalog.values()]
  .filter(({ zone, isView }) => zone !== 'raw' && !isView)
  .map((table) => relationOf(table, []));
const rules = (isOpen: boolean, withholdsPersons: boolean, version = '476') =>
  accessRules({
    version,
    isOpen,
    relations,
    isWithheld: (relation, column) => withholdsPersons && isPersonal(catalog, relation, column),
  });

describe('what a Trino lets a query do', () => {
  test('nobody but the owner writes, and the owner asks nothing once the tables stand', () => {
    const { catalogs, queries } = rules(false, false);
    expect(catalogs).toEqual([{ user: owner, allow: 'all' }, { allow: 'read-only' }]);
    expect(queries?.[0]).toEqual({ user: owner, allow: [] });
  });

  test('nobody else asks while they are made', () => {
    expect(rules(true, false)['queries']).toEqual([{ user: owner, allow: ['execute', 'view', 'kill'] }, { allow: [] }]);
  });

  test('every column that tells persons apart is hidden where it is to be, and the rule of a table stands before the general one', () => {
    const { tables = [] } = rules(false, true);
    expect(tables.at(-1)).toEqual({ privileges: ['SELECT'] });
    const hidden = [...catalog.values()].flatMap(({ name, zone, isView, columns }) => {
      const personal = columns.filter(({ pii }) => pii !== undefined && pii !== 'direct');
      if (zone === 'raw' || isView || personal.length === 0) return [];
      return [
        {
          table: name,
          privileges: ['SELECT'],
          columns: personal.map((column) => ({ name: column.name, allow: false })),
        },
      ];
    });
    expect(hidden.length).toBeGreaterThan(3);
    expect(tables.slice(1, -1)).toEqual(hidden);
    expect(rules(false, false)['tables']).toHaveLength(2);
  });

  test('a release that knows no rules of procedures is given none', () => {
    expect(rules(false, false, '368')).not.toHaveProperty('procedures');
    expect(rules(false, false, '476')).toHaveProperty('procedures');
  });
});
