/** What tools of e-mail tell besides the campaigns that are read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'other-emails-'));
});
afterEach(() => rm(home, { recursive: true }));

test.each<[string, string, RegExp]>([
  [
    'Klaviyo’s flows',
    'Date,Flow Name,Flow ID,Recipients,Unique Opens,Unique Clicks,Revenue\n2025-03-10,Welcome,X1,100,40,5,50\n',
    /^It is of Klaviyo’s flows.*marketing_costs/,
  ],
  [
    'Mailchimp',
    'Title,Subject,List,Send Date,Total Recipients,Times Forwarded,Unique Opens,Unique Clicks,Abuse Complaints\nA,Hi,All,"Mar 10, 2025",100,0,40,5,0\n',
    /^It is a report of Mailchimp, which is not read.*marketing_costs/,
  ],
])('is refused in words: %s', async (_, text, why) => {
  const [one] = await lookAt(home, 'e.csv', text);
  expect(one?.kind === 'refused' && one.why).toMatch(why);
});

test.each<[string, string, string]>([
  ['ActiveCampaign’s', 'Campaign,Date sent,Recipients,Opens,Clicks,Forwards', 'Spring,2025-03-10,1000,500,60,0'],
  [
    'Mailjet’s',
    'Campaign ID,Campaign name,Send date,Sent,Delivered,Opens,Clicks,Blocked',
    '1,Spring,2025-03-10,1000,990,500,60,0',
  ],
  ['HubSpot’s', 'Email name,Campaign,Send date,Sent,Opens,Unique opens,Clicks', 'Spring,C1,2025-03-10,1000,500,400,60'],
  ['MailerLite’s', 'Campaign name,Subject,Sent on,Recipients,Opens,Clicks', 'Spring,Hi,2025-03-10,1000,400,50'],
  [
    'an SMS tool’s',
    'Campaign name,Send date,Recipients,Delivered,Unique clicks,Opens,Revenue',
    'SMS,2025-03-10,1000,990,50,,120',
  ],
  [
    'Mailjet’s, in French',
    'Nom de la campagne,Objet,Date d’envoi,Destinataires,Délivrés,Ouvertures,Clics',
    'Printemps,Bonjour,2025-03-10,1000,990,500,60',
  ],
  [
    'Campaign Monitor’s',
    'Campaign name,Subject,Sent date,Recipients,Unique opens,Clicks',
    'Spring,Hi,2025-03-10,1000,400,50',
  ],
])('what all tools count is of none of them, unless a person says so: %s', async (_, headings, row) => {
  const text = `${headings}\n${row}\n`;
  const [one] = await lookAt(home, 'e.csv', text);
  expect(one?.kind === 'refused' && one.why).toMatch(
    /whose it is cannot be told.*brevo-campaigns-csv.*marketing_costs/,
  );
  const [said] = await lookAt(home, 'e.csv', text, { feed: 'brevo-campaigns-csv' });
  expect(said?.kind).toBe('understood');
});

const brevo = (extra: string, ...rows: readonly string[]) =>
  [`ID;Campaign name;Sent date;Recipients;Unique opens;Unique clicks${extra}`, ...rows].join('\n');

test('a draft, which has no day, is left out, and that is told', async () => {
  const sent = '12;Spring;13/03/2025 10:00;1000;400;50';
  const [part] = await partsOf(home, 'e.csv', brevo('', sent, '14;Draft;;0;0;0'));
  expect([part?.records, part?.leftOut]).toEqual([
    1,
    [{ why: 'it has no day and no figures: it was not sent', rows: 1, first: 3 }],
  ]);
  const [one] = await lookAt(home, 'f.csv', brevo('', sent, '15;Summer;;1000;300;20'));
  expect(one?.kind).toBe('refused');
});

test('a currency is asked for where there are amounts', async () => {
  const notes = async (extra: string, cells: string) =>
    (
      await partsOf(home, `n${extra.length}.csv`, brevo(extra, `12;Spring;13/03/2025 10:00;1000;400;50${cells}`))
    )[0]?.notes.join();
  expect(await notes('', '')).not.toContain('currency');
  expect(await notes(';Revenue', ';90')).toContain('It does not name its currency');
});
