import { createHash, type KeyObject } from 'node:crypto';

/**
 * SHA-256 of a public key, in the form that CloudFront is given (SPKI): by it the two halves of a pair are known to
 * belong together.
 */
export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
