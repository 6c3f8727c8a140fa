import type { View } from '../../app/view.ts';
import { deferred } from '../../parts/deferred.tsx';

/** The lake in SQL; the query and how its answer is shown stand in the address. */
export const sql: View = {
  id: 'sql',
  title: { en: 'SQL', fr: 'SQL' },
  needs: [],
  filters: [],
  hasPeriod: false,
  hasModel: false,
  metrics: [],
  own: ['sql', 'as', 'y'],
  component: deferred(async () => (await import('./sql.tsx')).Sql),
};
