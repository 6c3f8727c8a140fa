/** One account that files spell in two ways, or two that they do not name: campaigns would count twice, or be lost. */
import type { Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { allImports } from './land.ts';
import type { Looked } from './looked.ts';
import { Refused } from './refused.ts';
import { figuresOf, platformOf, type ReportPart } from './compared-reports.ts';
import type { Understood } from './understand.ts';

/** What a file says of one account. */
interface Told {
  readonly file: string;
  readonly platform: string;
  readonly account: string;
  readonly currency: string | undefined;
  /** The days on which anything was done. */
  readonly days: ReadonlySet<Day>;
  /** Of each campaign, by its id: a name is no id, since two accounts may have campaigns of one name. */
  readonly campaigns: ReadonlyMap<string, { readonly name: string; readonly days: ReadonlySet<Day> }>;
}

function toldBy(file: string, parts: readonly ReportPart[]): Told[] {
  return parts.flatMap(({ shape, days, restated = [] }) =>
    restated.flatMap(({ account, currency, campaigns }): Told[] => {
      if (account === undefined || days === undefined) return [];
      const busy = Object.entries(campaigns).map(([id, { name, spend }]) => {
        const spent = figuresOf(spend, days).filter(([, amount]) => amount !== undefined);
        return [id, { name, days: new Set(spent.map(([day]) => day)) }] as const;
      });
      return [
        {
          file,
          platform: platformOf(shape),
          account,
          currency,
          days: new Set(busy.flatMap(([, { days: own }]) => [...own])),
          campaigns: new Map(busy.filter(([id, { name }]) => id !== name)),
        },
      ];
    }),
  );
}

/** How well an account is known: by its id, by a name or a number, by nothing. */
const knownBy = (account: string) => (/^\d+$/.test(account) ? 2 : account === 'unnamed' ? 0 : 1);

const named = (account: string) => (account === 'unnamed' ? 'no account' : `the account “${account}”`);

/** An account has one currency: two that are not named would replace each other's days. */
function twoUnnamed(one: Told, other: Told): string | undefined {
  if (one.currency === undefined || other.currency === undefined || one.currency === other.currency) return undefined;
  const day = [...one.days].find((own) => other.days.has(own));
  return day === undefined
    ? undefined
    : `It names no account and is in ${one.currency}; ${other.file}, of ${day} too, names none either and is in ` +
        `${other.currency}. An account has one currency, so they are of two, and this one would take the days of ` +
        'the other away. Say of which account it is: --account NAME. If they are of one, say the right currency ' +
        'with --currency.';
}

/** Why a file is refused beside another; undefined where it is not. */
function clash(one: Told, other: Told): string | undefined {
  if (one.platform !== other.platform) return undefined;
  if (one.account === other.account) return knownBy(one.account) === 0 ? twoUnnamed(one, other) : undefined;
  // The platforms give no id twice.
  if (knownBy(one.account) === 2 && knownBy(other.account) === 2) return undefined;
  for (const [id, { name, days }] of one.campaigns) {
    const day = [...days].find((own) => other.campaigns.get(id)?.days.has(own) === true);
    if (day === undefined) continue;
    const what =
      `Its campaign “${name}” (${id}) is of ${named(one.account)}; ${other.file} has it of ` +
      `${named(other.account)}, on ${day} too, so it would count twice.`;
    return knownBy(one.account) > knownBy(other.account)
      ? `${what} Say first of which account the other file is: sillage import ${JSON.stringify(other.file)} ` +
          `--account ${JSON.stringify(one.account)}. Then import this one.`
      : `${what} Say of which account it is: --account ${JSON.stringify(other.account)}.`;
  }
  return undefined;
}

const clashOf = (own: readonly Told[], others: readonly Told[]): string | undefined => {
  for (const one of own)
    for (const other of others) {
      const why = clash(one, other);
      if (why !== undefined) return why;
    }
  return undefined;
};

/** @throws Refused where the lake has its campaigns of the same days under another spelling of their account */
export async function refuseOtherSpelling(lake: Lake, { file, parts, again }: Understood): Promise<void> {
  // What is read anew is being put right: of several files with one spelling each would be kept by the others.
  if (again) return;
  const own = toldBy(file.name, parts);
  if (own.every(({ days }) => days.size === 0)) return;
  for await (const { file: name, parts: before } of allImports(lake)) {
    const why = clashOf(own, toldBy(name, before));
    if (why !== undefined) throw new Refused(why);
  }
}

/** The same of files that are imported together: of two that spell it otherwise the first is taken. */
export function inOneSpelling(looked: readonly Looked[]): Looked[] {
  const taken: Told[] = [];
  return looked.map((one) => {
    if (one.kind !== 'understood' || one.understood.again) return one;
    const own = toldBy(one.name, one.understood.parts);
    const why = clashOf(own, taken);
    if (why !== undefined) return { kind: 'refused', name: one.name, why };
    taken.push(...own);
    return one;
  });
}
