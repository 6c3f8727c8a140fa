import type { PlatformName } from './names.ts';

/** How long a secret is believed, ms: so soon is another one taken after a change. */
const believedMs = 5 * 60_000;

/** The names of the secrets in the environment of a machine that has no Secrets Manager. */
const variables: Readonly<Record<PlatformName, string>> = {
  shopify: 'SILLAGE_SHOPIFY_WEBHOOK_SECRET',
  woocommerce: 'SILLAGE_WOOCOMMERCE_WEBHOOK_SECRET',
};

/** Secrets from the environment of this process. */
export const secretsIn = (env: NodeJS.ProcessEnv) => async (platform: PlatformName) => env[variables[platform]];

/** Secrets from a store, by the names that they have there: each is read once in five minutes. */
export function storedSecrets(
  ids: Partial<Readonly<Record<PlatformName, string>>>,
  read: (id: string) => Promise<string>,
  now: () => number,
): (platform: PlatformName) => Promise<string | undefined> {
  const known = new Map<string, { readonly secret: string; readonly until: number }>();
  return async (platform) => {
    const id = ids[platform];
    if (id === undefined) return undefined;
    const before = known.get(id);
    if (before !== undefined && now() < before.until) return before.secret;
    const secret = await read(id);
    known.set(id, { secret, until: now() + believedMs });
    return secret;
  };
}
