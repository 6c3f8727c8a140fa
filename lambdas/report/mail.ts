import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { isoOf } from '../shared/day-numbers.ts';
import type { Report } from '../../dashboard/report/report.ts';

export interface MailOptions {
  readonly from: string;
  readonly to: readonly string[];
  /** The report as a page. */
  readonly html: string;
  /** The report as a workbook. */
  readonly xlsx: Uint8Array;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * The report as an e-mail: the sentence and the key figures to be read at once, the page and the workbook attached.
 * Readers of mail take neither the styles nor the charts of a page, so the page itself is not the text of it.
 */
export function mailOf(report: Report, { from, to, html, xlsx }: MailOptions): SendEmailCommandInput {
  const { shop, days, formats, kpis, notes, sentence, words } = report;
  const figures = kpis.map(({ label, kind, now }) => [label, formats.figure(kind, now)] as const);
  const name = `sillage-report-${isoOf(days.from)}-${isoOf(days.to)}`;
  const attached = (ending: string, type: string, content: Uint8Array) => ({
    FileName: `${name}.${ending}`,
    ContentType: type,
    ContentDisposition: 'ATTACHMENT' as const,
    ContentTransferEncoding: 'BASE64' as const,
    RawContent: content,
  });
  const rows = figures.map(
    ([label, figure]) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#53625A">${escaped(label)}</td><td style="text-align:right"><strong>${escaped(figure)}</strong></td></tr>`,
  );
  const text = [sentence, '', ...figures.map(([label, figure]) => `${label}: ${figure}`), '', ...notes];
  const page = [
    `<p style="font-size:18px">${escaped(sentence)}</p>`,
    `<table>${rows.join('')}</table>`,
    ...notes.map((note) => `<p style="color:#53625A">${escaped(note)}</p>`),
  ];
  return {
    FromEmailAddress: from,
    Destination: { ToAddresses: [...to] },
    Content: {
      Simple: {
        Subject: { Data: `${words.title}, ${shop}: ${formats.days(days)}`, Charset: 'UTF-8' },
        Body: {
          Text: { Data: text.join('\n'), Charset: 'UTF-8' },
          Html: {
            Data: `<!doctype html><html lang="${report.language}"><body>${page.join('')}</body></html>`,
            Charset: 'UTF-8',
          },
        },
        Attachments: [
          attached('html', 'text/html', Buffer.from(html)),
          attached('xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', xlsx),
        ],
      },
    },
  };
}
