/** What the interfaces of Google, Meta and TikTok answered, each answer in a file of the moment at which it came. */
import { textsUnder } from '../../lambdas/generate/generated.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import type { ExportedFile } from './trip.ts';

export async function adApis(lake: Lake): Promise<ExportedFile[]> {
  const answers = await textsUnder(lake, 'raw/advertising/');
  return answers.map(({ key, text }, at) => {
    const [, platform, day] = /advertising\/(\w+)\/dt=([\d-]+)\//.exec(key) ?? [];
    const pulled = /pulled-(\d{4}-\d{2}-\d{2})/.exec(key)?.[1] ?? '';
    return {
      name: `${platform}-${day}-${pulled}-${at}.json`,
      bytes: Buffer.from(text),
      at: new Date(Date.parse(`${pulled}T06:00:00Z`) + at * 1000),
    };
  });
}
