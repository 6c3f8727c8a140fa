import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** What a browser keeps while its person signs in: whoever answers must have begun here, minutes ago. */
const flowSchema = z.strictObject({
  state: z.string().min(20),
  nonce: z.string().min(20),
  /** Of PKCE: who has stolen the code alone cannot exchange it. */
  verifier: z.string().min(43),
  to: z.string(),
});
export type Flow = z.output<typeof flowSchema>;

/**
 * A name with this prefix is taken by browsers from this very host alone, over TLS: no other host of the domain can
 * plant one.
 */
const cookieName = '__Host-sillage-sign-in';
const minutes = 10;

const random = () => randomBytes(32).toString('base64url');

/** A place on this site, as `/marketing?from=…`; the front page instead of anything that would lead elsewhere. */
export function ownPath(to: string | undefined): string {
  const base = 'https://own.invalid';
  // A browser takes a backslash for a slash, and leaves line breaks and tabs out.
  if (to === undefined || !/^\/[\x21-\x7e]*$/.test(to) || to.includes('\\')) return '/';
  const url = URL.canParse(to, base) ? new URL(to, base) : undefined;
  if (url?.origin !== base || to.startsWith('//') || url.pathname.startsWith('//') || url.pathname.startsWith('/auth/'))
    return '/';
  return `${url.pathname}${url.search}`;
}

export const newFlow = (to: string | undefined): Flow => ({
  state: random(),
  nonce: random(),
  verifier: random(),
  to: ownPath(to),
});

/** What the verifier is known by until it is shown (S256). */
export const challengeOf = ({ verifier }: Flow): string => createHash('sha256').update(verifier).digest('base64url');

export const flowCookie = (flow: Flow): string =>
  `${cookieName}=${Buffer.from(JSON.stringify(flow)).toString('base64url')}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${minutes * 60}`;

export const noFlowCookie = `${cookieName}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`;

/** The sign-in that this browser began; undefined where it began none. */
export function flowOf(cookies: readonly string[]): Flow | undefined {
  const value = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  if (value === undefined) return undefined;
  try {
    return flowSchema.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Whether two texts are equal, in a time that does not tell how far. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
