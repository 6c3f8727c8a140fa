/** Browsers of the shop's visitors, several hundred, by weight of use in France; and the bots. */
import { Weighted } from '../market/dice.ts';
import type { Device } from '../people/journey.ts';

interface Client {
  readonly userAgent: string;
  /** CSS pixels. */
  readonly screen: string;
}

const iosVersions = [
  '16_7_10',
  '17_5_1',
  '17_6_1',
  '17_7',
  '18_0_1',
  '18_1_1',
  '18_3_2',
  '18_5',
  '18_6_2',
  '26_0_1',
  '26_1',
] as const;
const iphones = ['375x667', '375x812', '390x844', '393x852', '402x874', '414x896', '430x932'] as const;
const androids = [
  ['13', 'SM-A135F', '384x854'],
  ['14', 'SM-A546B', '412x915'],
  ['14', 'SM-S911B', '360x780'],
  ['15', 'SM-S928B', '384x824'],
  ['13', 'SM-G991B', '360x800'],
  ['14', 'Pixel 7a', '412x915'],
  ['15', 'Pixel 8', '412x915'],
  ['16', 'Pixel 9', '412x923'],
  ['12', 'M2101K6G', '393x873'],
  ['13', '2201117TY', '393x873'],
  ['14', '23053RN02Y', '393x873'],
  ['12', 'CPH2211', '360x800'],
  ['13', 'CPH2413', '360x804'],
  ['11', 'VOG-L29', '360x780'],
  ['14', 'XQ-DC54', '411x960'],
] as const;
const chromes = ['124', '127', '130', '133', '136', '138', '140', '141'] as const;
const desktops = ['1366x768', '1440x900', '1536x864', '1920x1080', '2560x1440'] as const;

const safariVersion = (ios: string): string => ios.split('_').slice(0, 2).join('.');
const iphone = (ios: string): string =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${ios} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)`;
const android = (version: string, model: string): string =>
  `Mozilla/5.0 (Linux; Android ${version}; ${model}) AppleWebKit/537.36 (KHTML, like Gecko)`;

const iphoneClients = iosVersions.flatMap((ios) =>
  iphones.map((screen) => ({
    ios,
    screen,
    userAgent: `${iphone(ios)} Version/${safariVersion(ios)} Mobile/15E148 Safari/604.1`,
  })),
);
const androidClients = androids.flatMap(([version, model, screen]) =>
  chromes.map((chrome) => ({
    screen,
    version,
    model,
    chrome,
    userAgent: `${android(version, model)} Chrome/${chrome}.0.0.0 Mobile Safari/537.36`,
  })),
);

const mobile = new Weighted<Client>([
  ...iphoneClients.map((client, n): [Client, number] => [client, 48 / ((n % 11) + 4)]),
  ...iosVersions.map((ios): [Client, number] => [
    { userAgent: `${iphone(ios)} CriOS/138.0.7204.156 Mobile/15E148 Safari/604.1`, screen: '390x844' },
    5,
  ]),
  ...androidClients.map((client, n): [Client, number] => [client, 36 / ((n % 13) + 4)]),
  ...androids
    .filter(([, model]) => model.startsWith('SM-'))
    .map(([version, model, screen]): [Client, number] => [
      { userAgent: `${android(version, model)} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, screen },
      12,
    ]),
  ...['128', '137', '142'].map((firefox): [Client, number] => [
    {
      userAgent: `Mozilla/5.0 (Android 14; Mobile; rv:${firefox}.0) Gecko/${firefox}.0 Firefox/${firefox}.0`,
      screen: '412x915',
    },
    3,
  ]),
]);

const tablet = new Weighted<Client>([
  ...['16.6', '17.6', '18.5'].map((version): [Client, number] => [
    {
      userAgent:
        `Mozilla/5.0 (iPad; CPU OS ${version.replace('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, ` +
        `like Gecko) Version/${version} Mobile/15E148 Safari/604.1`,
      screen: '820x1180',
    },
    6,
  ]),
  ...chromes.flatMap((chrome) =>
    ['SM-X200', 'SM-T870', 'SM-X710'].map((model): [Client, number] => [
      { userAgent: `${android('14', model)} Chrome/${chrome}.0.0.0 Safari/537.36`, screen: '800x1280' },
      1,
    ]),
  ),
]);

function desktopClients(screen: string, n: number): [Client, number][] {
  return [
    ...chromes.map((chrome): [Client, number] => [
      {
        screen,
        userAgent:
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
          `Chrome/${chrome}.0.0.0 Safari/537.36`,
      },
      6 + n,
    ]),
    ...chromes.slice(3).map((chrome): [Client, number] => [
      {
        screen,
        userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome}.0.0.0 Safari/537.36 Edg/${chrome}.0.0.0`,
      },
      3,
    ]),
    ...chromes.slice(4).map((chrome): [Client, number] => [
      {
        screen,
        userAgent:
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) ' +
          `Chrome/${chrome}.0.0.0 Safari/537.36`,
      },
      3,
    ]),
    ...['17.6', '18.3', '18.6'].map((version): [Client, number] => [
      {
        screen,
        userAgent:
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
          `Version/${version} Safari/605.1.15`,
      },
      7,
    ]),
    ...['128', '140', '143'].map((version): [Client, number] => [
      {
        screen,
        userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
      },
      5,
    ]),
    ...['140', '143'].map((version): [Client, number] => [
      { screen, userAgent: `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0` },
      1,
    ]),
  ];
}

const desktop = new Weighted<Client>(desktops.flatMap(desktopClients));

const pools: Readonly<Record<Device, Weighted<Client>>> = { mobile: mobile, tablet: tablet, desktop: desktop };

/** The applications that open links in a browser of their own. */
export type App = 'facebook' | 'instagram' | 'tiktok';

const inApp: Readonly<Record<App, readonly Client[]>> = {
  facebook: [
    ...iphoneClients
      .filter((_, n) => n % 7 === 3)
      .map(({ ios, screen }) => ({
        screen,
        userAgent:
          `${iphone(ios)} Mobile/15E148 [FBAN/FBIOS;FBAV/526.0.0.44.79;FBBV/773212345;FBDV/iPhone14,5;` +
          `FBMD/iPhone;FBSN/iOS;FBSV/${safariVersion(ios)};FBSS/3;FBCR/;FBID/phone;FBLC/fr_FR;FBOP/80]`,
      })),
    ...androidClients
      .filter((_, n) => n % 6 === 0)
      .map(({ version, model, chrome, screen }) => ({
        screen,
        userAgent: `${android(version, model)} Version/4.0 Chrome/${chrome}.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/525.0.0.50.107;]`,
      })),
  ],
  instagram: [
    ...iphoneClients
      .filter((_, n) => n % 7 === 2)
      .map(({ ios, screen }) => ({
        screen,
        userAgent: `${iphone(ios)} Mobile/15E148 Instagram 389.0.0.28.84 (iPhone15,2; iOS ${ios}; fr_FR; fr; scale=3.00; 1179x2556; 752345678)`,
      })),
    ...androidClients
      .filter((_, n) => n % 6 === 1)
      .map(({ version, model, chrome, screen }) => ({
        screen,
        userAgent: `${android(version, model)} Version/4.0 Chrome/${chrome}.0.0.0 Mobile Safari/537.36 Instagram 388.0.0.37.78 Android (34/${version}; 420dpi; ${model}; fr_FR)`,
      })),
  ],
  tiktok: [
    ...iphoneClients
      .filter((_, n) => n % 7 === 4)
      .map(({ ios, screen }) => ({
        screen,
        userAgent: `${iphone(ios)} Mobile/15E148 musical_ly_40.3.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/fr Region/FR`,
      })),
    ...androidClients
      .filter((_, n) => n % 6 === 2)
      .map(({ version, model, chrome, screen }) => ({
        screen,
        userAgent:
          `${android(version, model)} Version/4.0 Chrome/${chrome}.0.0.0 Mobile Safari/537.36 trill_400304 ` +
          'JsSdk/1.0 NetType/4G AppName/musical_ly ByteLocale/fr Region/FR',
      })),
  ],
};

/** The browser of a device; `app` when a link was opened inside one. */
export function clientOf(device: Device, app: App | undefined, unit: number): Client {
  if (app === undefined || device !== 'mobile') return pools[device].at(unit);
  const pool = inApp[app];
  return pool[Math.floor(unit * pool.length)] ?? pools.mobile.at(unit);
}

/** Crawlers that run the tracker, and headless browsers, which take a consent banner for granted. */
export const bots = new Weighted<Client & { readonly headless: boolean }>([
  [
    {
      headless: false,
      screen: '412x732',
      userAgent:
        'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) ' +
        'Chrome/138.0.7204.183 Mobile Safari/537.36 (compatible; Googlebot/2.1; ' +
        '+http://www.google.com/bot.html)',
    },
    30,
  ],
  [
    {
      headless: false,
      screen: '1024x768',
      userAgent: 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
    },
    18,
  ],
  [
    {
      headless: false,
      screen: '1024x768',
      userAgent:
        'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    },
    14,
  ],
  [
    {
      headless: false,
      screen: '1024x768',
      userAgent:
        'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36',
    },
    12,
  ],
  [
    {
      headless: false,
      screen: '1024x768',
      userAgent: 'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
    },
    8,
  ],
  [
    {
      headless: true,
      screen: '800x600',
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/136.0.0.0 Safari/537.36',
    },
    14,
  ],
  [
    {
      headless: true,
      screen: '1366x768',
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 PhantomJS/2.1.1',
    },
    4,
  ],
]);
