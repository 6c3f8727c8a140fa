/**
 * The events of a shop's pages, by GA4's recommended names: what `collect` takes, an import keeps, and the schema of
 * web_events accepts.
 */
export const eventNames = [
  'page_view',
  'view_item_list',
  'view_item',
  'search',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'add_shipping_info',
  'add_payment_info',
  'purchase',
  'sign_up',
  'login',
] as const;
