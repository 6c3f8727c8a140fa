import { LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import { isRounded, type Table } from '../table.ts';
import { exactly, unquoted } from './shopify-cells.ts';

const fields = {
  id: /^(?:customer )?id$/,
  email: exactly('email'),
  phone: exactly('phone'),
  accepts: /^accepts (?:email )?marketing$/,
  country: exactly('default address country code'),
  other_country: /^country code$/,
  spent: exactly('total spent'),
  orders: exactly('total orders'),
  tags: exactly('tags'),
};

async function convert(table: Table, { documents, exportedAt }: ImportContext): Promise<Converted> {
  const leftOut = new LeftOuts();
  const moment = exportedAt.toISOString();
  let [rows, customers, rounded] = [0, 0, 0];
  for await (const row of table.rows()) {
    rows++;
    const [id, email] = [unquoted(table.cell(row, 'id')), table.cell(row, 'email')];
    const written = unquoted(table.cell(row, 'phone'));
    // One that a spreadsheet rounded is many people's.
    const phone = isRounded(written) ? '' : written;
    if (phone !== written) rounded++;
    // Without an id an address or a number is who it is.
    const known = id !== '' ? id : email !== '' ? `email:${email.toLowerCase()}` : phone === '' ? '' : `phone:${phone}`;
    if (known === '') {
      leftOut.add('neither an id, nor an e-mail address, nor a telephone number', row.row);
      continue;
    }
    customers++;
    await documents.line('crm/customers', moment.slice(0, 10), row.row, {
      id: known,
      created_at: moment,
      updated_at: moment,
      email: email === '' ? undefined : email,
      phone: phone === '' ? undefined : phone,
      orders_count: table.cell(row, 'orders') || undefined,
      total_spent: table.cell(row, 'spent') || undefined,
      tags: table.cell(row, 'tags'),
      email_marketing_consent: { state: table.cell(row, 'accepts') === 'yes' ? 'subscribed' : 'not_subscribed' },
      default_address: { country_code: table.cell(row, 'country') || table.cell(row, 'other_country') || undefined },
    });
  }
  return {
    currencies: [],
    rows,
    leftOut: leftOut.all,
    totals: [{ what: 'customers', imported: String(customers) }],
    notes: [
      'The export does not tell when a customer came: each is dated by the export, and known as an old one by ' +
        '“Total Orders”.',
      ...(rounded === 0
        ? []
        : [
            `A spreadsheet rounded ${rounded} ${rounded === 1 ? 'telephone number' : 'telephone numbers'} ` +
              `(4.9E+12), which ${rounded === 1 ? 'is' : 'are'} left out. Import the export unopened.`,
          ]),
    ],
  };
}

/** Customers as the admin exports them. */
export const shopifyCustomers: Shape = {
  name: 'shopify-customers-csv',
  source: 'Shopify',
  report: 'customers (customers_export.csv)',
  fields,
  needs: ['email', 'accepts', 'spent', 'orders'],
  headings: {
    email: 'Email',
    accepts: 'Accepts Email Marketing',
    spent: 'Total Spent',
    orders: 'Total Orders',
  },
  convert,
};
