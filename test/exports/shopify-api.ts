/** Shopify's interfaces: REST, and the bulk operations of docs/sources.md. */
import fc from 'fast-check';
import { drawn, json } from './clothes.ts';
import { cents, euros, refundedOf, refundedUnits, sum, type Order, type Shop } from './shop.ts';
import type { ExportedFile } from './trip.ts';

/** `GET /admin/api/…/orders.json` and its like: all pages in one file. */
export const shopifyRest = (shop: Shop): ExportedFile[] =>
  (['orders', 'products', 'customers'] as const).map((kind) => ({
    name: `${kind}.json`,
    bytes: json(shop[kind], `rest ${kind}`, { page: (all) => ({ [kind]: all }), forms: ['pages', 'lines'] }),
  }));

const gid = (kind: string, id: number | null) => (id === null ? null : { id: `gid://shopify/${kind}/${id}` });
const idOf = (kind: string, id: number) => `gid://shopify/${kind}/${id}`;
/** GraphQL writes states as names of a list. */
const listed = (state: string | null | undefined) => state?.toUpperCase() ?? null;

/** What a page of the shop is called by who followed the visit. */
const landing = (site: string | null) =>
  site === null ? null : new URL(site, 'https://www.sillage-cosmetics.example').href;

const fulfilments: Readonly<Record<string, string>> = { fulfilled: 'FULFILLED', partial: 'PARTIALLY_FULFILLED' };

/** Tax that went back, or that an edit took off. */
const taxOff = ({ refunds }: Order) =>
  sum(
    refunds.flatMap(({ refund_line_items: lines, refund_shipping_lines: delivery, order_adjustments: more }) => [
      ...lines.map(({ total_tax: tax }) => Math.round(tax * 100)),
      ...delivery.map(({ tax_amount_set: tax }) => cents(tax.shop_money.amount)),
      ...more.map(({ tax_amount: tax }) => -cents(tax)),
    ]),
  );

function orderNode(order: Order) {
  const money = (amount: string) => ({ shopMoney: { amount, currencyCode: order.currency } });
  const taxLines = (lines: readonly { readonly price: string }[]) =>
    lines.map(({ price }) => ({ priceSet: money(price) }));
  const [shipping] = order.shipping_lines;
  const visit = { landingPage: landing(order.landing_site), referrerUrl: order.referring_site };
  const node = {
    id: idOf('Order', order.id),
    name: order.name,
    email: order.email,
    phone: order.phone,
    createdAt: new Date(order.created_at).toISOString(),
    processedAt: new Date(order.processed_at).toISOString(),
    updatedAt: new Date(order.updated_at).toISOString(),
    cancelledAt: order.cancelled_at,
    test: order.test,
    currencyCode: order.currency,
    taxesIncluded: order.taxes_included,
    sourceName: order.source_name,
    tags: order.tags.split(', ').filter((tag) => tag !== ''),
    discountCodes: order.discount_codes.map(({ code }) => code),
    paymentGatewayNames: order.payment_gateway_names,
    displayFinancialStatus: listed(order.financial_status),
    displayFulfillmentStatus: fulfilments[order.fulfillment_status ?? ''] ?? 'UNFULFILLED',
    subtotalPriceSet: money(order.subtotal_price),
    totalPriceSet: money(order.total_price),
    currentTotalPriceSet: money(order.current_total_price),
    totalTaxSet: money(order.total_tax),
    currentTotalTaxSet: money(euros(cents(order.total_tax) - taxOff(order))),
    totalDiscountsSet: money(order.total_discounts),
    totalTipReceivedSet: money(order.total_tip_received),
    transactions: order.transactions?.map(({ kind, status, gateway, amount }) => ({
      kind: listed(kind),
      status: listed(status),
      gateway,
      amountSet: money(amount),
    })),
    customerJourneySummary: { firstVisit: visit, lastVisit: visit },
    customer: order.customer && { id: idOf('Customer', order.customer.id), email: order.customer.email },
    shippingAddress: order.shipping_address && {
      countryCodeV2: order.shipping_address.country_code,
      zip: order.shipping_address.zip,
    },
    shippingLine: shipping && {
      title: shipping.title,
      originalPriceSet: money(shipping.price),
      discountedPriceSet: money(shipping.discounted_price ?? shipping.price),
      taxLines: taxLines(shipping.tax_lines),
    },
    refunds: order.refunds.map((refund) => ({
      id: idOf('Refund', refund.id),
      createdAt: refund.created_at,
      totalRefundedSet: money(euros(refundedOf({ ...order, refunds: [refund] }))),
    })),
  };
  const lines = order.line_items.map((item) => ({
    id: idOf('LineItem', item.id),
    title: item.title,
    sku: item.sku,
    quantity: item.quantity,
    currentQuantity: item.quantity - refundedUnits(order, item.id),
    isGiftCard: item.gift_card,
    requiresShipping: item.requires_shipping,
    taxable: item.taxable,
    product: gid('Product', item.product_id),
    variant: gid('ProductVariant', item.variant_id),
    originalUnitPriceSet: money(item.price),
    discountAllocations: [{ allocatedAmountSet: money(item.total_discount) }],
    taxLines: taxLines(item.tax_lines),
  }));
  return { node, lines };
}

/** A thing and its children: below it in a bulk answer, by edges or nodes in a single one. */
interface Family {
  readonly node: { readonly id: string };
  readonly place: string;
  readonly children: readonly { readonly id: string }[];
}

const forms = fc.constantFrom('bulk', 'edges', 'nodes');

function answer(kind: string, families: readonly Family[]): ExportedFile {
  const form = drawn(forms, `graphql ${kind}`);
  const name = `${kind}.jsonl`;
  if (form === 'bulk')
    return {
      name,
      bytes: json(
        families.flatMap(({ node, children }) => [
          node,
          ...children.map((child) => ({ ...child, __parentId: node.id })),
        ]),
        name,
        { forms: ['lines'] },
      ),
    };
  const connection = (all: readonly object[]) =>
    form === 'edges' ? { edges: all.map((node) => ({ node })) } : { nodes: all };
  return {
    name,
    bytes: json(
      families.map(({ node, place, children }) => ({
        ...node,
        ...(place !== '' && { [place]: connection(children) }),
      })),
      name,
      {
        forms: ['pages'],
        page: (all) => ({ data: { [kind]: { ...connection(all), pageInfo: { hasNextPage: false } } } }),
      },
    ),
  };
}

/** Orders, products and customers as docs/sources.md asks for them. */
export const shopifyGraphql = ({ orders, products, customers }: Shop): ExportedFile[] => [
  answer(
    'orders',
    orders.map((order) => {
      const { node, lines } = orderNode(order);
      return { node, place: 'lineItems', children: lines };
    }),
  ),
  answer(
    'products',
    products.map(({ id, variants, ...product }) => ({
      place: 'variants',
      node: {
        id: idOf('Product', id),
        title: product.title,
        handle: product.handle,
        vendor: product.vendor,
        productType: product.product_type,
        status: listed(product.status),
        tags: product.tags.split(', ').filter((tag) => tag !== ''),
        createdAt: product.created_at,
        updatedAt: product.updated_at,
      },
      children: variants.map(({ inventory_item: item, inventory_item_id: itemId, ...variant }) => ({
        ...variant,
        id: idOf('ProductVariant', variant.id),
        inventoryItem: {
          id: idOf('InventoryItem', itemId),
          unitCost: item.cost == null ? null : { amount: item.cost },
        },
      })),
    })),
  ),
  answer(
    'customers',
    customers.map((customer) => ({
      place: '',
      children: [],
      node: {
        id: idOf('Customer', customer.id),
        email: customer.email,
        phone: customer.phone,
        createdAt: customer.created_at,
        updatedAt: customer.updated_at,
        numberOfOrders: String(customer.orders_count),
        amountSpent: { amount: customer.total_spent },
        tags: customer.tags.split(', ').filter((tag) => tag !== ''),
        emailMarketingConsent: { marketingState: listed(customer.email_marketing_consent?.state) },
        defaultAddress: customer.default_address && { countryCodeV2: customer.default_address.country_code },
      },
    })),
  ),
];
