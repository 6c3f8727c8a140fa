/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- Served as it is, so without types. */
/**
 * The demo shop's pages, drawn in the browser; it tells the tracker what happens on them.
 * @typedef {{ sku: string, title: string, handle: string, size: string, price: number, labels: string[], inci: string, category: string, slug: string }} Product
 */

/** @type {Product[]} */
const products = await (await fetch('/shop/products.json')).json();
/** What delivery costs, EUR. @type {{ free_from: number, fee: number }} */
const delivery = await (await fetch('/shop/delivery.json')).json();
const main = document.getElementById('main');
const track = (/** @type {any[]} */ ...call) => window.sillage(...call);

/*
 * What the shop itself needs to remember: the basket, and where the visit began; the visitor's choice, beyond the visit. A browser may
 * forbid its storage, or have none left: then this page remembers alone.
 */
const remembered = new Map();
function stored(/** @type {string} */ key, storage = 'sessionStorage') {
  if (remembered.has(key)) return remembered.get(key);
  try {
    return JSON.parse(window[storage].getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
function store(/** @type {string} */ key, /** @type {unknown} */ value, storage = 'sessionStorage') {
  remembered.set(key, value);
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // This page remembers.
  }
}

/** Quantities by SKU. @type {Record<string, number>} */
let basket = stored('basket') ?? {};
const landing = stored('landing') ?? { site: location.pathname + location.search, referrer: document.referrer };
store('landing', landing);

const euros = new Intl.NumberFormat('fr-FR', { style: 'currency', currency: 'EUR' });
const round = (/** @type {number} */ amount) => Math.round(amount * 100) / 100;
const escaped = (/** @type {string} */ text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const plain = (/** @type {string} */ text) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/g, '')
    .toLowerCase();

/* Analytics items, as GA4 names them. */
const item = (/** @type {Product} */ { sku, title, category, price }, quantity = 1) => ({
  item_id: sku,
  item_name: title,
  item_category: category,
  price,
  quantity,
});
const ecommerce = (/** @type {ReturnType<typeof item>[]} */ items) => ({
  currency: 'EUR',
  value: round(items.reduce((sum, { price, quantity }) => sum + price * quantity, 0)),
  items,
});
const basketLines = () =>
  Object.entries(basket).flatMap(([sku, quantity]) => {
    const product = products.find((each) => each.sku === sku);
    return product ? [{ product, quantity }] : [];
  });
const basketItems = () => basketLines().map(({ product, quantity }) => item(product, quantity));

const shelves = [...new Map(products.map(({ slug, category }) => [slug, category]))];
const TINTS = {
  'cremes-visage': '#e9c7b4',
  serums: '#d9c48a',
  nettoyants: '#b9d0cf',
  huiles: '#d8b262',
  corps: '#e3d2bd',
  cheveux: '#b8c3a1',
  savons: '#d7b7a8',
  deodorants: '#c5d3c0',
  solaires: '#f0d088',
  maquillage: '#d9a5a5',
  coffrets: '#c9b6cf',
};
const SHAPES = {
  jar: '<rect x="68" y="84" width="64" height="20" rx="4" fill="#fff8"/><rect x="60" y="102" width="80" height="46" rx="12" fill="#fff"/>',
  bottle:
    '<rect x="88" y="38" width="24" height="26" rx="3" fill="#fff8"/><path d="M76 78q0-14 14-14h20q14 0 14 14v62q0 10-10 10H86q-10 0-10-10z" fill="#fff"/>',
  drop: '<path d="M94 34h12v18H94z" fill="#fff8"/><rect x="86" y="52" width="28" height="16" rx="3" fill="#fff8"/><rect x="78" y="68" width="44" height="82" rx="10" fill="#fff"/>',
  bar: '<rect x="52" y="92" width="96" height="52" rx="20" fill="#fff"/><rect x="66" y="106" width="68" height="24" rx="10" fill="none" stroke="#0002" stroke-width="2"/>',
  box: '<path d="M60 84h80v64H60z" fill="#fff"/><path d="M54 70h92v18H54z" fill="#fff8"/><path d="M96 70h8v78h-8z" fill="#0001"/>',
};
/** How much lower than in the middle a shape has the shop's sign. */
const LOWER = { jar: 20, bar: 12, box: 8 };
const SHAPE_OF = {
  'cremes-visage': 'jar',
  serums: 'drop',
  nettoyants: 'bottle',
  huiles: 'drop',
  corps: 'jar',
  cheveux: 'bottle',
  savons: 'bar',
  deodorants: 'bottle',
  solaires: 'bottle',
  maquillage: 'bar',
  coffrets: 'box',
};

/** A drawing in the place of a photograph. */
function picture(/** @type {Product} */ { slug, sku }) {
  const turn = (Number(sku.slice(-3)) * 47) % 60;
  const shape = SHAPE_OF[slug];
  return `<svg class="picture" viewBox="0 0 200 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <rect width="200" height="180" fill="${TINTS[slug]}"/>
    <circle cx="${40 + turn * 2}" cy="${30 + turn}" r="70" fill="#fff" opacity=".25"/>
    <g transform="rotate(${turn - 30} 160 150)"><path d="M120 190c-6-46 14-70 60-84-2 48-20 74-60 84z" fill="#4a6444" opacity=".55"/></g>
    ${SHAPES[shape]}<path transform="translate(0 ${LOWER[shape] ?? 0})" d="M92 112c8 0 13-4 18-12-1 11-7 17-16 17" fill="#4a6444"/>
  </svg>`;
}

const card = (
  /** @type {Product} */ product,
) => `<li><a class="card" href="/shop/produits/${product.handle}">${picture(product)}
  <div><h3>${escaped(product.title)}</h3><small>${product.category} · ${product.size}</small><span class="price">${euros.format(product.price)}</span></div></a></li>`;
const grid = (/** @type {Product[]} */ shown) => `<ul class="grid">${shown.map(card).join('')}</ul>`;

/** A list is told of by what a screen shows of it. */
const listed = (/** @type {Product[]} */ shown) =>
  track('view_item_list', { currency: 'EUR', items: shown.slice(0, 6).map((product) => item(product)) });

/* The pages: what each is called, what it shows, what it tells the tracker. */
function home() {
  const chosen = shelves
    .slice(0, 8)
    .flatMap(([slug]) => products.filter((product) => product.slug === slug).slice(0, 1));
  return {
    title: 'Cosmétiques biologiques et naturels',
    html: `<section class="hero"><h1>Des soins qui laissent un sillage</h1><p>Des plantes de nos régions, des formules courtes, des flacons que l’on rapporte. Certifiés COSMOS Organic par Ecocert.</p>
      <a class="button" href="/shop/collections/cremes-visage">Voir les crèmes visage</a></section><h2>Les préférés</h2>${grid(chosen)}`,
    shown: () => listed(chosen),
  };
}

function collection(/** @type {string} */ slug) {
  const found = products.filter((product) => product.slug === slug);
  const [first] = found;
  if (!first) return missing();
  return {
    title: first.category,
    html: `<h1>${first.category}</h1><p class="lead">${found.length} soins, formulés et fabriqués en Bretagne.</p>${grid(found)}`,
    shown: () => listed(found),
  };
}

function results(/** @type {string} */ query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const found = products.filter((product) =>
    words.every((word) => plain(`${product.title} ${product.category}`).includes(word)),
  );
  return {
    title: `Recherche : ${query}`,
    html: `<h1>Recherche : ${escaped(query)}</h1><p class="lead">${found.length === 0 ? 'Aucun soin ne porte ce nom.' : found.length === 1 ? 'Un soin.' : `${found.length} soins.`}</p>${grid(found)}`,
    shown: () => {
      track('search');
      if (found.length > 0) listed(found);
    },
  };
}

function productPage(/** @type {string} */ handle) {
  const product = products.find((each) => each.handle === handle);
  if (!product) return missing();
  return {
    title: product.title,
    html: `<article class="product">${picture(product)}<div><p class="meta"><a href="/shop/collections/${product.slug}">${product.category}</a> · ${product.size}</p>
      <h1>${escaped(product.title)}</h1><ul class="labels" aria-label="Labels">${product.labels.map((label) => `<li>${escaped(label)}</li>`).join('')}</ul>
      <p class="price">${euros.format(product.price)}</p><button type="button" data-add="${product.sku}">Ajouter au panier</button>
      <details open><summary>Composition (INCI)</summary><p>${escaped(product.inci)}</p></details></div></article>`,
    shown: () => track('view_item', ecommerce([item(product)])),
  };
}

/** The code that the buyer gave and the till knows. @type {{ code: string, percent_off: number } | null} */
let promotion = stored('promotion');

/** As the till computes it: the discount line by line, in cents; delivery by what is left. */
function totals() {
  const cents = (/** @type {number} */ amount) => Math.round(amount * 100);
  const lines = basketLines().map(({ product, quantity }) => cents(product.price) * quantity);
  const whole = lines.reduce((sum, line) => sum + line, 0);
  const percent = promotion?.percent_off ?? 0;
  const discount = lines.reduce((sum, line) => sum + Math.round((line * percent) / 100), 0);
  const fee = whole - discount >= cents(delivery.free_from) ? 0 : cents(delivery.fee);
  return { whole: whole / 100, discount: discount / 100, fee: fee / 100, total: (whole - discount + fee) / 100 };
}

/** What is to be paid, in rows of the table's foot. */
function totalRows() {
  const { whole, discount, fee, total } = totals();
  const row = (/** @type {string} */ label, /** @type {string} */ amount) =>
    `<tr><th scope="row" colspan="2">${label}</th><td class="number">${amount}</td></tr>`;
  return `${row('Sous-total', euros.format(whole))}${promotion ? row(`Code ${escaped(promotion.code)} (−${promotion.percent_off} %)`, `−${euros.format(discount)}`) : ''}
    ${row('Livraison', fee === 0 ? 'offerte' : euros.format(fee))}${row('Total, TVA comprise', euros.format(total))}`;
}

function basketTable(withButtons = true) {
  const rows = basketLines().map(
    ({
      product,
      quantity,
    }) => `<tr><td><a href="/shop/produits/${product.handle}">${escaped(product.title)}</a></td><td class="number">${quantity}</td><td class="number">${euros.format(product.price * quantity)}</td>
    ${withButtons ? `<td class="number"><button type="button" class="link" data-remove="${product.sku}" aria-label="Retirer ${escaped(product.title)}">Retirer</button></td>` : ''}</tr>`,
  );
  const total = ecommerce(basketItems()).value;
  const subtotal = `<tr><th scope="row" colspan="2">Sous-total</th><td class="number">${euros.format(total)}</td><td></td></tr>`;
  return `<table><thead><tr><th scope="col">Soin</th><th scope="col" class="number"><abbr title="Quantité">Qté</abbr></th><th scope="col" class="number">Prix</th>${withButtons ? '<th scope="col"><span class="hidden">Retirer</span></th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody>
    <tfoot id="totals">${withButtons ? subtotal : totalRows()}</tfoot></table>`;
}

function basketPage() {
  const isEmpty = basketLines().length === 0;
  return {
    title: 'Votre panier',
    html: `<h1>Votre panier</h1>${isEmpty ? '<p class="lead">Il est vide.</p><a class="button" href="/shop/">Voir les soins</a>' : `${basketTable()}<p class="meta">Livraison ${euros.format(delivery.fee)}, offerte dès ${euros.format(delivery.free_from)}.</p><a class="button" href="/shop/commande">Commander</a>`}`,
  };
}

const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ rest) =>
  `<p class="field" style="margin:0"><label for="${name}">${label}</label><input id="${name}" name="${name}" ${rest} /></p>`;

function checkout() {
  if (basketLines().length === 0) return basketPage();
  return {
    title: 'Commande',
    html: `<h1>Commande</h1>${basketTable(false)}<form class="fields" id="checkout">
      <fieldset><legend>Livraison</legend>
      ${field('email', 'E-mail', 'type="email" required autocomplete="email" maxlength="200"')}${field('first_name', 'Prénom', 'required autocomplete="given-name" maxlength="120"')}
      ${field('last_name', 'Nom', 'required autocomplete="family-name" maxlength="120"')}${field('address1', 'Adresse', 'required autocomplete="street-address" maxlength="120"')}
      ${field('zip', 'Code postal', 'required autocomplete="postal-code" maxlength="10"')}${field('city', 'Ville', 'required autocomplete="address-level2" maxlength="120"')}</fieldset>
      <fieldset><legend>Paiement</legend>
      ${field('code', 'Code promo (facultatif)', `pattern="[A-Za-z0-9]{3,24}" autocomplete="off" aria-describedby="code-says" placeholder="BIENVENUE10" value="${escaped(promotion?.code ?? '')}"`)}
      <p class="says" id="code-says" role="status">${promotion ? `${promotion.percent_off} % de remise.` : ''}</p>
      <p class="check"><input type="checkbox" id="newsletter" name="newsletter" /><label for="newsletter">Recevoir la lettre de Sillage</label></p></fieldset>
      <p class="error" role="alert" hidden></p>
      <p class="row" style="grid-column:1/-1"><button type="submit">Payer (pour de faux)</button></p></form>`,
    shown: () => track('begin_checkout', ecommerce(basketItems())),
  };
}

function thanks() {
  const order = stored('order');
  if (!order) return home();
  return {
    title: 'Merci pour votre commande',
    html: `<section class="thanks"><h1>Merci pour votre commande</h1><p class="lead" style="margin-inline:auto">Commande n° <strong id="number">${escaped(order.transaction_id)}</strong>, ${euros.format(order.value)}.</p><a class="button" href="/shop/">Retour à la boutique</a>
      <div class="answers"><h2>La voir dans les réponses</h2><p>Quelques secondes suffisent : la voici avec ce qui l’a amenée, le canal et sa part.</p>
      <p id="see" hidden><a href="/dashboard/?view=sql&amp;sql=${encodeURIComponent(orderSql(order.transaction_id))}">Voir cette commande dans les réponses</a></p>
      <p>Au terminal :</p><pre tabindex="0" aria-label="Commande à copier"><code>npx sillage query "${escaped(orderSql(order.transaction_id))}"</code></pre></div></section>`,
    shown: showDashboard,
  };
}

/** What the lake says of an order: what it brought, and which touch has which share of it. */
const orderSql = (/** @type {string} */ number) =>
  `SELECT o.order_number, o.net_revenue_eur, t.channel, t.source, t.campaign, a.credit FROM orders AS o LEFT JOIN attribution AS a ON a.order_id = o.order_id AND a.attribution_model = 'last_non_direct' AND a.lookback_days = 30 LEFT JOIN touchpoints AS t ON t.order_id = a.order_id AND t.touch_id = a.touch_id WHERE o.order_number = '${number.replaceAll(/\D/g, '')}'`;

/** The dashboard may not be served here: its link shows where it is. */
async function showDashboard() {
  const answer = await fetch('/dashboard/', { method: 'HEAD' }).catch(() => undefined);
  const link = document.getElementById('see');
  if (answer?.ok && link) link.hidden = false;
}

/** Asks the till for a code, and shows what it takes off, or that it is none. */
async function applyCode(/** @type {HTMLInputElement} */ input) {
  const code = input.value.trim();
  const says = document.getElementById('code-says');
  promotion = null;
  if (code === '') says.textContent = '';
  else {
    const answer = await fetch(`/shop/code?code=${encodeURIComponent(code)}`).catch(() => undefined);
    const told = await answer?.json().catch(() => undefined);
    if (answer?.ok) promotion = told;
    says.textContent = answer?.ok
      ? `${told.percent_off} % de remise.`
      : (told?.error ?? 'Le code n’a pas pu être vérifié.');
  }
  input.setAttribute('aria-invalid', String(code !== '' && promotion === null));
  store('promotion', promotion);
  document.getElementById('totals').innerHTML = totalRows();
}

const missing = () => ({
  title: 'Page introuvable',
  html: '<h1>Cette page n’existe pas</h1><p class="lead">Elle a peut-être changé de nom.</p><a class="button" href="/shop/">Retour à la boutique</a>',
});

function pageAt(/** @type {URL} */ { pathname, searchParams }) {
  const [, , first = '', second = ''] = pathname.split('/');
  if (first === '') return home();
  if (first === 'collections') return collection(second);
  if (first === 'produits') return productPage(second);
  if (first === 'recherche') return results(searchParams.get('q') ?? '');
  if (first === 'panier') return basketPage();
  if (first === 'commande') return second === 'merci' ? thanks() : checkout();
  return missing();
}

function count() {
  document.getElementById('count').textContent = String(basketLines().reduce((sum, { quantity }) => sum + quantity, 0));
}

/** Draws the page of the address, and tells of it. */
function draw(isQuiet = false) {
  const page = pageAt(new URL(location.href));
  document.title = `${page.title} | Sillage`;
  main.innerHTML = page.html;
  for (const link of document.querySelectorAll('#shelves a')) {
    if (link.getAttribute('href') === location.pathname) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  count();
  if (!isQuiet) page.shown?.();
}

function go(/** @type {string} */ address) {
  history.pushState(null, '', address);
  draw();
  window.scrollTo(0, 0);
  main.focus();
}

function change(/** @type {string} */ sku, /** @type {number} */ by) {
  const product = products.find((each) => each.sku === sku);
  if (!product) return;
  const quantity = Math.abs(by);
  track(by > 0 ? 'add_to_cart' : 'remove_from_cart', ecommerce([item(product, quantity)]));
  basket[sku] = (basket[sku] ?? 0) + by;
  if (basket[sku] <= 0) delete basket[sku];
  store('basket', basket);
}

/** Hands the order to the till, and tells the tracker whose visit this was and what was bought. */
async function pay(/** @type {HTMLFormElement} */ form) {
  const { newsletter, code, ...buyer } = Object.fromEntries(new FormData(form));
  const coupon = typeof code === 'string' && code !== '' ? code.toUpperCase() : null;
  const items = basketItems();
  track('add_shipping_info', ecommerce(items));
  track('add_payment_info', ecommerce(items));
  const lines = basketLines().map(({ product, quantity }) => ({ sku: product.sku, quantity }));
  const response = await fetch('/shop/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...buyer,
      newsletter: newsletter === 'on',
      code: coupon,
      landing_site: landing.site,
      referring_site: landing.referrer,
      lines,
    }),
  });
  const order = await response.json().catch(() => ({ error: `la boutique a répondu ${response.status}` }));
  if (!response.ok) throw new Error(order.error);
  basket = {};
  promotion = null;
  store('basket', basket);
  store('promotion', promotion);
  store('order', order);
  track('identify', order.customer_id);
  go('/shop/commande/merci');
  track('purchase', { transaction_id: order.transaction_id, value: order.value, currency: 'EUR', coupon, items });
}

/* The banner: its choice is kept, and told to the tracker on every page. */
const banner = document.getElementById('consent');
function consent() {
  const choice = stored('consent', 'localStorage');
  banner.hidden = choice !== null;
  if (choice !== null) track('consent', { analytics: choice === 'given', ads: choice === 'given' });
}

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest('a[href^="/shop/"], button') : null;
  if (!(target instanceof HTMLElement) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  const { add, remove, consent: chosen } = target.dataset;
  if (target.matches('a')) {
    event.preventDefault();
    go(target.getAttribute('href'));
  } else if (add) {
    change(add, 1);
    count();
    target.textContent = 'Ajouté au panier';
  } else if (remove) {
    change(remove, -(basket[remove] ?? 0));
    draw(true);
  } else if (chosen) {
    store('consent', chosen, 'localStorage');
    consent();
  } else if (target.id === 'privacy') {
    banner.hidden = false;
    banner.querySelector('button').focus();
  }
});
document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.id === 'search') go(`/shop/recherche?q=${encodeURIComponent(document.getElementById('q').value)}`);
  if (form.id !== 'checkout') return;
  const button = form.querySelector('button');
  button.disabled = true;
  pay(form).catch((error) => {
    button.disabled = false;
    const place = form.querySelector('.error');
    place.hidden = false;
    place.textContent = `La commande n’a pas pu être passée : ${error.message}`;
  });
});
document.addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement && event.target.id === 'code') void applyCode(event.target);
});
window.addEventListener('popstate', () => draw());

document.getElementById('shelves').innerHTML = shelves
  .map(([slug, name]) => `<a href="/shop/collections/${slug}">${name}</a>`)
  .join('');
draw(true);
track('init', { endpoint: '/collect' });
consent();
pageAt(new URL(location.href)).shown?.();
