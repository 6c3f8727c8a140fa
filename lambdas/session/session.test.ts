import { beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import * as z from 'zod';
import { exchangeAt } from './exchange.ts';
import { ownPath } from './flow.ts';
import { session, sessionSeconds, type SessionSetup } from './session.ts';
import { fingerprintOf } from './fingerprint.ts';
import { signingKeyOf } from './signing-key.ts';

const people = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = signing.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pool = 'eu-west-3_Abcdefghi';
const issuer = `https://cognito-idp.eu-west-3.amazonaws.com/${pool}`;
const now = Date.now();

/** The library's own verifier, with the keys of a user pool of ours. */
const verifier = CognitoJwtVerifier.create({ userPoolId: pool, clientId: 'client', tokenUse: 'id' });
verifier.cacheJwks({
  keys: [{ ...people.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig', kty: 'RSA' }],
});

/** A token as the user pool signs it, with what is said otherwise. */
function tokenOf(claims: Readonly<Record<string, unknown>>, key = people.privateKey): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1000);
  const signed = `${part({ alg: 'RS256', kid: 'k1' })}.${part({
    iss: issuer,
    aud: 'client',
    token_use: 'id',
    sub: 'person-1',
    iat: seconds,
    exp: seconds + 300,
    ...claims,
  })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
}

let logged: string[];
let exchanged: [code: string, verifier: string, redirectUri: string][];
/** What the user pool answers to a code, given the nonce that it was told. */
let answer: (nonce: string) => string;
let nonce: string;
let setup: SessionSetup;
beforeEach(() => {
  logged = [];
  exchanged = [];
  answer = (given) => tokenOf({ nonce: given });
  const log = (line: string, more: object) => void logged.push(`${line} ${JSON.stringify(more)}`);
  setup = {
    site: 'dashboard.shop.fr',
    signIn: 'sillage.auth.eu-west-3.amazoncognito.com',
    clientId: 'client',
    exchange: (...given) => {
      exchanged.push(given);
      return Promise.resolve(answer(nonce));
    },
    verify: async (token) => {
      const payload = await verifier.verify(token);
      return { nonce: payload['nonce'], sub: payload.sub };
    },
    signingKey: () => Promise.resolve({ id: 'K1', privateKey }),
    now: () => now,
    log: { info: log, warn: log },
  };
});

/** A request as the URL of a function gives it. */
function asked(
  path: string,
  {
    cookies = [],
    headers = {},
    method = 'GET',
  }: {
    readonly cookies?: string[];
    readonly headers?: Record<string, string>;
    readonly method?: string;
  } = {},
): APIGatewayProxyEventV2 {
  const url = new URL(path, 'https://dashboard.shop.fr');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    cookies,
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    isBase64Encoded: false,
    requestContext: {
      accountId: '1',
      apiId: 'a',
      domainName: 'd',
      domainPrefix: 'd',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'a' },
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: now,
    },
  };
}

const cookieOf = (cookies: readonly string[] | undefined) =>
  (cookies ?? []).map((cookie) => cookie.split(';')[0] ?? '');
const cookieNamed = (cookies: readonly string[] | undefined, name: string) =>
  cookieOf(cookies)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** Begins a sign-in. @returns what the browser keeps, and what the user pool is asked */
async function begun(to?: string) {
  const { headers, cookies } = await session(
    setup,
    asked(`/auth/login${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`),
  );
  const url = new URL(String(headers?.['location']));
  nonce = url.searchParams.get('nonce') ?? '';
  return { url, cookies: cookieOf(cookies), set: cookies, state: url.searchParams.get('state') ?? '' };
}

describe('a sign-in', () => {
  test('asks the user pool for a code, bound to this browser', async () => {
    const { url, set } = await begun();
    expect(`${url.origin}${url.pathname}`).toBe('https://sillage.auth.eu-west-3.amazoncognito.com/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: 'https://dashboard.shop.fr/auth/callback',
      code_challenge_method: 'S256',
    });
    expect(set).toEqual([
      expect.stringMatching(/^__Host-sillage-sign-in=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/),
    ]);
    // Never twice the same.
    expect((await begun()).state).not.toBe(url.searchParams.get('state'));
  });

  test('ends with cookies that CloudFront takes for an hour, for this host alone', async () => {
    const { url, cookies, state } = await begun('/marketing?from=2025-01-01');
    const got = await session(setup, asked(`/auth/callback?code=c1&state=${state}`, { cookies }));
    expect([got.statusCode, got.headers?.['location']]).toEqual([
      302,
      'https://dashboard.shop.fr/marketing?from=2025-01-01',
    ]);
    // The verifier that the user pool gets is the one whose digest it was told.
    const [code, verified = '', redirectUri] = exchanged[0] ?? [];
    expect([code, redirectUri]).toEqual(['c1', 'https://dashboard.shop.fr/auth/callback']);
    expect(createHash('sha256').update(verified).digest('base64url')).toBe(url.searchParams.get('code_challenge'));
    expect(cookieNamed(got.cookies, 'CloudFront-Key-Pair-Id')).toBe('K1');
    const plain = (text = '') =>
      Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');
    const policy = plain(cookieNamed(got.cookies, 'CloudFront-Policy'));
    expect(JSON.parse(policy.toString())).toEqual({
      Statement: [
        {
          Resource: 'https://dashboard.shop.fr/*',
          Condition: { DateLessThan: { 'AWS:EpochTime': Math.floor(now / 1000) + sessionSeconds } },
        },
      ],
    });
    const isSigned = createVerify('RSA-SHA1')
      .update(policy)
      .verify(signing.publicKey, plain(cookieNamed(got.cookies, 'CloudFront-Signature')));
    expect(isSigned).toBe(true);
    for (const cookie of got.cookies ?? [])
      expect(cookie).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=(?:3600|0)$/);
    // The sign-in is over, and its code is good for nothing more here.
    expect(cookieNamed(got.cookies, '__Host-sillage-sign-in')).toBe('');
    expect(logged).toEqual(['signed in {"sub":"person-1"}']);
  });

  const seconds = Math.floor(now / 1000);
  test.each<[string, (nonce: string) => string]>([
    ['signed by another', (given) => tokenOf({ nonce: given }, signing.privateKey)],
    ['of another client', (given) => tokenOf({ nonce: given, aud: 'another' })],
    [
      'of another user pool',
      (given) => tokenOf({ nonce: given, iss: 'https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_Zzzzzzzzz' }),
    ],
    ['that is an access token', (given) => tokenOf({ nonce: given, token_use: 'access' })],
    ['that has run out', (given) => tokenOf({ nonce: given, exp: seconds - 10 })],
    ['of another sign-in', () => tokenOf({ nonce: 'another' })],
    ['without a nonce', () => tokenOf({})],
    ['that is none', () => 'a.b.c'],
  ])('with a token %s gives no session', async (_, given) => {
    answer = given;
    const { cookies, state } = await begun();
    const got = await session(setup, asked(`/auth/callback?code=c1&state=${state}`, { cookies }));
    expect([got.statusCode === 400 || got.statusCode === 502, got.headers?.['location']]).toEqual([true, undefined]);
    expect(cookieOf(got.cookies)).toEqual(['__Host-sillage-sign-in=']);
  });

  test.each([
    ['begun in another browser', (state: string) => asked(`/auth/callback?code=c1&state=${state}`)],
    [
      'with another state',
      (_: string, cookies: string[]) => asked('/auth/callback?code=c1&state=another', { cookies }),
    ],
    ['without a state', (_: string, cookies: string[]) => asked('/auth/callback?code=c1', { cookies })],
    [
      'that the user pool refused',
      (state: string, cookies: string[]) => asked(`/auth/callback?error=access_denied&state=${state}`, { cookies }),
    ],
    [
      'with a cookie that is none',
      (state: string) =>
        asked(`/auth/callback?code=c1&state=${state}`, { cookies: ['__Host-sillage-sign-in=e30', 'x=1'] }),
    ],
    [
      'with a cookie that is no JSON',
      (state: string) => asked(`/auth/callback?code=c1&state=${state}`, { cookies: ['__Host-sillage-sign-in=%%'] }),
    ],
  ])('%s asks the user pool nothing, and gives no session', async (_, request) => {
    const { cookies, state } = await begun();
    const got = await session(setup, request(state, cookies));
    expect([got.statusCode, exchanged, cookieOf(got.cookies)]).toEqual([400, [], ['__Host-sillage-sign-in=']]);
  });

  test('whose key is missing says nothing of why to the browser, and all to the log', async () => {
    setup = { ...setup, signingKey: () => Promise.reject(new Error('no key in the secret')) };
    const { cookies, state } = await begun();
    const got = await session(setup, asked(`/auth/callback?code=c1&state=${state}`, { cookies }));
    expect([got.statusCode, got.body?.includes('secret')]).toEqual([502, false]);
    expect(logged.join()).toContain('no key in the secret');
  });
});

describe('where a sign-in leads to', () => {
  test.each([
    ['/', '/'],
    ['/marketing?from=2025-01-01&x=%2F', '/marketing?from=2025-01-01&x=%2F'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
    ['/auth/logout', '/'],
    ['/x/../auth/logout', '/'],
    ['/\r\nset-cookie: a=b', '/'],
  ])('%j is %j', (to, path) => {
    expect(ownPath(to)).toBe(path);
  });

  test('is never another host, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom('/', '\\', '.', '..', '@', ':', '?', '#', '\t', 'evil.example', '%2f', 'https:'))
            .map((parts) => parts.join('')),
        ),
        (to) => {
          const url = new URL(`https://dashboard.shop.fr${ownPath(to)}`);
          expect(url.host).toBe('dashboard.shop.fr');
          // Nor where it is taken for an address by itself.
          expect(new URL(ownPath(to), 'https://dashboard.shop.fr').host).toBe('dashboard.shop.fr');
          expect(ownPath(to)).not.toMatch(/[\r\n]/);
        },
      ),
      { seed: 20250117, numRuns: 2000 },
    );
  });
});

describe('a sign-out', () => {
  test('takes the cookies away, here and at the user pool', async () => {
    const got = await session(setup, asked('/auth/logout', { headers: { 'sec-fetch-site': 'same-origin' } }));
    expect(cookieOf(got.cookies)).toEqual(['CloudFront-Policy=', 'CloudFront-Signature=', 'CloudFront-Key-Pair-Id=']);
    expect(got.headers?.['location']).toBe(
      'https://sillage.auth.eu-west-3.amazoncognito.com/logout?client_id=client&logout_uri=https%3A%2F%2Fdashboard.shop.fr%2Fauth%2Fwelcome',
    );
  });

  test('is not for the page of another site', async () => {
    const got = await session(setup, asked('/auth/logout', { headers: { 'sec-fetch-site': 'cross-site' } }));
    expect([got.statusCode, got.cookies]).toEqual([403, []]);
  });
});

test.each([
  ['/auth/welcome', 'GET', 200],
  ['/auth/login', 'POST', 405],
  ['/auth/callback', 'POST', 405],
  ['/auth/<script>', 'GET', 404],
  ['/data/manifest.json', 'GET', 404],
])('%s by %s answers %d, with words of ours alone, and is kept nowhere', async (path, method, status) => {
  const got = await session(setup, asked(path, { method }));
  expect([got.statusCode, got.headers?.['cache-control'], got.cookies]).toEqual([status, 'no-store', []]);
  expect(got.body).not.toMatch(/<script|style=|manifest/);
});

describe('the exchange of a code', () => {
  test('is made at the user pool, with the verifier, and follows no redirect', async () => {
    const requests: Parameters<typeof fetch>[] = [];
    const exchange = exchangeAt('sign-in.example', 'client', (url, init) => {
      requests.push([url, init]);
      return Promise.resolve(Response.json({ id_token: 't', access_token: 'a' }));
    });
    expect(await exchange('c1', 'v1', 'https://dashboard.shop.fr/auth/callback')).toBe('t');
    const [[url, init] = []] = requests;
    expect([url, init?.method, init?.redirect]).toEqual(['https://sign-in.example/oauth2/token', 'POST', 'error']);
    expect(Object.fromEntries(new URLSearchParams(z.string().parse(init?.body)))).toEqual({
      grant_type: 'authorization_code',
      client_id: 'client',
      code: 'c1',
      code_verifier: 'v1',
      redirect_uri: 'https://dashboard.shop.fr/auth/callback',
    });
  });

  test.each([
    ['refused', () => new Response('{"error":"invalid_grant c1"}', { status: 400 })],
    ['answered without a token', () => Response.json({})],
  ])('that is %s is an error that does not quote it', async (_, response) => {
    const exchange = exchangeAt('sign-in.example', 'client', () => Promise.resolve(response()));
    const error = await exchange('c1', 'v1', 'r').catch(String);
    expect(error).toMatch(/answered 400 to a code\.$|id_token/);
    expect(error).not.toMatch(/c1|v1/);
  });
});

describe('the key of the sessions', () => {
  const next = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (pair: typeof next) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const both = { [fingerprintOf(signing.publicKey)]: 'K1', [fingerprintOf(next.publicKey)]: 'K2' };

  test('is changed without a moment in which name and key differ', async () => {
    let [time, secret] = [0, pem(signing)];
    const key = signingKeyOf({ read: () => Promise.resolve(secret), ids: both, now: () => time });
    expect(await key()).toEqual({ id: 'K1', privateKey: pem(signing) });
    secret = pem(next);
    expect((await key()).id).toBe('K1');
    time = 5 * 60_000;
    expect(await key()).toEqual({ id: 'K2', privateKey: pem(next) });
  });

  test.each([
    ['no key', 'random text', 'The secret of the dashboard has no private key (PEM).'],
    ['a key that CloudFront does not know', pem(next), 'CloudFront does not know the key of the secret'],
  ])('%s is refused in words, and nothing of the secret is told', async (_, secret, words) => {
    const ids = { [fingerprintOf(signing.publicKey)]: 'K1' };
    const error = await signingKeyOf({ read: () => Promise.resolve(secret), ids, now: () => 0 })().catch(String);
    expect(error).toContain(words);
    expect(error).not.toContain(secret.slice(0, 20));
  });
});
