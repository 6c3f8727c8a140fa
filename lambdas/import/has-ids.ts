import type { Part } from './understand.ts';

/** An export of the admin whose orders have the ids of the platform's API: of an order in both the newest state counts. */
export const hasIds = ({ shape, mapped }: Pick<Part, 'shape' | 'mapped'>): boolean =>
  shape === 'shopify-orders-csv' && Object.values(mapped).includes('id');
