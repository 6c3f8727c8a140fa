/* global analytics, browser, init, api, customerPrivacy -- what Shopify gives a custom pixel */
// The checkout of Shopify: paste all of this into Settings, Customer events, Add custom pixel. See docs/recipes.md.
// It runs in a sandbox, where the tracker cannot: it sends the same events, of the same visitor, by itself.

// Your collector: the output CollectUrl of the deployment.
const endpoint = 'https://collect.your-shop.example/collect';

const names = {
  checkout_started: 'begin_checkout',
  checkout_shipping_info_submitted: 'add_shipping_info',
  payment_info_submitted: 'add_payment_info',
  checkout_completed: 'purchase',
};
const visitorKey = 'sillage.visitor';
// What tells where a visit came from; the rest of a checkout's address is the buyer's own.
const told =
  /^(?:utm_\w+|gclid|gbraid|wbraid|gad_\w+|dclid|msclkid|fbclid|ttclid|epik|twclid|li_fat_id|ScCid|rdt_cid)$/;

let privacy = init.customerPrivacy;
const consentApi = typeof customerPrivacy === 'undefined' ? api.customerPrivacy : customerPrivacy;
consentApi.subscribe('visitorConsentCollected', (event) => {
  privacy = event.customerPrivacy;
});

// Without a plain yes there is none.
const consent = () => ({
  analytics: privacy?.analyticsProcessingAllowed === true,
  ads: privacy?.marketingAllowed === true,
});

// The id that the tracker keeps on the shop's pages; a new one where the buyer saw none of them.
async function visitor() {
  const kept = await browser.localStorage.getItem(visitorKey);
  if (typeof kept === 'string' && /^[^\uD800-\uDFFF]{1,64}$/.test(kept)) return kept;
  const id = crypto.randomUUID();
  await browser.localStorage.setItem(visitorKey, id);
  return id;
}

// gid://shopify/Order/123 is 123.
const number = (id) => (id === undefined || id === null ? null : String(id).split('/').pop());

// Addresses of a checkout have a token that opens the order: it stays with Shopify.
function address(href) {
  const { origin, pathname, searchParams } = new URL(href);
  const kept = new URLSearchParams([...searchParams].filter(([name]) => told.test(name))).toString();
  // Newer checkouts write thank-you.
  return `${origin}/checkouts/${/\/thank[_-]you$/.test(pathname) ? 'thank_you' : ''}${kept && `?${kept}`}`;
}

const item = ({ title, quantity, variant }) => ({
  item_id: variant?.sku || number(variant?.id),
  item_name: variant?.product?.title || title,
  item_category: variant?.product?.type || null,
  price: Number(variant?.price?.amount ?? 0),
  quantity,
});

function ecommerce(checkout) {
  const code = (checkout.discountApplications ?? []).find(({ type }) => type === 'DISCOUNT_CODE');
  return {
    transaction_id: number(checkout.order?.id),
    value: Number(checkout.totalPrice?.amount ?? 0),
    currency: checkout.currencyCode,
    coupon: code?.title ?? null,
    items: (checkout.lineItems ?? []).map(item),
  };
}

async function send(body) {
  for (const wait of [1000, 4000, 0]) {
    try {
      const { status } = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body,
        keepalive: true,
      });
      if (status < 500) return;
    } catch {
      // No answer: the same event is sent again, known by its id.
    }
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function happened(shopifyName, { id, timestamp, data, context }) {
  const choice = consent();
  const { checkout } = data;
  const { location, referrer, title } = context.document;
  const event = {
    // Shopify's own id of the event, so that one that comes twice counts once.
    event_id: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(id)?.[0] ?? crypto.randomUUID(),
    event_name: names[shopifyName],
    event_time: timestamp,
    visitor_id: choice.analytics ? await visitor() : null,
    customer_id: choice.analytics ? number(checkout.order?.customer?.id) : null,
    page: { url: address(location.href), referrer: referrer ? `${new URL(referrer).origin}/` : '', title },
    screen: `${context.window?.screen?.width ?? ''}x${context.window?.screen?.height ?? ''}`,
    language: context.navigator?.language,
    consent: choice,
    ecommerce: ecommerce(checkout),
  };
  await send(JSON.stringify([event]));
}

for (const name of Object.keys(names)) analytics.subscribe(name, (event) => happened(name, event));
