import { Command } from 'commander';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { exportFrom } from '../localstack/embedded/run/personal.ts';
import { existingLake, lakeOption } from './context.ts';
import { helpText } from './help-text.ts';
import { seedsOf, withPerson, type PersonFlags } from './person-options.ts';
import { say } from './say.ts';

/** `sillage export-person`. */
export function exportPersonCommand(): Command {
  return withPerson(
    new Command('export-person').description(
      'print all that the lake holds of one person (GDPR, art. 15), as JSON Lines',
    ),
  )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Each line has the object, the table, and a record as it was sent or a row that was made from it. Of a file that was
imported it has the person's rows, by heading. "names_you" marks an object in which a record of somebody else names the
person. The person is found as "sillage forget" finds them.

Example:
  sillage export-person --email camille@example.org > camille.jsonl`),
    )
    .action(async (flags: PersonFlags & { lake: string }) => {
      const seeds = seedsOf(flags);
      let held = 0;
      await exportFrom(existingLake(flags.lake), seeds, (one) => {
        held++;
        process.stdout.write(`${visibleJson(one)}\n`);
      });
      say(held === 0 ? 'The lake holds nothing of this person.' : `${held.toLocaleString('en-GB')} records and rows`);
    });
}
