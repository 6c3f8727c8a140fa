import * as z from 'zod';
import type { SessionSetup } from './session.ts';

const Tokens = z.object({ id_token: z.string() });

/**
 * Exchanges codes at the user pool's own endpoint. The client has no secret: that it is the one who asked is proved by
 * the verifier (PKCE).
 */
export function exchangeAt(host: string, clientId: string, ask: typeof fetch): SessionSetup['exchange'] {
  return async (code, verifier, redirectUri) => {
    const answer = await ask(`https://${host}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    // Its text is not told: it may quote the code.
    if (!answer.ok) throw new Error(`The user pool answered ${answer.status} to a code.`);
    return Tokens.parse(await answer.json()).id_token;
  };
}
