/** The exports of Shopify's admin: orders_export.csv, products_export.csv, customers_export.csv. */
import { csv, rowsOf, type Cells } from './clothes.ts';
import { euros, refundedOf, shippingOf, type Order, type Shop } from './shop.ts';
import type { ExportedFile } from './trip.ts';

const spaced = (moment: string | null) => moment?.replace('T', ' ').replace(/([+-]\d{2}):(\d{2})$/, ' $1$2') ?? '';
/** A text that a spreadsheet would take for a number. */
const kept = (text: string) => (/^[+\d]/.test(text) ? `'${text}` : text);

/** What is the order's stands on its first line alone. */
function orderLines(order: Order): Cells[] {
  return order.line_items.map((item, at) => {
    const own = (text: string) => (at === 0 ? text : '');
    return {
      Name: order.name,
      Email: order.email,
      'Financial Status': own(order.financial_status),
      'Fulfillment Status': own(order.fulfillment_status ?? 'unfulfilled'),
      Currency: own(order.currency),
      Subtotal: own(order.subtotal_price),
      Shipping: own(euros(shippingOf(order))),
      Taxes: own(order.total_tax),
      Total: own(order.total_price),
      'Discount Code': own(order.discount_codes[0]?.code ?? ''),
      'Discount Amount': own(order.total_discounts),
      'Shipping Method': own(order.shipping_lines[0]?.title ?? ''),
      'Created at': spaced(order.created_at),
      'Lineitem quantity': String(item.quantity),
      'Lineitem name': item.name,
      'Lineitem price': item.price,
      'Lineitem sku': item.sku,
      'Lineitem requires shipping': String(item.requires_shipping),
      'Lineitem taxable': String(item.taxable),
      'Shipping Country': own(order.shipping_address?.country_code ?? ''),
      'Shipping Zip': own(kept(order.shipping_address?.zip ?? '')),
      'Cancelled at': own(spaced(order.cancelled_at)),
      'Payment Method': own(order.payment_gateway_names.join(' + ')),
      'Refunded Amount': own(euros(refundedOf(order))),
      Id: own(kept(String(order.id))),
      Tags: own(order.tags),
      Source: own(order.source_name),
      Phone: own(kept(order.phone ?? '')),
    };
  });
}

/** Lists may come in the order of the admin alone: what is an order's stands above its other lines. */
export const shopifyAdmin = ({ orders, products, customers }: Shop): ExportedFile[] => [
  { name: 'orders_export.csv', bytes: csv(rowsOf(orders.map(orderLines), 'shopify orders'), 'shopify orders', ',') },
  {
    name: 'products_export.csv',
    bytes: csv(
      rowsOf(
        products.map((product) =>
          product.variants.map((variant, at) => ({
            Handle: product.handle,
            Title: at === 0 ? product.title : '',
            'Body (HTML)': at === 0 ? '<p>Doux,\nbio</p>' : '',
            Vendor: product.vendor,
            Type: at === 0 ? product.product_type : '',
            Tags: at === 0 ? product.tags : '',
            'Option1 Name': 'Contenance',
            'Option1 Value': variant.title,
            'Variant SKU': variant.sku,
            'Variant Price': variant.price,
            'Cost per item': variant.inventory_item.cost ?? '',
            Status: at === 0 ? product.status : '',
          })),
        ),
        'shopify products',
      ),
      'shopify products',
      ',',
    ),
  },
  {
    name: 'customers_export.csv',
    bytes: csv(
      rowsOf(
        customers.map((customer) => [
          {
            'Customer ID': kept(String(customer.id)),
            Email: customer.email ?? '',
            'Accepts Email Marketing': customer.email_marketing_consent?.state === 'subscribed' ? 'yes' : 'no',
            'Default Address Country Code': customer.default_address?.country_code ?? '',
            Phone: kept(customer.phone ?? ''),
            'Total Spent': customer.total_spent,
            'Total Orders': String(customer.orders_count),
            Tags: customer.tags,
          },
        ]),
        'shopify customers',
      ),
      'shopify customers',
      ',',
    ),
  },
];
