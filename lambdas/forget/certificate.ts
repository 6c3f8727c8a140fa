import { isImportedFile } from '../import/land.ts';
import type { RecordLog } from '../shared/ports/record-log.ts';
import { shortestFreeId } from './person.ts';
import type { ErasurePlan, RewrittenObject } from './plan.ts';
import type { Changes } from './changes.ts';
import type { Searched } from './search.ts';

/** What an erasure has done, and what is left and why. It tells nobody who was erased. */
export interface Certificate {
  readonly state: 'done';
  readonly id: string;
  readonly begun_at: string;
  readonly done_at: string;
  readonly orders: 'keep' | 'erase';
  /** How many of each tell the person. */
  readonly found: {
    readonly emails: number;
    readonly phones: number;
    readonly customer_ids: number;
    readonly visitor_ids: number;
    readonly shared_visitor_ids: number;
  };
  /** Sums of `objects`. */
  readonly records: Changes;
  readonly objects: readonly RewrittenObject[];
  /** Records of the stream's log; null where it cannot be changed. */
  readonly stream: Changes | null;
  /** Past versions of objects that were removed; null where the lake keeps none. */
  readonly versions: number | null;
  /** Answers of queries that were removed, unread; null where none are kept beside the lake. */
  readonly answers: number | null;
  readonly searched: { readonly objects: number; readonly bytes: number; readonly how: string };
  /** Objects that could not be looked into. */
  readonly not_searched: Searched['closed'];
  /** What is left, and why. */
  readonly left: readonly string[];
}

const how =
  'Every object of the lake was read and unpacked (gzip, zip and workbooks, Parquet, UTF-8, UTF-16, Latin-1), ' +
  'and searched for all e-mail addresses, telephone numbers, customer and visitor ids of the person, in any ' +
  'case, and written with escapes of URLs, HTML and JSON, up to six over each other';

interface Made {
  readonly erasure: ErasurePlan;
  readonly searched: Searched;
  readonly versions: number | undefined;
  readonly answers: number | undefined;
  readonly log: RecordLog | undefined;
  /** Other erasures that are under way. */
  readonly others: readonly string[];
  readonly now: Date;
  readonly hasPseudonyms: boolean;
}

const add = (a: Changes, b: Changes): Changes => ({
  removed: a.removed + b.removed,
  masked: a.masked + b.masked,
  stripped: a.stripped + b.stripped,
});

function leftOver({ erasure, answers, log, others, hasPseudonyms }: Made): string[] {
  const { person, orders, objects } = erasure;
  const short = [...person.customers, ...person.visitors].filter((id) => id.length < shortestFreeId).length;
  return [
    ...(objects.some(({ key, removed }) => removed > 0 && isImportedFile(key))
      ? [
          'Your own copies of the files that were imported (in raw/imports/) and are removed here: delete ' +
            'them too. What such a file says of others stays in the records that were made of it.',
        ]
      : []),
    ...(orders === 'keep' && objects.some(({ stripped }) => stripped > 0)
      ? [
          'Orders, without name, addresses, e-mail, telephone, IP, notes and the customer’s id: the law has ' +
            'the books kept for ten years (Code de commerce, art. L123-22).',
        ]
      : []),
    ...(person.sharedVisitors.size > 0
      ? ['Events of other customers on devices that they share with the person, and so the ids of these devices.']
      : []),
    ...(person.sharedPhones.size > 0
      ? ['Telephone numbers that other customers have, too, in the records of these and in texts.']
      : []),
    ...(short > 0
      ? [
          `${short} ids shorter than ${shortestFreeId} signs were looked for in the fields that hold ids, and ` +
            'in no text.',
        ]
      : []),
    ...(log === undefined
      ? [
          'Records in the stream, until its retention ends (24 hours, unless you have set it longer). One ' +
            'that lands later brings the person back: ask again when the retention has ended.',
        ]
      : []),
    ...(answers === undefined
      ? []
      : ['Answers of queries that were running meanwhile; the texts of queries, which Athena keeps for 45 days.']),
    ...(hasPseudonyms
      ? []
      : ['Pseudonyms were not looked for: their key was not at hand. The tables that had them were built again.']),
    ...(others.length > 0
      ? [
          `Other erasures are under way and were not ended: ${others.join(', ')}. Run each again with what it ` +
            'was asked for with.',
        ]
      : []),
    'What the shop and its other tools still hold: an export that has the person brings them back into the ' +
      'lake. Erase them there first; else forget them again after each import.',
    'Names, postal addresses and IP addresses in records of others; nicknames; what is written in base64; names of ' +
      'files beside those in inbox/: one that names the person is to be removed by hand; copies and backups outside ' +
      'the lake.',
  ];
}

export function certificateOf(made: Made): Certificate {
  const { erasure, searched, versions, answers, log, now } = made;
  const { person, objects } = erasure;
  return {
    state: 'done',
    id: erasure.id,
    begun_at: erasure.begun_at,
    done_at: now.toISOString(),
    orders: erasure.orders,
    found: {
      emails: person.emails.size,
      phones: person.phones.size,
      customer_ids: person.customers.size,
      visitor_ids: person.visitors.size,
      shared_visitor_ids: person.sharedVisitors.size,
    },
    records: objects.reduce(add, { removed: 0, masked: 0, stripped: 0 }),
    objects,
    stream: log === undefined ? null : erasure.stream,
    versions: versions ?? null,
    answers: answers ?? null,
    searched: {
      objects: searched.objects,
      bytes: searched.bytes,
      how: `${how}${made.hasPseudonyms ? ', and their pseudonyms' : ''}.`,
    },
    not_searched: searched.closed,
    left: leftOver(made),
  };
}
