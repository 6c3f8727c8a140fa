import { createHmac, timingSafeEqual } from 'node:crypto';

/** A shorter secret could be guessed; an empty one would open the door to everybody. */
const leastSecret = 16;

/** Whether a text can be a secret at all. */
export const isSecret = (text: string): boolean => text.length >= leastSecret;

/**
 * Whether `given` is the HMAC-SHA-256 of these very bytes by this secret, in Base64, as Shopify and WooCommerce sign.
 * Compared in constant time: how long it takes tells nothing of how near a guess is.
 */
export function isSigned(body: Uint8Array, given: string | undefined, secret: string): boolean {
  if (given === undefined || !isSecret(secret)) return false;
  const own = createHmac('sha256', secret).update(body).digest();
  const told = Buffer.from(given.trim(), 'base64');
  return told.length === own.length && timingSafeEqual(told, own);
}
