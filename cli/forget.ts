import { Command } from 'commander';
import type { Certificate } from '../lambdas/forget/certificate.ts';
import { isImportedFile } from '../lambdas/import/land.ts';
import { erasureKey } from '../lambdas/shared/schema/ops-keys.ts';
import { visibleJson, visibleLines } from '../lambdas/shared/visible.ts';
import { forgetIn } from '../localstack/embedded/run/personal.ts';
import { confirmName } from './confirm.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { seedsOf, withPerson, type PersonFlags } from './person-options.ts';
import { Progress } from './progress.ts';

const number = (value: number) => value.toLocaleString('en-GB');
const counted = (value: number, one: string, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

/** Whether the lake and its streams held nothing of who was asked for. */
const foundNothing = ({ objects, stream, versions }: Certificate) =>
  objects.length === 0 && (versions ?? 0) === 0 && (stream === null || stream.removed + stream.masked === 0);

/** The certificate as a person reads it. */
function inWords(certificate: Certificate): string {
  const { id, found, records, objects, stream, versions, searched, not_searched: closed, left } = certificate;
  const files = objects.filter(({ key, removed }) => removed > 0 && isImportedFile(key)).map(({ key }) => key);
  const lines = [
    ...(foundNothing(certificate)
      ? ['The lake held nothing of this person: nothing was changed. Is it written as the shop has it?']
      : []),
    `Erasure ${id}, done at ${certificate.done_at}; the certificate is ${erasureKey(id)}.`,
    `Found by ${counted(found.emails, 'e-mail address', 'e-mail addresses')}, ` +
      `${counted(found.phones, 'telephone number')}, ${counted(found.customer_ids, 'customer id')} and ` +
      `${counted(found.visitor_ids + found.shared_visitor_ids, 'visitor id')}.`,
    `Rewrote ${counted(objects.length, 'object')}: ${counted(records.removed, 'record')} removed, ` +
      `${counted(records.stripped, 'order')} kept without the person, ` +
      `${counted(records.masked, 'record')} of others masked.`,
    ...(files.length > 0
      ? [
          `Removed whole, as files that were imported and hold the person: ${files.join(', ')}. What they say ` +
            'of others stays in the lake.',
        ]
      : []),
    ...(stream === null
      ? []
      : [`In the stream: ${counted(stream.removed, 'record')} removed, ${number(stream.masked)} masked.`]),
    ...(versions === null ? [] : [`Past versions removed: ${number(versions)}.`]),
    `Searched ${counted(searched.objects, 'object')}, ${(searched.bytes / 1e6).toFixed(1)} MB: nothing of the ` +
      'person is left.',
    ...closed.map(({ key, why }) => `Not searched: ${key}: ${why}.`),
    ...left.map((one) => `Left, or not looked for: ${one}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** `sillage forget`. */
export function forgetCommand(): Command {
  return withPerson(
    new Command('forget').description(
      'erase a person, or several in one pass, from the lake and its streams (GDPR, art. 17), and prove it',
    ),
  )
    .option('--keep-orders', 'keep the orders for the bookkeeping, but remove all that tells whose they are (default)')
    .option('--erase-orders', 'erase the orders too: figures of the past change')
    .option('--confirm <name>', "the name of the lake's folder, so that no other is meant")
    .option('--json', 'print the certificate as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
An e-mail address or a customer's id leads to the person's orders, other addresses and devices; a visitor's id to the
one customer who has logged in on that device. The person's records are removed from raw objects, the stream and the
rejects; where others' records name the person, the name is masked; a file that was imported and holds the person is
removed whole, its other records stay; tables are built again. Several persons take hardly longer than one: name them
all. Where it is stopped, run the same command again: it goes on.

Stop "sillage up" first. There is no way back. Copies and backups outside the lake are not touched.

Examples:
  sillage forget --email camille@example.org --confirm lake
  sillage forget --email camille@example.org lea@example.org --customer 7100000000312 --confirm lake
  sillage forget --customer 7100000000312 --erase-orders --confirm lake

Exit code 1: the person is still found somewhere; the message says where.`),
    )
    .action(
      async (
        flags: PersonFlags & {
          keepOrders?: boolean;
          eraseOrders?: boolean;
          confirm?: string;
          json?: boolean;
          lake: string;
        },
      ) => {
        if (flags.keepOrders === true && flags.eraseOrders === true)
          throw new UsageError('Give --keep-orders or --erase-orders, not both.');
        const seeds = seedsOf(flags);
        const root = existingLake(flags.lake);
        await confirmName(root, 'a person', flags.confirm);
        const progress = new Progress();
        try {
          const certificate = await forgetIn(
            root,
            { ...seeds, orders: flags.eraseOrders === true ? 'erase' : 'keep' },
            (what, done, of) => progress.update({ step: `forget: ${what}`, done, of, unit: 'objects' }),
          );
          progress.stop();
          process.stdout.write(flags.json ? `${visibleJson(certificate, 2)}\n` : visibleLines(inWords(certificate)));
        } finally {
          progress.stop();
        }
      },
    );
}
