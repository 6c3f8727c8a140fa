import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { command, line, megabytes, seconds } from './measure.ts';

const lines = 1_000_000;
const days = 365;
/** Lines of the orders in turn: 2 an order. */
const sizes = [1, 2, 1, 3, 2, 4, 1, 2] as const;

const headings =
  'Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,' +
  'Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,' +
  'Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,' +
  'Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,' +
  'Billing Street,Billing City,Billing Zip,Billing Country,Shipping Name,Shipping Street,' +
  'Shipping City,Shipping Zip,Shipping Country,Notes,Note Attributes,Cancelled at,Payment Method,' +
  'Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,' +
  'Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,Receipt Number,Duties,' +
  'Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,' +
  'Payment References';

const first = Date.UTC(2024, 0, 1);
const two = (value: number) => String(value).padStart(2, '0');

/** `2024-03-01 10:20:30 +0000`. */
function stamp(after: number): string {
  const at = new Date(first + after * 1000);
  return `${at.toISOString().slice(0, 10)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

/** The lines of an order: what is the order's on the first alone, as Shopify writes it. */
function orderText(order: number, size: number, at: string): string {
  const name = `#${100_000 + order}`;
  const email = `client${order % 150_000}@example.org`;
  const prices = Array.from({ length: size }, (_, item) => 600 + (((order * 7 + item * 13) % 60) * 50 + 90));
  const subtotal = prices.reduce((sum, price) => sum + price, 0);
  const taxes = Math.round((subtotal + 490) / 6);
  const money = (cents: number) => (cents / 100).toFixed(2);
  return prices
    .map((price, item) => {
      const product = (order * 3 + item * 17) % 80;
      const goods = `1,Crème ${product},${money(price)},,SIL-${product},true,true,fulfilled`;
      if (item > 0)
        return `${name},${email},,,,,,,,,,,,,,${at},${goods},,,,,,,,,,,,,,,,,,Sillage,,,,,,,,,0.00,,,,,,,,,,,\n`;
      const sums = `${money(subtotal)},4.90,${money(taxes)},${money(subtotal + 490)}`;
      const address = 'Léa Martin,12 rue de la Paix,Lyon,69002,FR';
      return (
        `${name},${email},paid,${at},fulfilled,${at},no,EUR,${sums},,0.00,Colissimo,${at},${goods},` +
        `${address},${address},,,,Shopify Payments,c${order}.1,0.00,Sillage,0.00,,,,` +
        `${6_000_000_000 + order},,Low,web,0.00,TVA 20%,${money(taxes)},,,,,,p${order},,,\n`
      );
    })
    .join('');
}

function* texts(): Generator<string> {
  yield `${headings}\n`;
  const orders = (lines * sizes.length) / sizes.reduce((sum, size) => sum + size, 0);
  let text = '';
  for (let order = 0, written = 0; written < lines; order++) {
    const size = Math.min(sizes[order % sizes.length] ?? 1, lines - written);
    text += orderText(order, size, stamp(Math.floor((order / orders) * days * 86_400)));
    written += size;
    if (text.length < 1 << 20) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Writes an `orders_export.csv` of a shop with a million order lines in a year. */
export async function writeOrders(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(texts()), createWriteStream(path));
}

/** A million order lines from the shop's own export to curated tables, marts and checks. */
export async function benchImport(folder: string): Promise<void> {
  const file = `${folder}/orders_export.csv`;
  await writeOrders(file);
  const lake = `${folder}/lake`;
  const imported = await command('import', file, '--yes', '--no-run', '--lake', lake);
  const built = await command('run', '--lake', lake);
  process.stdout.write(
    `\nsillage import orders_export.csv, ${lines.toLocaleString('en-GB')} order lines of ${days} days\n`,
  );
  line('import', seconds(imported.seconds), `peak ${megabytes(imported.peak)}`);
  line('build', seconds(built.seconds), `peak ${megabytes(built.peak)}`);
  line(
    'both',
    seconds(imported.seconds + built.seconds),
    `peak ${megabytes(Math.max(imported.peak, built.peak))}; targets 60 s, 1.5 GB`,
  );
}
