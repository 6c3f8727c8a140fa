import type { Relation } from '../../lambdas/shared/ports/warehouse.ts';

/** Who makes the tables and views, and in whose name views read; nobody may ask in it once they stand. */
export const owner = 'sillage-owner';

/** What Trino's file-based access control reads. */
type Rules = Readonly<Record<string, readonly object[]>>;

const firstWithProcedures = 435;

export interface AccessOptions {
  /** Trino's release. */
  readonly version: string;
  /** While the tables and views are made. */
  readonly isOpen: boolean;
  readonly relations: readonly Relation[];
  /** A column of a relation that no query sees, by its name or in `*`. Views see it: they are the lake's own text. */
  readonly isWithheld: (relation: string, column: string) => boolean;
}

/**
 * Everybody reads, nobody writes. Users are not told apart, since none shows who they are: whoever asks in the owner's
 * name has the query refused.
 */
export function accessRules({ version, isOpen, relations, isWithheld }: AccessOptions): Rules {
  const narrowed = relations.flatMap((relation) => {
    const hidden =
      relation.kind === 'table' ? relation.columns.filter(({ name }) => isWithheld(relation.name, name)) : [];
    return hidden.length === 0
      ? []
      : [
          {
            table: relation.name,
            privileges: ['SELECT'],
            columns: hidden.map(({ name }) => ({ name, allow: false })),
          },
        ];
  });
  return {
    catalogs: [{ user: owner, allow: 'all' }, { allow: 'read-only' }],
    queries: [
      { user: owner, allow: isOpen ? ['execute', 'view', 'kill'] : [] },
      { allow: isOpen ? [] : ['execute', 'view', 'kill'] },
    ],
    schemas: [{ user: owner, owner: true }, { owner: false }],
    tables: [
      { user: owner, privileges: ['OWNERSHIP', 'SELECT', 'INSERT', 'DELETE', 'GRANT_SELECT'] },
      ...narrowed,
      { privileges: ['SELECT'] },
    ],
    // Releases before know no such rules.
    ...(Number(version) >= firstWithProcedures && { procedures: [{ user: owner, privileges: ['EXECUTE'] }] }),
  };
}
