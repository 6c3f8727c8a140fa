import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Language } from '../../dashboard/language/language.ts';
import { knownDays, reportFigures } from '../../dashboard/report/figures.ts';
import { reportHtml } from '../../dashboard/report/page.mjs';
import { reportOf } from '../../dashboard/report/report.ts';
import { reportStyle } from '../../dashboard/report/style.ts';
import { reportXlsx } from '../../dashboard/report/xlsx.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { mailOf } from './mail.ts';
import { lastWeek } from './week.ts';

export interface WeeklySetup {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly now: Date;
  readonly timeZone: string;
  readonly language: Language;
  readonly from: string;
  readonly to: readonly string[];
  readonly send: (mail: SendEmailCommandInput) => Promise<unknown>;
}

/**
 * Mails the report of the last week. The mail is the last thing done, so that whoever tries again after a fault sends
 * it once; an answer of the mail service that is lost on its way makes it two.
 * @throws Error where the lake knows nothing of that week: a report of an older one would be taken for news
 */
export async function mailWeek({ warehouse, now, timeZone, language, from, to, send }: WeeklySetup): Promise<void> {
  const known = await knownDays(warehouse, now);
  const week = known && lastWeek(now, timeZone, known);
  if (week === undefined)
    throw new Error(
      'The lake knows nothing of the last week: no report was sent. docs/operations.md, "Alarm: the report ' +
        'was not sent".',
    );
  const report = reportOf(await reportFigures(warehouse, week.days, week.before), week, language);
  await send(mailOf(report, { from, to, html: reportHtml(report, reportStyle()), xlsx: await reportXlsx(report) }));
}
