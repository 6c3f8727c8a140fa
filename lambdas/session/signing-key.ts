import { createPublicKey } from 'node:crypto';
import { fingerprintOf } from './fingerprint.ts';
import type { SigningKey } from './session.ts';

export interface KeySource {
  /** The private key, PEM, as the secret has it now. */
  readonly read: () => Promise<string>;
  /** CloudFront's names of the public keys, by their fingerprints. */
  readonly ids: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** How long a key is believed, ms: so soon is another one taken after a rotation. */
const believedMs = 5 * 60_000;

/**
 * The key that sessions are signed with. Which of CloudFront's public keys it belongs to is told by the key itself, so
 * a rotation has no moment in which the two differ: the new public key is deployed, then the secret is replaced, then
 * the old public key goes.
 * @throws Error where the secret has no key, or one that CloudFront does not know
 */
export function signingKeyOf({ read, ids, now }: KeySource): () => Promise<SigningKey> {
  let known: { readonly key: SigningKey; readonly until: number } | undefined;
  return async () => {
    if (known !== undefined && now() < known.until) return known.key;
    const privateKey = await read();
    let fingerprint: string;
    try {
      fingerprint = fingerprintOf(createPublicKey(privateKey));
    } catch {
      // Its cause might quote what the secret has.
      throw new Error(
        'The secret of the dashboard has no private key (PEM). Put one into it, as docs/operations.md says.',
      );
    }
    const id = ids[fingerprint];
    if (id === undefined)
      throw new Error(
        'CloudFront does not know the key of the secret: deploy its public half first (dashboardPublicKeys).',
      );
    known = { key: { id, privateKey }, until: now() + believedMs };
    return known.key;
  };
}
