import { order, type SmallLake } from '../../test/small-lake.ts';

/** One export: the day of its folder, and each record's number, day and price or the like. */
export interface Export {
  readonly exported: string;
  readonly records: readonly Version[];
}
export type Version = readonly [id: number, day: string, value: number];

const french = (day: string) => day.split('-').toReversed().join('/');
const sheet = (header: string, rows: readonly (readonly (string | number)[])[]) =>
  `${[header, ...rows.map((row) => row.join(';'))].join('\n')}\n`;
export const json = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

export interface Kind {
  readonly table: string;
  readonly folder: string;
  /** Columns that hold a record's number and value. */
  readonly columns: readonly [id: string, value: string];
  readonly file: (records: readonly Version[], exported: string) => string;
}

/** Every table in which the day of a record may change, and how its records are exported. */
export const kinds: readonly Kind[] = [
  {
    table: 'influencer_deals',
    folder: 'influencers/deals',
    columns: ['deal_id', 'fee'],
    file: (records) =>
      sheet(
        'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin',
        records.map(([id, day, value]) => [
          id,
          '@lea',
          'Instagram',
          `${value},00`,
          'EUR',
          '0,00',
          '0,10',
          'LEA',
          '',
          'lea',
          french(day),
          '',
        ]),
      ),
  },
  {
    table: 'influencer_posts',
    folder: 'influencers/posts',
    columns: ['post_id', 'views'],
    file: (records) =>
      sheet(
        'id_publication;id_contrat;pseudo;plateforme;date;format;vues;j_aime;commentaires;partages;enregistrements',
        records.map(([id, day, value]) => [id, 'D1', '@lea', 'Instagram', french(day), 'reel', value, 1, 1, 1, 1]),
      ),
  },
  {
    table: 'influencers',
    folder: 'influencers/roster',
    columns: ['influencer_id', 'followers'],
    file: (records) =>
      sheet(
        'pseudo;nom;plateforme;palier;abonnes;inscrit_le',
        records.map(([id, day, value]) => [`@lea${id}`, 'Léa', 'Instagram', 'micro', value, french(day)]),
      ),
  },
  {
    table: 'products',
    folder: 'crm/products',
    columns: ['variant_id', 'price'],
    file: (records, exported) =>
      json(
        records.map(([id, day, value]) => ({
          id: 100 + id,
          title: 'Crème',
          product_type: 'Crème',
          status: 'active',
          tags: '',
          created_at: `${day}T10:00:00Z`,
          updated_at: `${exported}T10:00:00Z`,
          variants: [{ id, sku: `S${id}`, price: `${value}.00`, inventory_item: { cost: '1.00' } }],
        })),
      ),
  },
  {
    table: 'customers',
    folder: 'crm/customers',
    columns: ['customer_id', 'orders_count'],
    file: (records, exported) =>
      json(
        records.map(([id, day, value]) => ({
          id,
          created_at: `${day}T10:00:00Z`,
          updated_at: `${exported}T10:00:00Z`,
          email: `p${id}@example.fr`,
          state: 'enabled',
          orders_count: value,
        })),
      ),
  },
  ...(['orders', 'order_items', 'refunds'] as const).map((table): Kind => ({
    table,
    folder: 'crm/orders',
    columns: {
      orders: ['order_number', 'total_price'] as const,
      order_items: ['line_item_id', 'unit_price'] as const,
      refunds: ['refund_line_id', 'amount'] as const,
    }[table],
    file: (records, exported) =>
      json(
        records.map(([id, day, value]) =>
          order(0, {
            id,
            order_number: id,
            created_at: '2025-01-01T10:00:00Z',
            processed_at: `${day}T10:00:00Z`,
            updated_at: `${exported}T10:00:00Z`,
            total_price: `${value}.00`,
            total_tax: '0.00',
            shipping_lines: [],
            line_items: [{ id, product_id: 1, variant_id: 1, title: 'a', quantity: 1, price: `${value}.00` }],
            refunds: [
              {
                id: 50 + id,
                created_at: `${day}T10:00:00Z`,
                processed_at: `${day}T10:00:00Z`,
                refund_line_items: [
                  {
                    id,
                    line_item_id: id,
                    quantity: Math.sign(value),
                    subtotal: `${value}.00`,
                    total_tax: '0.00',
                    restock_type: 'return',
                  },
                ],
                transactions: [{ kind: 'refund', status: 'success', amount: `${value}.00`, currency: 'EUR' }],
              },
            ],
          }),
        ),
      ),
  })),
];

export const keyOf = ({ folder }: Kind, exported: string, name = 'export') =>
  `raw/${folder}/dt=${exported}/${name}.${folder.startsWith('crm') ? 'json' : 'csv'}`;
export const put = (small: SmallLake, kind: Kind, { exported, records }: Export, name?: string) =>
  small.drop(keyOf(kind, exported, name), kind.file(records, exported));

/** Number, day and value of every row, by number. */
export const found = async (small: SmallLake, { table, columns: [id, value] }: Kind) =>
  (await small.rows(table))
    .map((row): [number, unknown, number] => [
      Number(String(row[id]).replace(/^.*:lea/, '')),
      row['dt'],
      Number(row[value]),
    ])
    .toSorted(([a], [b]) => a - b);
/** What the ledger has of a day: records in, rows out, rejected, duplicates. */
export const counts = async (small: SmallLake, { table }: Kind, day: string) => {
  const { rowsIn, rowsOut, rejected, duplicates } = (await small.entry(table, day)) ?? {};
  return [rowsIn, rowsOut, rejected, duplicates];
};

export function kindOf(table: string): Kind {
  const kind = kinds.find((one) => one.table === table);
  if (!kind) throw new Error(`${table} is none of the kinds.`);
  return kind;
}
