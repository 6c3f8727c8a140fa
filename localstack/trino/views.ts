import type { Relation } from '../../lambdas/shared/ports/warehouse.ts';
import { Gate } from '../embedded/warehouse/trino/gate.ts';

type View = Extract<Relation, { kind: 'view' }>;

/** A view, and the relations that it reads itself. */
export type OrderedView = View & { readonly reads: readonly string[] };

/**
 * The views, each behind those that it reads: Trino looks at what a view reads when it is made.
 * @throws Error for one that is not portable
 */
export function viewsInOrder(relations: readonly Relation[]): readonly OrderedView[] {
  const gate = new Gate(relations);
  const views = new Map(relations.flatMap((relation) => (relation.kind === 'view' ? [[relation.name, relation]] : [])));
  const ordered = new Map<string, OrderedView>();
  const place = (name: string): void => {
    const view = views.get(name);
    if (view === undefined || ordered.has(name)) return;
    let reads: readonly string[];
    try {
      reads = gate.view(name)?.reads ?? [];
    } catch (error) {
      throw new Error(`athena/${name}.sql is not portable: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    for (const read of reads) place(read);
    ordered.set(name, { ...view, reads });
  };
  for (const name of views.keys()) place(name);
  return [...ordered.values()];
}
