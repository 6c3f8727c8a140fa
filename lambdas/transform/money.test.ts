/** What an order earned and gave back, by what Shopify sends. */
import {
  byHand,
  tax,
  line,
  paid,
  refund,
  back,
  adjustment,
  shop,
  gift,
  shipped,
  type Case,
  untaxed,
} from './money.samples.ts';

byHand([
  {
    name: 'an order',
    order: {},
    net: '50.00',
    refunded: '0.00',
    shipped: [1],
    more: { paid_amount: '60.00', needs_shipping: true, total_shipping: '0.00' },
  },
  {
    name: 'a discount on shipping makes it free',
    order: {
      shipping_lines: [
        { price: '6.00', discounted_price: '6.00', discount_allocations: [{ amount: '6.00' }], tax_lines: [] },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_shipping: '0.00' },
  },
  {
    name: 'a shipping line that an edit removed',
    order: { shipping_lines: [{ price: '6.00', is_removed: true }] },
    net: '50.00',
    refunded: '0.00',
    more: { total_shipping: '0.00' },
  },

  // Refunds.
  {
    name: 'a line and the shipping, as an adjustment',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('66.00')],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'the shipping in lines of its own, as since 2024-10',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('66.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('6.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'the shipping in both: once',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          transactions: [paid('6.00')],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('6.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
    amount: '6.00',
  },
  {
    name: 'a part of the shipping',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          transactions: [paid('3.00')],
          order_adjustments: [adjustment('shipping_refund', '-2.50', '-0.50')],
        }),
      ],
    },
    net: '55.00',
    refunded: '2.50',
    amount: '3.00',
  },
  {
    name: 'a goodwill without a line',
    order: {
      refunds: [
        refund(1, {
          transactions: [paid('7.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-7.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '7.00',
    amount: '7.00',
  },
  ...(
    [
      // Refunded, adjustment, what of it was revenue without VAT, and the part of the rest.
      [
        'all',
        '110.00',
        ['-100.00', '-10.00'],
        '50.00',
        [
          ['discrepancy', 6000, 1000],
          ['gift_card', 5000, 0],
        ],
      ],
      [
        'more than the goods came to',
        '70.00',
        ['-63.64', '-6.36'],
        '50.00',
        [
          ['discrepancy', 6000, 1000],
          ['gift_card', 1000, 0],
        ],
      ],
      ['less than the goods came to', '30.00', ['-25.00', '-5.00'], '25.00', [['discrepancy', 3000, 500]]],
    ] as const
  ).map(([what, amount, [net, vat], refunded, parts]): Case => ({
    name: `${what} of goods and a gift card, without a line: the card was no revenue`,
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: [
        refund(1, { transactions: [paid(amount)], order_adjustments: [adjustment('refund_discrepancy', net, vat)] }),
      ],
    },
    net: '50.00',
    refunded,
    amount,
    parts,
  })),
  ...(
    [
      // The refunds in the shop's list, each on its day; the parts, in the order of the days.
      [
        'in two, the first of more than the goods',
        [['12', '70.00', '-63.64', '-6.36'], ['13', '40.00', '-36.36', '-3.64']], // prettier-ignore
        [['discrepancy', 6000, 1000], ['gift_card', 1000, 0], ['gift_card', 4000, 0]], // prettier-ignore
      ],
      [
        'in two, the later one first in the list',
        [['13', '80.00', '-73.33', '-6.67'], ['12', '30.00', '-25.00', '-5.00']], // prettier-ignore
        [['discrepancy', 3000, 500], ['discrepancy', 3000, 500], ['gift_card', 5000, 0]], // prettier-ignore
      ],
      [
        'in three',
        [['12', '20.00', '-16.67', '-3.33'], ['13', '20.00', '-16.67', '-3.33'], ['14', '70.00', '-66.66', '-3.34']], // prettier-ignore
        [['discrepancy', 2000, 333], ['discrepancy', 2000, 333], ['discrepancy', 2000, 334], ['gift_card', 5000, 0]], // prettier-ignore
      ],
    ] as const
  ).map(([how, refunds, parts]): Case => ({
    name: `all of goods and a gift card ${how}, without a line`,
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: refunds.map(([day, amount, net, vat], index) =>
        refund(index + 1, {
          created_at: `2025-03-${day}T10:00:00+01:00`,
          transactions: [paid(amount)],
          order_adjustments: [adjustment('refund_discrepancy', net, vat)],
        }),
      ),
    },
    net: '50.00',
    refunded: '50.00',
    amount: '110.00',
    parts,
  })),
  {
    name: 'all of a gift card alone, without a line',
    order: {
      total_price: '50.00',
      total_tax: '0.00',
      line_items: [gift(1)],
      refunds: [
        refund(1, {
          transactions: [paid('50.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '0.00')],
        }),
      ],
    },
    net: '0.00',
    refunded: '0.00',
    amount: '50.00',
    parts: [['gift_card', 5000, 0]],
  },
  {
    name: 'all of an order with a tip, without a line: the tip was no revenue',
    order: {
      total_price: '65.00',
      total_tip_received: '5.00',
      refunds: [
        refund(1, {
          transactions: [paid('65.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-55.00', '-10.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '65.00',
    parts: [
      ['discrepancy', 6000, 1000],
      ['tip', 500, 0],
    ],
  },
  {
    name: 'goods by their line, and then the gift card beside them without one',
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2)], transactions: [paid('60.00')] }),
        refund(2, {
          transactions: [paid('50.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '110.00',
    parts: [
      ['goods', 6000, 1000],
      ['gift_card', 5000, 0],
    ],
  },
  {
    name: 'a goodwill whose VAT the shop corrected',
    order: {
      refunds: [
        refund(1, {
          transactions: [paid('12.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-10.00', '-2.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '10.00',
    amount: '12.00',
  },
  {
    name: 'a return of which the shop kept 5.00',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('55.00')],
          order_adjustments: [adjustment('refund_discrepancy', '5.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '45.00',
    amount: '55.00',
  },
  {
    name: 'a failed payment, then one that went through',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('60.00', { status: 'failure' }), paid('60.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'a payment that waits, though the shop has it as a discrepancy',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('60.00', { status: 'pending' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
  },
  {
    name: 'a payment that failed',
    order: {
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('60.00', { status: 'error' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
    shipped: [1],
  },
  {
    name: 'half by gift card, which went through, and half by card, which waits',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('30.00'), paid('30.00', { status: 'pending' })],
        }),
      ],
    },
    net: '50.00',
    refunded: '25.00',
    amount: '30.00',
  },
  {
    name: 'half of the goods and the shipping went through',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('33.00'), paid('33.00', { status: 'failure' })],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '27.50',
    amount: '33.00',
  },
  {
    name: 'an authorization voided is no refund',
    order: { refunds: [refund(1, { transactions: [paid('60.00', { kind: 'void' })] })] },
    net: '50.00',
    refunded: '0.00',
  },
  {
    name: 'goods that came back for no money',
    order: { refunds: [refund(1, { refund_line_items: [back(1, 10)] })] },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
    shipped: [1],
  },
  {
    name: 'an export that has no payments',
    order: { refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: undefined })] },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'an export that has no payments, and the shipping',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: undefined,
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'tax on top of the prices',
    order: {
      ...untaxed,
      refunds: [refund(1, { refund_line_items: [back(1, 5, { subtotal: 50 })], transactions: [paid('60.00')] })],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'tax on top, and the shipping',
    order: {
      ...untaxed,
      total_price: '66.00',
      total_tax: '11.00',
      shipping_lines: [{ price: '5.00', tax_lines: tax('1.00') }],
      refunds: [
        refund(1, {
          transactions: [paid('6.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('5.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
    amount: '6.00',
  },
  {
    name: 'a customer who paid in dollars',
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
    more: { total_price: '60.00', paid_amount: '60.00' },
    order: {
      presentment_currency: 'USD',
      total_price_set: { shop_money: { amount: '60.00' }, presentment_money: { amount: '66.00' } },
      transactions: [
        { kind: 'sale', status: 'success', gateway: 'shopify_payments', amount: '66.00', currency: 'USD' },
      ],
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('66.00', { currency: 'USD' })] })],
    },
  },
]);
