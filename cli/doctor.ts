import { Command } from 'commander';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { checkup, type Finding } from './checkup.ts';
import { folderOf, lakeOption } from './context.ts';
import { helpText } from './help-text.ts';
import { inLake } from './in-lake.ts';
import { terminalWidth } from './output.ts';
import { defaultPort } from './stream-options.ts';
import { table } from './table.ts';

const marks: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok',
  warning: 'mind',
  missing: 'MISSING',
  absent: '–',
};

/** `sillage doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look whether this machine has what Sillage needs, and say what each thing is for')
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage doctor
  sillage doctor --json | jq '.[] | select(.state == "missing")'

Exit code 1: something is missing without which Sillage does not work. What is marked – is optional.`),
    )
    .action(async ({ lake, json }: { lake: string; json?: boolean }) => {
      const findings = await checkup(folderOf(lake), defaultPort);
      const rows = findings.map(({ what, state, found, note }) => [what, marks[state], found, inLake(note)]);
      process.stdout.write(
        json
          ? `${visibleJson(findings, 2)}\n`
          : `${table(['what', '', 'found', 'what it is for'], rows, { rightAligned: [false, false, false, false], width: terminalWidth(), wrapsLast: true })}\n`,
      );
      if (findings.some(({ state }) => state === 'missing')) process.exitCode = 1;
    });
}
