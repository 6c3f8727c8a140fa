/** What an edit took off an order or put on it, and whether it was paid back. */
import { byHand, tax, line, paid, refund, back, adjustment, shop, two, type Case } from './money.samples.ts';

byHand([
  // Edits: taken off, and never paid.
  {
    name: 'a line taken off',
    order: {
      ...two,
      current_total_price: '60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
    more: { total_price: '60.00', total_tax: '10.00', paid_amount: '60.00' },
  },
  {
    name: 'a line taken off an order whose total is the new one',
    order: {
      current_total_price: '60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [refund(1, { refund_line_items: [back(1, 2, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
  },
  {
    name: 'a line taken off of which no refund tells',
    order: { ...two, line_items: [line(1), line(2, { current_quantity: 0 })] },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
  },
  {
    name: 'one of two taken off',
    order: {
      ...two,
      line_items: [line(1, { quantity: 2, current_quantity: 1, tax_lines: tax('20.00') })],
      refunds: [refund(1, { refund_line_items: [back(1, 1, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1],
  },
  {
    name: 'a line taken off and paid back',
    order: {
      ...two,
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'cancel' })], transactions: [paid('60.00')] }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    shipped: [1, 0],
  },
  {
    name: 'a line exchanged for another',
    order: {
      ...two,
      current_total_price: '60.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { current_quantity: 1 })],
      refunds: [refund(1, { refund_line_items: [back(1, 1, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [0, 1],
  },
  {
    name: 'goods cancelled and the money kept',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10, { restock_type: 'cancel' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '60.00',
    refunded: '0.00',
    shipped: [0],
  },

  {
    name: 'shipping taken off, of which no refund tells',
    order: {
      total_price: '66.00',
      total_tax: '11.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      shipping_lines: [{ price: '6.00', discounted_price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_price: '60.00', total_tax: '10.00', total_shipping: '0.00', paid_amount: '60.00' },
  },
  {
    name: 'shipping taken off an order whose total is the new one',
    order: {
      current_total_price: '60.00',
      shipping_lines: [{ price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
    },
    net: '50.00',
    refunded: '0.00',
  },
  {
    name: 'shipping taken off and paid back is a refund',
    order: {
      total_price: '66.00',
      total_tax: '11.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      shipping_lines: [{ price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
      refunds: [
        refund(1, {
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
          transactions: [paid('6.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
  },
  {
    name: 'a discount given by an edit',
    order: { current_total_price: '54.00', current_total_tax: '9.00', current_total_discounts: '6.00' },
    net: '45.00',
    refunded: '0.00',
    more: { total_price: '54.00', total_tax: '9.00', paid_amount: '54.00' },
  },
  {
    name: 'a discount given by an edit, of whose tax nothing is told',
    order: { current_total_price: '54.00' },
    net: '45.00',
    refunded: '0.00',
  },
  {
    name: 'a discount given by an edit before the rest was paid back',
    order: {
      current_total_price: '0.00',
      current_total_tax: '0.00',
      refunds: [
        refund(1, { refund_line_items: [back(1, 10, { subtotal: 54, total_tax: 9 })], transactions: [paid('54.00')] }),
      ],
    },
    net: '45.00',
    refunded: '45.00',
  },
  {
    name: 'a total that a payment alone lowered is a refund',
    order: {
      current_total_price: '48.00',
      current_total_tax: '8.00',
      refunds: [refund(1, { transactions: [paid('12.00')] })],
    },
    net: '50.00',
    refunded: '12.00',
  },
  {
    name: 'a total that a refund lowered which failed',
    order: {
      current_total_price: '0.00',
      current_total_tax: '0.00',
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('60.00', { status: 'failure' })] })],
    },
    net: '50.00',
    refunded: '0.00',
  },
  ...(
    [
      ['an edit, and the money after it', {}, []],
      ['an edit whose sum is told as kept, and the money after it', {}, [adjustment('refund_discrepancy', '60.00', '0.00')]], // prettier-ignore
      ['a return, and the money after it', { restock_type: 'return' }, []],
    ] as const
  ).map(([name, over, more]): Case => ({
    name: `a line given back by ${name}: taken off once`,
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '0.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 2, { restock_type: 'no_restock', ...over })],
          order_adjustments: more,
        }),
        refund(2, {
          created_at: '2025-03-14T10:00:00+01:00',
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-60.00', '0.00')],
        }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    amount: '60.00',
    parts: [['goods', 6000, 1000]],
    shipped: 'restock_type' in over ? [1, 1] : [1, 0],
  })),
  {
    name: 'a goodwill, and a line of the same amount taken off later, of which the shop owes the money',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-60.00', '0.00')],
        }),
        refund(2, {
          created_at: '2025-03-14T10:00:00+01:00',
          refund_line_items: [back(1, 2, { restock_type: 'no_restock' })],
        }),
      ],
    },
    net: '50.00',
    refunded: '60.00',
    amount: '60.00',
    parts: [['discrepancy', 6000, 0]],
  },
  {
    name: 'a line taken off before the order was paid, and the rest refunded without a line',
    order: {
      financial_status: 'refunded',
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '0.00',
      current_total_tax: '0.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 1 }), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, {
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '-10.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'two lines taken off one after the other, and paid back at once',
    order: {
      total_price: '180.00',
      total_tax: '30.00',
      current_total_price: '60.00',
      line_items: [line(1), line(2), line(3)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, { refund_line_items: [back(2, 3, { restock_type: 'no_restock' })] }),
        refund(3, { transactions: [paid('120.00')] }),
      ],
    },
    net: '150.00',
    refunded: '100.00',
    amount: '120.00',
  },
  {
    name: 'one line taken off and paid back, another owed, and a goodwill',
    order: {
      total_price: '180.00',
      total_tax: '30.00',
      current_total_price: '60.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2), line(3)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, { refund_line_items: [back(2, 3, { restock_type: 'no_restock' })] }),
        refund(3, { transactions: [paid('60.00')] }),
        refund(4, {
          transactions: [paid('12.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-10.00', '-2.00')],
        }),
      ],
    },
    net: '100.00',
    refunded: '60.00',
    amount: '72.00',
  },
  {
    name: 'a line taken off, of which the shop still owes the money',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 2, { restock_type: 'no_restock' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
  },
  ...(
    [
      // What is owed, what came back for it, and what was given back of revenue.
      ['0.00', '60.00', '50.00'],
      ['-20.00', '40.00', '33.33'],
      ['-60.00', '0.00', '0.00'],
    ] as const
  ).map(([owed, amount, refunded]): Case => ({
    name: `a line exchanged for another, of which the shop owes ${owed}`,
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: owed,
      line_items: [line(1, { current_quantity: 0 }), line(2)],
      refunds: [refund(1, { refund_line_items: [back(1, 1)] })],
    },
    net: '100.00',
    refunded,
    amount,
    shipped: [1, 1],
  })),
  ...(
    [
      // The total as it was before, or with what was put on; the price of what was taken, its tax, and net revenue.
      ['60.00', '10.00', '60.00', '10.00', '100.00'],
      ['120.00', '20.00', '60.00', '10.00', '100.00'],
      ['60.00', '10.00', '84.00', '14.00', '120.00'],
      ['144.00', '24.00', '84.00', '14.00', '120.00'],
    ] as const
  ).map(([before, beforeTax, price, priceTax, net]): Case => ({
    name: `a line exchanged for one of ${price}, of an order whose total is ${before}`,
    order: {
      total_price: before,
      total_tax: beforeTax,
      current_total_price: price,
      current_total_tax: priceTax,
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price, tax_lines: tax(priceTax) })],
      refunds: [refund(1, { refund_line_items: [back(1, 1)] })],
    },
    net,
    refunded: '50.00',
    amount: '60.00',
    shipped: [1, 1],
  })),
  {
    name: 'a line exchanged for a cheaper one, of an order whose total is the one before',
    order: {
      current_total_price: '36.00',
      current_total_tax: '6.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price: '36.00', tax_lines: tax('6.00') })],
      refunds: [refund(1, { refund_line_items: [back(1, 1)], transactions: [paid('24.00')] })],
    },
    // As if the total were 96.00: 60.00 came in, and 24.00 went back.
    net: '80.00',
    refunded: '50.00',
    amount: '60.00',
  },
  ...(
    [
      // What the shop says of the rest, and what was given back of revenue.
      ['paid in part, and the rest exchanged', {}, [], '50.00', '60.00'],
      ['of which a fee was kept', {}, [adjustment('refund_discrepancy', '36.00', '0.00')], '14.00', '24.00'],
      ['paid in part, of which the shop owes the rest', { total_outstanding: '-36.00' }, [], '14.00', '24.00'],
      ['paid in part, of which nobody says what is owed', { total_outstanding: undefined }, [], '14.00', '24.00'],
    ] as const
  ).map(([name, more, adjustments, refunded, amount]): Case => ({
    name: `goods ${name}`,
    order: {
      total_price: '96.00',
      total_tax: '16.00',
      current_total_price: '36.00',
      current_total_tax: '6.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price: '36.00', tax_lines: tax('6.00') })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 1)],
          order_adjustments: adjustments,
          transactions: [paid('24.00')],
        }),
      ],
      ...more,
    },
    net: '80.00',
    refunded,
    amount,
    shipped: [1, 1],
  })),
  {
    name: 'goods paid in part, and the rest by a payment that follows',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 1)], transactions: [paid('24.00')] }),
        refund(2, { transactions: [paid('36.00')] }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'goods cancelled, the money kept, and the total of nothing',
    order: {
      current_total_price: '0.00',
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10, { restock_type: 'cancel' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '60.00',
    refunded: '0.00',
  },
  {
    name: 'a line put on by an edit',
    order: { current_total_price: '120.00', current_total_tax: '20.00', line_items: [line(1), line(2)] },
    net: '100.00',
    refunded: '0.00',
  },
  {
    name: 'duties taken off by an edit',
    order: {
      total_price: '70.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      original_total_duties_set: shop('10.00'),
      current_total_duties_set: shop('0.00'),
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_duties: '0.00' },
  },
]);
