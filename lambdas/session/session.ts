import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { challengeOf, flowCookie, flowOf, isSame, newFlow, noFlowCookie, ownPath } from './flow.ts';
import { page } from './page.ts';

/** How long a session lasts, s: so long does somebody get in who was removed from the user pool meanwhile. */
export const sessionSeconds = 3600;

/** A key that CloudFront knows the public half of. */
export interface SigningKey {
  /** CloudFront's name of the public key. */
  readonly id: string;
  readonly privateKey: string;
}

export interface SessionSetup {
  /** Host of the dashboard. */
  readonly site: string;
  /** Host of the sign-in pages. */
  readonly signIn: string;
  readonly clientId: string;
  /** Exchanges a code for an id token. @throws Error where the user pool refuses */
  readonly exchange: (code: string, verifier: string, redirectUri: string) => Promise<string>;
  /**
   * Who an id token is of, once its signature, issuer, audience and age are found right.
   * @throws Error where they are not
   */
  readonly verify: (idToken: string) => Promise<{ readonly nonce: unknown; readonly sub: string }>;
  readonly signingKey: () => Promise<SigningKey>;
  readonly now: () => number;
  /** Hears who came in, and what failed. */
  readonly log: Readonly<Record<'info' | 'warn', (line: string, more: Readonly<Record<string, string>>) => void>>;
}

type Answer = APIGatewayProxyStructuredResultV2;

const noStore = { 'cache-control': 'no-store' };

const redirect = (to: string, cookies: string[] = []): Answer => ({
  statusCode: 302,
  headers: { ...noStore, location: to },
  cookies,
});

const shown = (statusCode: number, words: string, cookies: string[] = []): Answer => ({
  statusCode,
  headers: { ...noStore, 'content-type': 'text/html; charset=utf-8' },
  cookies,
  body: page(words),
});

const callbackOf = ({ site }: SessionSetup) => `https://${site}/auth/callback`;

/** Begins a sign-in. */
function login(setup: SessionSetup, to: string | undefined): Answer {
  const flow = newFlow(to);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: setup.clientId,
    redirect_uri: callbackOf(setup),
    scope: 'openid email',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: challengeOf(flow),
    code_challenge_method: 'S256',
  });
  return redirect(`https://${setup.signIn}/oauth2/authorize?${query.toString()}`, [flowCookie(flow)]);
}

const sessionCookies = ['CloudFront-Policy', 'CloudFront-Signature', 'CloudFront-Key-Pair-Id'] as const;
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** What CloudFront lets somebody in by, for an hour: nothing of the person is in it. */
async function cookiesOf({ site, now, signingKey }: SessionSetup): Promise<string[]> {
  const { id, privateKey } = await signingKey();
  const until = Math.floor(now() / 1000) + sessionSeconds;
  const signed = getSignedCookies({
    keyPairId: id,
    privateKey,
    policy: JSON.stringify({
      Statement: [{ Resource: `https://${site}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': until } } }],
    }),
  });
  return sessionCookies.map((name) => `${name}=${signed[name]}; ${attributes}; Max-Age=${sessionSeconds}`);
}

/** Ends a sign-in: who comes back from the user pool with a code gets a session, if they began here. */
async function callback(setup: SessionSetup, event: APIGatewayProxyEventV2): Promise<Answer> {
  const { code, state } = event.queryStringParameters ?? {};
  const flow = flowOf(event.cookies ?? []);
  const again = (statusCode: number, why: string, error?: unknown) => {
    setup.log.warn('sign-in refused', { why, ...(error instanceof Error && { error: error.message }) });
    return shown(statusCode, 'The sign-in did not work. Please try again.', [noFlowCookie]);
  };
  if (flow === undefined || state === undefined || !isSame(state, flow.state))
    return again(400, 'it was not begun in this browser, or too long ago');
  if (code === undefined) return again(400, 'the user pool gave no code');
  try {
    const { nonce, sub } = await setup.verify(await setup.exchange(code, flow.verifier, callbackOf(setup)));
    if (typeof nonce !== 'string' || !isSame(nonce, flow.nonce)) return again(400, 'the token is of another sign-in');
    const cookies = await cookiesOf(setup);
    setup.log.info('signed in', { sub });
    return redirect(`https://${setup.site}${ownPath(flow.to)}`, [...cookies, noFlowCookie]);
  } catch (error) {
    return again(502, 'the code, its token or the key was refused', error);
  }
}

/** Ends a session, here and at the user pool. Not for another site's page: it would be a nuisance. */
function logout({ site, signIn, clientId }: SessionSetup, event: APIGatewayProxyEventV2): Answer {
  if (event.headers['sec-fetch-site'] === 'cross-site') return shown(403, 'Please sign out from the dashboard itself.');
  const query = new URLSearchParams({ client_id: clientId, logout_uri: `https://${site}/auth/welcome` });
  return redirect(
    `https://${signIn}/logout?${query.toString()}`,
    sessionCookies.map((name) => `${name}=; ${attributes}; Max-Age=0`),
  );
}

/** Signs people of the user pool in and out of the dashboard: the only part of it that answers without a session. */
export async function session(setup: SessionSetup, event: APIGatewayProxyEventV2): Promise<Answer> {
  if (event.requestContext.http.method !== 'GET') return shown(405, 'Only GET is answered here.');
  switch (event.rawPath) {
    case '/auth/login':
      return login(setup, event.queryStringParameters?.['to']);
    case '/auth/callback':
      return callback(setup, event);
    case '/auth/logout':
      return logout(setup, event);
    case '/auth/welcome':
      return shown(200, 'This dashboard is for people of the shop.');
    default:
      return shown(404, 'There is nothing here.');
  }
}
