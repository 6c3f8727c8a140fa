/** Whose a record is: by the fields that name a person, not by what a text in it may tell. */
import * as z from 'zod';
import type { Table } from '../shared/schema/table.ts';
import { emailOf, idOf, phoneOf, type Person } from './person.ts';

/** What a record of a feed says of the person that it is about. */
export interface Names {
  readonly customer: string | undefined;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly visitor: string | undefined;
  /** Of an order: its numbers; of a purchase on the web: the number that the page told. */
  readonly orders: readonly string[];
}

const text = z.union([z.string(), z.number()]).nullish().catch(undefined);
const contact = z.object({ phone: text }).nullish().catch(undefined);

const event = z.object({
  customer_id: text,
  visitor_id: text,
  ecommerce: z.object({ transaction_id: text }).nullish().catch(undefined),
});
const customer = z.object({ id: text, email: text, phone: text, default_address: contact });
const order = z.object({
  id: text,
  name: text,
  order_number: text,
  email: text,
  contact_email: text,
  phone: text,
  customer: z.object({ id: text, email: text, phone: text }).nullish().catch(undefined),
  billing_address: contact,
  shipping_address: contact,
});

const known = <T>(values: readonly (T | undefined)[]): T[] => [
  ...new Set(values.filter((one): one is T => one !== undefined)),
];
type Text = z.infer<typeof text>;
const emails = (...values: readonly Text[]) => known(values.map((one) => emailOf(String(one ?? ''))));
const phones = (...values: readonly Text[]) => known(values.map((one) => phoneOf(String(one ?? ''))));

/** An order's number as the shop's pages may write it: without its sign. */
const bareNumber = (value: unknown) => idOf(value)?.replace(/^gid:\/\/\w+\/\w+\/|^#/, '');

/** The feeds whose records are about one person, and how each names them. */
const namesIn: Readonly<Record<string, (record: unknown) => Names | undefined>> = {
  raw_web_events(record) {
    const { data } = event.safeParse(record);
    return (
      data && {
        customer: idOf(data.customer_id),
        visitor: idOf(data.visitor_id),
        emails: [],
        phones: [],
        orders: known([bareNumber(data.ecommerce?.transaction_id)]),
      }
    );
  },
  raw_crm_customers(record) {
    const { data } = customer.safeParse(record);
    return (
      data && {
        customer: idOf(data.id),
        visitor: undefined,
        emails: emails(data.email),
        phones: phones(data.phone, data.default_address?.phone),
        orders: [],
      }
    );
  },
  raw_crm_orders(record) {
    const { data } = order.safeParse(record);
    return (
      data && {
        customer: idOf(data.customer?.id),
        visitor: undefined,
        emails: emails(data.email, data.contact_email, data.customer?.email),
        phones: phones(data.phone, data.customer?.phone, data.billing_address?.phone, data.shipping_address?.phone),
        orders: known([data.id, data.name, data.order_number].map(bareNumber)),
      }
    );
  },
};

/** Whether records of a feed are each about one person. */
export const isPersonal = (feed: Table): boolean => feed.name in namesIn;

/** What a record says of its person; undefined where it is none, or of a feed that is not about persons. */
export const namesOf = (feed: Table, record: unknown): Names | undefined => namesIn[feed.name]?.(record);

/** Whether a record is the person's own. */
export function isOwn(person: Person, names: Names): boolean {
  const { customer: id, visitor, emails: addresses } = names;
  if (id !== undefined && person.customers.has(id)) return true;
  if (addresses.some((one) => person.emails.has(one))) return true;
  if (visitor !== undefined && person.visitors.has(visitor)) return true;
  // Who has logged in as somebody else is somebody else.
  if (id !== undefined) return false;
  return (
    (visitor !== undefined && person.sharedVisitors.has(visitor)) || names.orders.some((one) => person.orders.has(one))
  );
}
