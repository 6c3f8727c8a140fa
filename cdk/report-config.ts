import * as z from 'zod';
import { languages } from '../dashboard/language/language.ts';

const address = z.email();

/** What the context says of the weekly report, which is mailed where it has a sender and readers. */
export const reportContext = {
  /** Sender: an address, or of a domain, that SES has verified. */
  reportFrom: address.optional(),
  /** Readers, with commas between them. */
  reportTo: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(address).min(1).max(50))
    .optional(),
  /** When, in the shop's time zone: after the daily run. */
  reportSchedule: z
    .string()
    .regex(/^cron\([^()]+\)$/, 'A schedule of the report is cron(0 8 ? * MON *), as EventBridge Scheduler reads it.')
    .default('cron(0 8 ? * MON *)'),
  reportLanguage: z.enum(languages).default('fr'),
};

const Report = z.object(reportContext);

/** The weekly report of a deployment. */
export interface ReportConfig {
  readonly from: string;
  readonly to: readonly string[];
  readonly schedule: string;
  readonly language: z.output<typeof reportContext.reportLanguage>;
}

/**
 * The report that the context describes; undefined where it describes none.
 * @throws Error where a part of it is missing
 */
export function reportOf({
  reportFrom: from,
  reportTo: to,
  reportSchedule: schedule,
  reportLanguage: language,
}: z.output<typeof Report>): ReportConfig | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined)
    throw new Error('A report that is mailed needs both of reportFrom and reportTo: docs/aws.md, "The weekly report".');
  return { from, to, schedule, language };
}
