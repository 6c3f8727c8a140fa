import type { Shape } from '../shape.ts';
import { itemOrders } from './item-orders.ts';

/** Orders as “Advanced Order Export for WooCommerce” writes them with its own headings: one line an item. */
export const wooOrdersCsv: Shape = itemOrders({
  shape: 'woocommerce-orders-csv',
  source: 'WooCommerce',
  prefix: 'woo',
  pricesHoldTax: false,
  fields: {
    number: /^order (?:number|id)$|^(?:numero|n|id) de (?:la )?commande$/,
    // A plugin may number orders apart from their ids: where both are there, each is read for what it is.
    order_id: /^order id$|^id de (?:la )?commande$/,
    own_number: /^order number$|^(?:numero|n) de (?:la )?commande$/,
    status: /^order status$|^(?:etat|statut) de (?:la )?commande$/,
    created: /^order date$|^date de (?:la )?commande$/,
    email: /^email billing$|^(?:adresse )?(?:de messagerie|e ?mail) (?:de )?facturation$/,
    country: /^country code shipping$|^code (?:du )?pays (?:de )?(?:livraison|expedition)$/,
    postcode: /^postcode shipping$|^code postal (?:de )?(?:livraison|expedition)$/,
    billing_country: /^country code billing$|^code (?:du )?pays (?:de )?facturation$/,
    billing_postcode: /^postcode billing$|^code postal (?:de )?facturation$/,
    currency: /^(?:order )?currency$|^devise(?: de (?:la )?commande)?$/,
    discount: /^cart discount amount$|^montant de (?:la )?remise(?: du panier)?$/,
    subtotal: /^order subtotal amount$|^(?:montant du )?sous total(?: de (?:la )?commande)?$/,
    shipping:
      /^order shipping amount$|^montant (?:de (?:la )?(?:livraison|l expedition)|des frais de (?:livraison|port))(?: de (?:la )?commande)?$/,
    method: /^shipping method title$|^(?:titre|nom) (?:de la methode|du mo(?:de|yen)) (?:d expedition|de livraison)$/,
    refunded: /^order refund amount$|^montant (?:du remboursement|rembourse)(?: de (?:la )?commande)?$/,
    total: /^order total amount$|^montant total(?: de (?:la )?commande)?$/,
    taxes: /^order total tax amount$|^montant total (?:de (?:la )?(?:taxe|tva)|des taxes)(?: de (?:la )?commande)?$/,
    payment: /^payment method title$|^(?:titre|nom) (?:de la methode|du mo(?:de|yen)) de paiement$/,
    code: /^coupon code$|^code promo$/,
    item_sku: /^sku$|^ugs$/,
    item_name: /^item name$|^nom (?:de l (?:article|element)|du produit)$/,
    item_quantity: /^(?:quantity|quantite)(?: (?:refund|remboursement))?$/,
    item_price: /^item cost$|^(?:cout|prix) (?:de l (?:article|element)|unitaire)$/,
  },
  lessMay: 'If a gift card or store credit paid the rest, the REST API alone tells so: import that.',
  again:
    'In WooCommerce: Export orders (plugin “Advanced Order Export”), all default columns, “Order currency” added, CSV.',
});
