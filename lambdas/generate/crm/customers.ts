/** Shopify's Customer resource, sent again with each order. */
import { dayMs, parisSeconds } from '../market/calendar.ts';
import { Dice, draw } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts } from '../market/salts.ts';
import type { Order } from '../people/order.ts';
import type { Person } from '../people/population.ts';
import { customerId } from '../web/session.ts';
import { contactOf, emailAsTyped, postalAddress } from './contact.ts';
import { money } from './money.ts';

/** When the former platform's customers were brought over: the day before the opening, ms. */
export function migratedAt(market: Market): number {
  return (market.population.opens - 1) * dayMs + 10 * 3_600_000;
}

/** @param orders the person's orders so far, the first one first */
export function customerResource(market: Market, person: Person, orders: readonly Order[]): string {
  const contact = contactOf(person);
  const last = orders.at(-1);
  const migrated = person.habit === 'client';
  const createdAt = migrated ? migratedAt(market) : (orders[0]?.enteredAt ?? migratedAt(market));
  const updatedAt = last?.enteredAt ?? createdAt;
  const dice = new Dice(person.key, personSalts.contact + orders.length + 1);
  const address = {
    id: customerId(person) + 1_000_000_000_000,
    customer_id: customerId(person),
    ...postalAddress(contact),
    default: true,
  };
  // Totals are kept in the shop's own currency.
  const spent = orders.reduce((sum, { totalCents, rate }) => sum + Math.round(totalCents / rate), 0);
  return JSON.stringify({
    id: customerId(person),
    email: emailAsTyped(contact, dice, market.world.dirt),
    created_at: parisSeconds(createdAt),
    updated_at: parisSeconds(updatedAt),
    first_name: contact.firstName,
    last_name: contact.lastName,
    phone: contact.phone,
    // The former platform's orders were brought over with their number alone.
    orders_count: orders.length + (migrated ? 1 + Math.floor(draw(person.key, personSalts.former) * 4) : 0),
    total_spent: money(spent),
    currency: 'EUR',
    last_order_id: last ? orderId(last.number) : null,
    last_order_name: last ? `#${last.number}` : null,
    state: orders.length > 1 || migrated ? 'enabled' : 'disabled',
    verified_email: true,
    tax_exempt: false,
    tags: [
      ...(migrated ? ['migré'] : []),
      ...(contact.newsletter ? ['newsletter'] : []),
      ...(orders.length > 2 ? ['fidèle'] : []),
    ].join(', '),
    note: null,
    email_marketing_consent: {
      state: contact.newsletter ? 'subscribed' : 'not_subscribed',
      opt_in_level: contact.newsletter ? 'single_opt_in' : null,
      consent_updated_at: contact.newsletter ? parisSeconds(createdAt) : null,
    },
    default_address: address,
    addresses: [address],
  });
}

export function orderId(number: number): number {
  return 6_200_000_000_000 + number;
}
