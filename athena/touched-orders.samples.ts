/** Orders of one day, each with the one touch that is credited with it, for the tests of what ads and keywords brought. */
import type { Row, Tables } from './fixture.ts';

export const day = '2026-03-10';
const at = `${day} 10:00:00.000`;

const order = (order_id: string): Row => ({
  order_id,
  created_at: at,
  processed_at: at,
  updated_at: at,
  local_date: day,
  is_conversion: true,
  is_test: false,
  net_revenue_eur: '40.00',
  promo_codes: [],
});

/** An order for each of these; what its touch says of its link, and what all touches have in common. */
export function touchedOrders(links: readonly Row[], common: Row): Tables {
  const touches = links.map((link, n) => ({
    link,
    touch: { order_id: `o${n + 1}`, touch_id: `t${n + 1}`, ...common },
  }));
  return {
    orders: touches.map(({ touch }) => order(touch.order_id)),
    attribution: touches.map(({ touch }) => ({
      ...touch,
      touched_at: at,
      attribution_model: 'last_non_direct',
      lookback_days: 30,
      credit: 1,
    })),
    touchpoints: touches.map(({ touch, link }) => ({
      ...touch,
      touch_type: 'session',
      touched_at: at,
      converted_at: at,
      position: 1,
      ...link,
    })),
  };
}
