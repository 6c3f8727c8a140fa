/**
 * SQL for the margin of some rows of a view, given their sums or columns. A margin is null where there is no order, or
 * no order's cost is known: only what no order came of has earned 0, so that its ROI is −100 %, and what is not known
 * stays null: so does all in a lake without any order.
 */
export const earnedMargin = (margin: string, orders: string): string =>
  `coalesce(${margin}, CASE WHEN ${orders} = 0 THEN (SELECT min(0) FROM order_days) END)`;
