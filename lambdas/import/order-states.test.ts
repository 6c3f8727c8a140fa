/** Which states of orders are paid, and what is asked where none of the rules knows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf, type Options } from './samples/look-at.ts';
import { paidState, SaidStates } from './shapes/order-states.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'order-states-'));
});
afterEach(() => rm(home, { recursive: true }));

test.each<[string, readonly string[]]>([
  [
    'paid',
    [
      // WooCommerce, as slugs and as labels.
      'completed|wc-processing|Completed|Processing|Terminée|En cours|Fertiggestellt|In Bearbeitung|Completado|Procesando|Completato|In lavorazione|Afgerond|In behandeling',
      // PrestaShop.
      'Payment accepted|Paiement accepté|Remote payment accepted|Paiement à distance accepté|Processing ' +
        'in progress|En cours de préparation|En ' +
        'préparation|Shipped|Expédié|Delivered|Livré|Versandt|Geliefert|On backorder (paid)|En attente de ' +
        'réapprovisionnement (payé)|En attente de réassort (payé)|Artikel nicht auf Lager ' +
        '(bezahlt)|Zahlung eingegangen',
      'Pagamento accettato|Pagamento remoto accettato|Pago aceptado|Pago remoto aceptado|Preparación en curso|Betaling ' +
        'aanvaard|Wordt momenteel voorbereid|Verzonden|Afgeleverd',
      // Shops' own.
      'Contre remboursement encaissé et payé|Livré contre remboursement|Payé - non expédié|Non livré, payé',
      'Expédiée|partial-shipped|Partially delivered|Virement reçu|Ready for pickup|Prêt à retirer',
      'Paiement accepté - en attente de préparation|Payment received, awaiting shipment|Expédition partielle',
    ],
  ],
  [
    'pending',
    [
      'pending|on-hold|Pending payment|On hold|Attente paiement|En attente|Zahlung ausstehend|In ' +
        'Wartestellung|Pendiente de pago|En espera|In attesa di pagamento|In sospeso|Wachtend op ' +
        'betaling|In de wacht',
      'Awaiting check payment|En attente du paiement par chèque|En attente de virement bancaire|Awaiting Cash ' +
        'On Delivery validation|On backorder (not paid)|En attente de réapprovisionnement (non payé)|Artikel ' +
        'nicht auf Lager (nicht bezahlt)|Waiting for PayPal payment|Payment authorized|Authorized. To be ' +
        'captured by merchant',
      'En espera de validación por contra reembolso|Wachten op rembours-validatie|En attente de paiement contre ' +
        'remboursement|Contre-remboursement en attente',
      'Paiement non accepté|Payment not accepted|Virement non reçu|Payment not yet received|Paiement pas encore reçu|Zahlung ' +
        'noch nicht eingegangen|Pago no aceptado|Pagamento non ricevuto|Betaling niet ontvangen|Commande non validée|Jamais ' +
        'payé|Noch nicht bezahlt',
      'Devis|Quote|Paiement partiel reçu|Partial payment|Acompte reçu|Paiement en cours',
    ],
  ],
  [
    'voided',
    [
      'cancelled|failed|Cancelled|Failed|Annulée|Échouée|Storniert|Fehlgeschlagen|Cancelado|Fallido|Annullato|Fallito|Geannuleerd|Mislukt|trash|draft|Brouillon',
      'Canceled|Annulé|Payment error|Erreur de paiement|Fehler bei der Bezahlung|Paiement refusé|Fraude|Abandonnée|Declined|Betalingsfout',
    ],
  ],
  [
    'refunded',
    [
      'refunded|Refunded|Remboursée|Remboursé|Contre remboursement, remboursé|Rückerstattet|Reembolsado|Rimborsato|Terugbetaald',
    ],
  ],
  [
    'partially_refunded',
    ['Partial refund|Partially refunded|Remboursement partiel|Partiellement remboursée|Teilerstattung'],
  ],
])('%s', (expected, states) => {
  const all = states.flatMap((line) => line.split('|'));
  expect(all.filter((state) => paidState(state, undefined) !== expected)).toEqual([]);
});

test('a parcel that waits, is lost or was refused says nothing of its payment', () => {
  const unknown =
    'Awaiting shipment|wc-awaiting-shipment|Awaiting fulfillment|Awaiting pickup|En attente ' +
    'd’expédition|En attente de retrait en magasin|Warten auf Versand|Pendiente de envío|In attesa di ' +
    'spedizione|Not shipped|Non expédié|Livraison refusée|Erreur de livraison|Colis perdu';
  expect(unknown.split('|').filter((state) => paidState(state, undefined) !== undefined)).toEqual([]);
  expect(paidState('Annulé, colis perdu', undefined)).toBe('voided');
  expect(paidState('En attente de paiement à la livraison', undefined)).toBe('pending');
});

test('what says nothing of the money is not guessed', () => {
  const unknown = [
    'Contre remboursement',
    'Paiement contre remboursement',
    'Contrarreembolso',
    'Expédié contre remboursement',
    'Rembours',
    'Incomplète',
    'Not completed',
    'Nicht abgeschlossen',
    'Unprocessed',
    'Litige',
    'Commande test',
    'pre-ordered',
    'Retour',
    'Facturé',
    'Refund requested',
    'Remboursement refusé',
    'Refund failed',
    'Cancellation requested',
    'Demande d’annulation',
    'Annulation refusée',
    'Demande de remboursement',
    '',
    '12',
  ];
  expect(unknown.filter((state) => paidState(state, undefined) !== undefined)).toEqual([]);
  expect(paidState('Litige !', new SaidStates([['litige', 'pending']]))).toBe('pending');
  expect(paidState('Expédié', new SaidStates([['expedie', 'pending']]))).toBe('pending');
});

const head =
  'id_order,reference,order_state,date_add,email,iso_code,postcode,currency,' +
  'total_discounts_tax_incl,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,' +
  'refunded,payment,voucher_code,product_reference,product_name,product_quantity,' +
  'unit_price_tax_incl';
const presta = (...states: readonly string[]) =>
  `${head}\n${states.map((state, n) => `${n + 1},R${n},${state},2025-03-10 10:00:00,a@b.fr,FR,75011,EUR,0,40,0,40,6.67,0,CB,,SER,Serum,2,20.00\n`).join('')}`;
const read = async (text: string, options: Options = {}) => {
  const [part] = await partsOf(home, 'orders.csv', text, options);
  return { notes: part?.notes.join('\n'), states: lines(part).map((one) => one['financial_status']) };
};

test('a state that is not known is asked for, all of them at once; what is said counts', async () => {
  const text = presta('Livré', 'Litige', 'Colis remis', 'Litige');
  const [refused] = await lookAt(home, 'orders.csv', text);
  expect(refused).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('“Litige” (2), “Colis remis” (1)') as unknown,
  });
  expect(refused).toMatchObject({
    why: expect.stringContaining('--states "Litige=…;Colis remis=…"') as unknown,
  });
  const states = new SaidStates([
    ['litige', 'pending'],
    ['colis remis', 'paid'],
  ]);
  const { notes, states: found } = await read(text, { states });
  expect(found).toEqual(['paid', 'pending', 'paid', 'pending']);
  expect(notes).toContain('“Livré” paid (1), “Litige” not paid (2), “Colis remis” paid (1)');
});

test('an order that is refunded gave all back where no amount is told, and one that is so in part counts whole', async () => {
  const [part] = await partsOf(home, 'orders.csv', presta('Remboursé', 'Remboursement partiel'));
  expect(lines(part)).toMatchObject([
    { financial_status: 'refunded', refunds: [{ transactions: [{ amount: '40.00' }] }] },
    { financial_status: 'partially_refunded' },
  ]);
  expect(lines(part)[1]).not.toHaveProperty('refunds');
  expect(part?.notes.join('\n')).toMatch(/1 order is refunded in part.*counts whole/);
});

const woo = (status: string, more: object = {}) => ({
  id: 50,
  status,
  currency: 'EUR',
  date_created_gmt: '2025-03-10T21:50:00',
  total: '53.00',
  total_tax: '8.83',
  line_items: [{ id: 1, name: 'Serum', quantity: 1, subtotal: '44.17', total: '44.17', total_tax: '8.83' }],
  ...more,
});
test.each<[string, object, string]>([
  ['a state of a plugin is paid where the order was', woo('shipped', { date_paid_gmt: '2025-03-11T08:00:00' }), 'paid'],
  ['and not where it was not', woo('shipped', { date_paid_gmt: null }), 'pending'],
  ['without that the words count', woo('expediee'), 'paid'],
  ['what is on hold is not paid, whenever', woo('on-hold', { date_paid_gmt: '2025-03-11T08:00:00' }), 'pending'],
  ['what is cancelled was sold to nobody', woo('cancelled', { date_paid_gmt: '2025-03-11T08:00:00' }), 'voided'],
])('WooCommerce: %s', async (_, order, expected) => {
  const [part] = await partsOf(home, 'woo.json', JSON.stringify([order]));
  expect(lines(part)[0]?.['financial_status']).toBe(expected);
});

test('WooCommerce: a state that nothing tells of is asked for', async () => {
  const [refused] = await lookAt(home, 'woo.json', JSON.stringify([woo('litige')]));
  expect(refused).toMatchObject({ kind: 'refused', why: expect.stringContaining('“litige” (1)') as unknown });
});
