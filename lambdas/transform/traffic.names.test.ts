/**
 * The names of traffic.sql, one at a time and at their borders; what they make of whole visits is in
 * visit-source.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseProfile } from '../shared/shop/profile.ts';
import { hostOf, type Macros, openMacros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

type Given = string | null | readonly (string | null)[];

/** Cases of one expression, all asked at once. */
async function expectAll(
  expression: string,
  cases: readonly (readonly [given: Given, expected: unknown])[],
): Promise<void> {
  const found = await macros.evaluate(
    expression,
    cases.map(([given]) => given),
  );
  expect(cases.map(([given], i) => [given, found[i]])).toEqual(cases);
}

describe('a host', () => {
  const platforms = [
    'myshopify wixsite squarespace bigcartel blogspot wordpress over-blog overblog canalblog eklablog hautetfort',
    'e-monsite jimdofree jimdosite weebly webnode substack typepad livejournal blogs tumblr fandom shopify prestashop',
    'godaddysites mystrikingly',
  ]
    .flatMap((line) => line.split(' '))
    .map((name) => `${name}.com`);
  const others = 'over-blog.net free.fr webnode.fr webflow.io github.io vercel.app netlify.app web.app pages.dev';
  const countries = 'co.uk com.au org.uk net.nz edu.au gov.uk gouv.fr asso.fr ac.uk ne.jp or.jp go.jp nom.fr'.split(
    ' ',
  );

  test('stands under the domain that somebody registered; a shop on a platform is its own', () =>
    expectAll('registrable(x)', [
      ...[...platforms, ...others.split(' '), ...countries].map((end) => [`www.a.mine.${end}`, `mine.${end}`] as const),
      ['www.shop.fr', 'shop.fr'],
      ['a.b.shop.com', 'shop.com'],
      ['a.co.fru', 'co.fru'],
      ['localhost', 'localhost'],
      ['', ''],
      [null, null],
    ]));

  test('loses its first labels one at a time', () =>
    expectAll('above(x)', [
      ['a.b.c', 'b.c'],
      ['c', null],
      ['', null],
    ]));

  test('stands under a domain of a list up to four labels below it', () =>
    expectAll("is_under(['shop.fr'], x)", [
      ['shop.fr', true],
      ['a.shop.fr', true],
      ['b.a.shop.fr', true],
      ['c.b.a.shop.fr', true],
      ['d.c.b.a.shop.fr', true],
      ['e.d.c.b.a.shop.fr', false],
      ['myshop.fr', false],
      ['fr', false],
      [null, false],
    ]));

  test('has names below the domain', () =>
    expectAll('below(x)', [
      ['a.b.shop.co.uk', 'a.b.'],
      ['shop.fr', ''],
    ]));

  test('is the shop’s own where both stand under one domain', () =>
    expectAll('is_own(x, y)', [
      [['www.shop.fr', 'checkout.shop.fr'], true],
      [['shop.fr', 'shop.fr'], true],
      [['other.fr', 'shop.fr'], false],
      [['shop.com', 'shop.fr'], false],
      [['a.myshopify.com', 'b.myshopify.com'], false],
    ]));

  test('is the shop’s own, too, where it stands under a domain of its profile', async () => {
    const ofProfile = await openMacros(parseProfile(JSON.stringify({ domains: ['shop-pay.example'] })));
    try {
      const hosts = ['shop-pay.example', 'a.shop-pay.example', 'shop.fr', 'pay.example'];
      const found = await ofProfile.evaluate(
        'is_own(x, y)',
        hosts.map((host) => [host, 'www.shop.fr']),
      );
      expect(found).toEqual([true, true, true, false]);
    } finally {
      ofProfile.close();
    }
  });

  test('is bare without user, port and what follows, and without the dot at its end', async () => {
    await expectAll('bare_host(x)', [
      ['shop.fr', 'shop.fr'],
      ['shop.fr?a=b', 'shop.fr'],
      ['shop.fr#a', 'shop.fr'],
      ['u:p@shop.fr', 'shop.fr'],
      ['shop.fr:8443', 'shop.fr'],
      ['u@v@shop.fr:1?x@y#z', 'shop.fr'],
    ]);
    await expectAll('undotted(x)', [
      ['shop.fr.', 'shop.fr'],
      ['shop.fr..', 'shop.fr'],
      ['.', '.'],
      ['shop.fr', 'shop.fr'],
    ]);
    await expectAll(hostOf('x'), [
      ['HTTPS://Shop.FR./a', 'shop.fr'],
      ['//shop.fr/a', null],
      ['/a?u=https://x.fr', null],
      ['shop.fr/a', null],
      ['shop.fr/a/b', null],
      ['/a/b?u=https://x.fr', null],
      ['https:///a', null],
      // What Google shows translated, or from its cache, under a host made of the page's own.
      ['https://my--shop-co-uk.translate.goog/a', 'my-shop.co.uk'],
      ['https://my--shop-fr.cdn.ampproject.org/a', 'my-shop.fr'],
      ['https://translate.goog/', 'translate.goog'],
    ]);
  });

  test('loses its mobile and language forms, and its country', async () => {
    const forms = 'www www1 m mobile touch old new amp l lm out away web wap lite fr de-at'.split(' ');
    await expectAll('plain_host(x)', [
      ...forms.map((form) => [`${form}.site.com`, 'site.com'] as const),
      ['www.m.site.com', 'site.com'],
      ['mm.site.com', 'site.com'],
      ['shop.site.com', 'shop.site.com'],
      ['m.fr', 'm.fr'],
      ['fr.com', 'fr.com'],
    ]);
    await expectAll('any_country(x)', [
      ...'com net org fr co.uk com.au org.uk net.nz ne.jp or.jp c.uk'
        .split(' ')
        .map((end) => [`site.${end}`, end === 'c.uk' ? 'site.c.*' : 'site.*'] as const),
      ['site.info', 'site.info'],
      ['com', 'com'],
    ]);
  });
});

describe('a host that a buyer is sent to, and comes back from', () => {
  const counters = [
    'login signin sso oauth oauth2 idp auth account accounts pay payment payments paiement paiements checkout',
    'paypage paygate paylink payform epay vpos bancontact giropay',
  ].flatMap((line) => line.split(' '));
  const secure = [
    'pay-secure payment-securise payments-securises paiement-securisee paiements.secure checkoutsecure cb-secure',
    'carte-secure cartes-securise secure-pay secure-payment secure.payments secure-paiement secure-paiements',
    'secure-checkout securise-cb secure-carte secure-cartes securepay2',
  ].flatMap((line) => line.split(' '));

  test('is known by its first name, or says that it is secure', () =>
    expectAll('is_unwanted(x)', [
      ...counters.map((name) => [`${name}.bank.fr`, true] as const),
      ...secure.flatMap((name) => [
        [`${name}.bank.fr`, true] as const,
        [`a.${name}.bank.fr`, true] as const,
        [`my-${name}-2.bank.fr`, true] as const,
      ]),
      ...counters.map((name) => [`${name}.fr`, false] as const),
      ['my.login.bank.fr', false],
      ['loginx.bank.fr', false],
      ['blog.bank.fr', false],
      ['pay-blog.bank.fr', false],
      [null, false],
    ]));

  const banks = [
    'mabanque.fr mybank.fr elbanco.es labanca.it sparkasse.de raiffeisen.at mastercard.com a.visa.com a.amex.com',
    'a.cb.fr a.card.fr my-cards.fr a.carte.fr a.cartes.fr a.pay.fr a.payment.fr a.payments.fr a.paiement.fr',
    'a.paiements.fr a.secure.fr a.secure2.fr a.auth.fr a.auth3.fr',
  ].flatMap((line) => line.split(' '));
  test('is a 3-D Secure page, by that name or by two words of such pages', () =>
    expectAll('is_unwanted(x)', [
      ...['3dsecure', '3d-secure', '3-d-secure', '3dsecure2', 'a-3dsecure'].map(
        (name) => [`${name}.any.fr`, true] as const,
      ),
      ...banks.flatMap((bank) => [
        [`3ds.${bank}`, true] as const,
        [`acs2.${bank}`, true] as const,
        [`my-3dsx.${bank}`, true] as const,
      ]),
      ['3ds.acs.any.fr', true],
      ['3ds2.a.acs.any.fr', true],
      ['acs.3ds.any.fr', true],
      ['acs1-x.3ds.any.fr', true],
      ['3ds.any.fr', false],
      ['acs.any.fr', false],
      ['acs.org', false],
      ['3ds.com', false],
      ['impression-3d.co.uk', false],
    ]));
});

test('a referring host is that of a web page or an app, with or without its scheme', () =>
  expectAll('referring_host(x, y)', [
    [['https://a.fr/x', 'told'], 'told'],
    [['http://a.fr/x', 'told'], 'told'],
    [['HTTPS://A.fr/x', null], 'a.fr'],
    [['android-app://com.google.android.gm/', null], 'com.google.android.gm'],
    [['ios-app://1234.com', null], '1234.com'],
    [['//a.fr/x', null], 'a.fr'],
    [['/a.fr/x', null], 'a.fr'],
    [['A.fr', null], 'a.fr'],
    [['a.fr.', null], 'a.fr'],
    [['a.fr:8080/x', null], 'a.fr'],
    [['  a.fr ?', null], 'a.fr'],
    [['http://', 'told'], 'told'],
    [['u:p@a.fr/', null], null],
    [['u@a.fr/', null], 'a.fr'],
    [['localhost', 'told'], null],
    [['about:blank', 'told'], null],
    [['ftp://a.fr/', 'told'], null],
  ]));

test('the parameters of an address, of its query and of its fragment', async () => {
  await expectAll('query_of(x)', [
    ['https://a.fr/?a=1#b', 'a=1'],
    ['https://a.fr/?', null],
    ['https://a.fr/', null],
    ['https://a.fr/#b?c=1', null],
    ['https://a.fr/?a=1?b=2', 'a=1?b=2'],
  ]);
  await expectAll('path_of(x)', [
    ['https://a.fr/p/q?a#b', '/p/q'],
    ['https://a.fr', '/'],
    ['https://a.fr#b', '/'],
    ['/p', '/p'],
    ['a+b.c-d://h/p', '/p'],
  ]);
  await expectAll('told_parameters(x)', [
    ['https://a.fr/?a=1', 'a=1'],
    ['https://a.fr/?', null],
    ['https://a.fr/', null],
    ['https://a.fr/?a=1#top', 'a=1'],
    ['https://a.fr/#top', null],
    ['https://a.fr/?utm_source=x#b=2', 'utm_source=x'],
    ['https://a.fr/?UTM_source=x#b=2', 'UTM_source=x'],
    ['https://a.fr/?a=1#utm_source=x', 'a=1&utm_source=x'],
    ['https://a.fr/#utm_source=x', 'utm_source=x'],
    ['https://a.fr/#top?utm_source=x', 'utm_source=x'],
    ['https://a.fr/?#utm_source=x', 'utm_source=x'],
  ]);
});

test('links that people and tools have broken are mended', () =>
  expectAll('mended(x)', [
    ['utm_source=a&utm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a&amp;utm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a&AMP;utm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a&amp%3Butm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a%26amp%3Butm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a;utm_medium=b', 'utm_source=a&utm_medium=b'],
    ['utm_source=a?utm_medium=b', 'utm_source=a&utm_medium=b'],
    ['a=1;b=2', 'a=1;b=2'],
    ['utm_source=a%2520b', 'utm_source=a%20b'],
    ['utm_source=a%2520b%2520c', 'utm_source=a%20b%20c'],
    ['utm_source=a&amp;utm_medium=b&amp;utm_term=c', 'utm_source=a&utm_medium=b&utm_term=c'],
    ['utm_source=a%25252520b', 'utm_source=a%20b'],
    ['utm_source%3Da%26utm_medium%3Db', 'utm_source=a&utm_medium=b'],
    ['UTM_Source=A&Utm_Medium=B', 'utm_source=A&utm_medium=B'],
    ['q=A&Q=B', 'q=A&q=B'],
    ['UTM_SOURCE&x=1', 'UTM_SOURCE&x=1'],
    ['Fbclid=A&b', 'fbclid=A&b'],
  ]));

test('a UTM value: decoded and folded; empty, missing, or of another parameter, it is none', async () => {
  await expectAll("utm_in(x, 'utm_source', are_plain(x))", [
    ['&utm_source=Lettre', 'lettre'],
    ['&utm_source=Ma+lettre', 'ma lettre'],
    ['&utm_source=Ma++lettre', 'ma lettre'],
    ['&utm_source=Ma  lettre', 'ma lettre'],
    ['&utm_source=Ma+ lettre', 'ma lettre'],
    ['&utm_source=Caf%C3%A9', 'café'],
    ['&utm_source=caf%E9', 'caf%e9'],
    ['&utm_source=CAFÉ', 'café'],
    ['&utm_source=Cafe\u0301', 'café'],
    ['&my_utm_source=a&utm_source=b&utm_source=c', 'b'],
    ['&my_utm_source=a', null],
    ['&utm_source=&utm_medium=a', null],
    ['&utm_source=+', null],
    ['&utm_source=%20', null],
    ['&', null],
  ]);
  const nothing = 'undefined|(null)|nil|nan|not set|not-set|(not_set)|n/a|[object object]|none'.split('|');
  const templates = '{a}|{{a.b}}|${a}|#{a}|@{a}|__a_1__|%%a%%|*|a:b|*|{a}_{b}'.replace('*|a:b|*', '*¦a:b¦*').split('|');
  const names = '(none)|nullpunkt|none of it|fb_{a}|a|__|{}a|100%|null 2'.split('|');
  await expectAll('said(x)', [
    ...nothing.map((value) => [value, null] as const),
    ...names.map((value) => [value, value] as const),
    ['{a}', '{a}'],
  ]);
  await expectAll('filled(x)', [
    ...nothing.map((value) => [value, null] as const),
    ...templates.map((value) => [value.replaceAll('¦', '|'), null] as const),
    ...names.map((value) => [value, value] as const),
  ]);
});

test('the list of sources knows a name as it stands, without `ads`, as a host, and under a network’s domain', async () => {
  const cases: readonly (readonly [name: string, canonical: string | null])[] = [
    ['facebook', 'facebook'],
    ['facebook ads', 'facebook'],
    ['facebook_ad', 'facebook'],
    ['facebookads', 'facebook'],
    ['facebook.com ads', 'facebook'],
    ['www.facebook.com', 'facebook'],
    ['https://m.facebook.com/page', 'facebook'],
    ['facebook.com.', 'facebook'],
    ['ma-page.tumblr.com', 'tumblr'],
    ['a.b.tumblr.com', 'tumblr'],
    ['a.b.c.tumblr.com', 'tumblr'],
    ['www.pinterest.co.kr', 'pinterest'],
    ['a.b.c.pinterest.co.kr', 'pinterest'],
    // A search engine's other hosts are none.
    ['a.chatgpt.com', null],
    ['a.b.chatgpt.com', null],
    ['a.b.c.chatgpt.com', null],
    ['a.b.c.d.google.co.uk', null],
    ['notfacebook.com', null],
    ['facebook.com.attacker.example', null],
    ['lettre', null],
  ];
  expect(await macros.canonicals(cases.map(([name]) => name))).toEqual(cases.map(([, canonical]) => canonical));
});

test('the click id of a query, an ad’s before a free one', async () => {
  await expectAll('ad_click(x)', [
    ['&gclid=a', 'gclid'],
    ['&gclid=', null],
    ['&xgclid=a', null],
    ['&a=1&gclid=b&fbclid=c', 'gclid'],
    ['&fbclid=c', null],
    ['&gad_source=1&gad_campaignid=7', 'gad_campaignid'],
    ['&gad_source=1', null],
    ['&gad_source=&gad_campaignid=7', null],
    ['&gad_campaignid=7', null],
    ['&gad_source=1&gad_campaignid=x', null],
    ['&', null],
  ]);
  await expectAll('free_click(x)', [
    ['&fbclid=c', 'fbclid'],
    ['&fbclid=', null],
    ['&', null],
    [null, null],
  ]);
  await expectAll('click_id(x, y)', [
    [['&gclid=abc&b=1', 'gclid'], 'abc'],
    [['&gclid=', 'gclid'], null],
    [['&b=1', 'gclid'], null],
    [['&a=1&sccid=z', 'ScCid'], 'z'],
    [['&a=1&ScCid=z', 'ScCid'], 'z'],
    [['&xgclid=a&gclid=b', 'gclid'], 'b'],
  ]);
  await expectAll('click_listing(x).source', [
    ['gclid', 'google'],
    ['SCCID', 'snapchat'],
    ['gad_campaignid', 'google'],
    ['nothing', null],
  ]);
});

test('the number of a campaign, of the parameters in which people put it', () =>
  expectAll('campaign_number(x, y)', [
    [['&gad_campaignid=7', '8'], '7'],
    [['&gad_campaignid=x', '8'], '8'],
    ...[
      'utm_campaignid',
      'utm_campaign_id',
      'hsa_cam',
      'campaignid',
      'campaign_id',
      'tw_campaign',
      'fb_campaign_id',
    ].map((name) => [[`&a=1&${name}=12`, null], '12'] as const),
    [['&hsa_cam=12x', null], null],
    [['&hsa_cam=12&b=1', 'named'], '12'],
    [['&', 'named'], 'named'],
    [['&', '{campaignid}'], null],
    [['&', '__CAMPAIGN_ID__'], null],
    [['&', 'a__b'], 'a__b'],
    [['&', null], null],
  ]));

test('a source is one of the network of a click id', () =>
  expectAll('is_of(x, y)', [
    [['google', 'google'], true],
    [['google', 'youtube'], true],
    [['google', 'google shopping'], true],
    [['bing', 'youtube'], false],
    [['google', 'bing'], false],
    [['google', null], false],
    [['bing', null], false],
  ]));

test('a medium that was paid for', () =>
  expectAll('is_paid(x)', [
    ...['cpc', 'cpm', 'xcpx', 'ppc', 'retargeting', 'paid', 'paid_social'].map((medium) => [medium, true] as const),
    ...['appc', 'ppcs', 'unpaid', 'retargetings', 'organic', ''].map((medium) => [medium, false] as const),
    [null, null],
  ]));
