import type { View } from '../../app/view.ts';
import { deferred } from '../../parts/deferred.tsx';

/** What the pipeline did, and what of the data it could not use. */
export const pipeline: View = {
  id: 'pipeline',
  title: { en: 'Pipeline', fr: 'Pipeline' },
  needs: [],
  filters: [],
  hasPeriod: false,
  hasModel: false,
  metrics: [],
  own: [],
  followsLive: true,
  component: deferred(async () => (await import('./pipeline.tsx')).Pipeline),
};
