/** Fields of orders that an answer has in no record: whoever asked left them out, and figures are wrong without a sign. */

/** A field of an order, or of its lines (`line_items.gift_card`), and what its lack means. */
type Field = readonly [name: string, means: string];

const tests = 'test orders count as sales';
const cancelled = 'orders that were cancelled count, unless they are voided or refunded';
const inclusive = 'prices are taken to hold their tax';
const refunds = 'what was given back is not known';
const gifts = 'gift cards that were sold are revenue';
const taxes = 'lines count with their tax';
const codes = 'what influencers sold by their codes, and their commission, is not known';
const discounts = 'lines count without their discounts';

/** By shape, what an order of it has always. */
export const orderFields = {
  graphql: [
    ['test', tests],
    ['cancelledAt', cancelled],
    ['taxesIncluded', inclusive],
    ['currentTotalPriceSet', 'what an edit took off counts'],
    ['refunds', refunds],
    ['discountCodes', codes],
    ['lineItems.isGiftCard', gifts],
    ['lineItems.taxLines', taxes],
    ['lineItems.discountAllocations', discounts],
  ],
  rest: [
    ['test', tests],
    ['cancelled_at', cancelled],
    ['taxes_included', inclusive],
    ['refunds', refunds],
    ['discount_codes', codes],
    ['line_items.gift_card', gifts],
    ['line_items.tax_lines', taxes],
    ['line_items.discount_allocations', discounts],
  ],
  woo: [
    ['refunds', refunds],
    ['fee_lines', 'a tip is revenue'],
    ['coupon_lines', codes],
    ['line_items.total_tax', taxes],
  ],
} as const satisfies Readonly<Record<string, readonly Field[]>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The lines of an order, by the name under which it has them: a list, or a connection of GraphQL. */
function linesOf(order: Readonly<Record<string, unknown>>, name: string): unknown[] {
  const lines = order[name];
  if (Array.isArray(lines)) return lines;
  if (!isObject(lines)) return [];
  const { nodes, edges } = lines;
  if (Array.isArray(nodes)) return nodes;
  return Array.isArray(edges) ? edges.map((edge: unknown) => (isObject(edge) ? edge['node'] : undefined)) : [];
}

/** The fields that none of the orders has. */
export class UnaskedFields {
  readonly #lacking: Map<string, string>;
  readonly #again: string;
  #hasLines = false;

  /** @param again how to ask for all of them */
  constructor(fields: readonly Field[], again: string) {
    this.#lacking = new Map(fields);
    this.#again = again;
  }

  look(order: unknown): void {
    if (this.#lacking.size === 0 || !isObject(order)) return;
    for (const name of this.#lacking.keys()) {
      const [own = '', ofLine] = name.split('.');
      if (ofLine === undefined) {
        if (Object.hasOwn(order, own)) this.#lacking.delete(name);
        continue;
      }
      const lines = linesOf(order, own);
      if (lines.length > 0) this.#hasLines = true;
      if (lines.some((line) => isObject(line) && Object.hasOwn(line, ofLine))) this.#lacking.delete(name);
    }
  }

  /** One sentence, where there are some. */
  get notes(): string[] {
    const lacking = [...this.#lacking].filter(([name]) => this.#hasLines || !name.includes('.'));
    if (lacking.length === 0) return [];
    const names = lacking.map(([name]) => name.split('.').toReversed().join(' of ')).join(', ');
    return [`The answer lacks ${names}: ${lacking.map(([, means]) => means).join('; ')}. ${this.#again}`];
  }
}
