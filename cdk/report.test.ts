import { expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { parseConfig } from './config.ts';
import { resourcesOf, templatesOf, withReport } from './templates.ts';

const templates = templatesOf(withReport);
const { report, monitoring } = templates;
if (report === undefined) throw new Error('The context describes a report, and none is made.');

test('there is none where the context names neither sender nor readers', () => {
  const without = templatesOf();
  expect(without.report).toBeUndefined();
  expect(JSON.stringify(without.monitoring.toJSON())).not.toContain('report-fails');
});

test('it is started in the shop’s time zone, and who starts it may do nothing else', () => {
  report.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'cron(0 8 ? * MON *)',
    ScheduleExpressionTimezone: 'Europe/Paris',
    Target: Match.objectLike({ RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 } }),
  });
  const starting = resourcesOf({ report }, 'AWS::IAM::Policy').filter(({ id }) => !id.startsWith('ReportRole'));
  expect(starting).toHaveLength(1);
  expect(JSON.stringify(starting)).toContain('"Action":"lambda:InvokeFunction"');
});

test('it mails as its sender alone, and reads no personal data as it came', () => {
  const own = resourcesOf({ report }, 'AWS::IAM::Policy').find(({ id }) => id.startsWith('ReportRole'));
  const text = JSON.stringify(own);
  expect(text).toContain('{"StringEquals":{"ses:FromAddress":"sillage@shop.fr"}}');
  expect(text).toContain(':identity/shop.fr');
  for (const never of ['/raw/', 'rejects', 'secretsmanager:', 's3:DeleteObject', 'ses:*', '"ses:SendRawEmail'])
    expect([never, text.includes(never)]).toEqual([never, false]);
});

test('somebody is told where it was not sent', () => {
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'sillage-dev-report-fails',
    Threshold: 0,
    AlarmDescription: Match.stringLikeRegexp('"Alarm: the report was not sent"'),
  });
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['a sender without readers', { reportFrom: 'a@shop.fr' }, 'both of reportFrom and reportTo'],
  ['readers without a sender', { reportTo: 'a@shop.fr' }, 'both of reportFrom and reportTo'],
  ['a reader that is no address', { ...withReport, reportTo: 'a@shop.fr, boss' }, 'reportTo'],
  ['a schedule of every few minutes', { ...withReport, reportSchedule: 'rate(5 minutes)' }, 'cron(0 8 ? * MON *)'],
  ['a language that there is not', { ...withReport, reportLanguage: 'de' }, 'reportLanguage'],
])('%s is refused', (_, context, message) => {
  expect(() => parseConfig({ shopOrigins: 'https://www.shop.fr', ...context })).toThrow(message);
});
