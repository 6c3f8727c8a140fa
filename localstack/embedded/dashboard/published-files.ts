import { createHash } from 'node:crypto';
import { apiParts } from '../../../dashboard/data/source.ts';
import { readManifest } from '../../../lambdas/publish/manifest.ts';
import { contentTypeOf } from '../../../lambdas/shared/content-types.ts';
import { type Lake, ObjectNotFound } from '../../../lambdas/shared/ports/lake.ts';
import { manifestKey, publicationPrefix } from '../../../lambdas/shared/schema/site-keys.ts';
import { jsonAnswer, type LocalAnswer } from '../http/local-server.ts';

const manifestName = manifestKey.slice(publicationPrefix.length);
/** As the manifest names them; a name tells the bytes. */
const fileName = /^[a-z_]+\/(?:\d{4}-\d\d|all)-(?<digest>[0-9a-f]{16})\.parquet$/;

const gone = () =>
  jsonAnswer({ error: 'This file is not published, or is damaged: "sillage run" publishes it again.' }, 404);

/**
 * What is published of a lake, by its name below `data/`: the manifest where its seal is unbroken, and files whose
 * bytes are those that their names tell. Nothing else of the lake is there, and what was changed by another hand is not
 * sent.
 * @param api where the lake itself may be asked, seen from `data/`
 */
export async function publishedFile(lake: Lake, name: string, api: string): Promise<LocalAnswer> {
  if (name === manifestName) {
    const manifest = await readManifest(lake);
    if (manifest === undefined)
      return jsonAnswer({ error: 'Nothing is published, or the manifest is damaged: "sillage run" publishes.' }, 404);
    const answer = jsonAnswer(manifest);
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'cache-control': 'no-cache',
        'sillage-api': api,
        'sillage-api-parts': apiParts.join(' '),
      },
    };
  }
  const digest = fileName.exec(name)?.groups?.['digest'];
  if (digest === undefined) return gone();
  const bytes = await lake.get(`${publicationPrefix}${name}`).catch((error: unknown) => {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  });
  if (bytes === undefined || !createHash('sha256').update(bytes).digest('hex').startsWith(digest)) return gone();
  return {
    status: 200,
    headers: { 'content-type': contentTypeOf(name), 'cache-control': 'private, max-age=31536000, immutable' },
    body: bytes,
  };
}
