/** One account that files spell in two ways: their campaigns would count under both. */
import type { Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { allImports } from './land.ts';
import type { Looked } from './looked.ts';
import { Refused } from './refused.ts';
import { figuresOf, platformOf, type ReportPart } from './replaced-reports.ts';
import type { Understood } from './understand.ts';

/** What a file says of one account: the days on which each campaign, by its id, did anything. */
interface Told {
  readonly file: string;
  readonly platform: string;
  readonly account: string;
  readonly campaigns: ReadonlyMap<string, { readonly name: string; readonly days: ReadonlySet<Day> }>;
}

function toldBy(file: string, parts: readonly ReportPart[]): Told[] {
  return parts.flatMap(({ shape, days, restated = [] }) =>
    restated.flatMap(({ account, campaigns }): Told[] => {
      if (account === undefined || days === undefined) return [];
      // A name is no id: two accounts may have campaigns of one name.
      const known = Object.entries(campaigns).filter(([id, { name }]) => id !== name);
      const busy = known.map(([id, { name, spend }]) => {
        const spent = figuresOf(spend, days).filter(([, amount]) => amount !== undefined);
        return [id, { name, days: new Set(spent.map(([day]) => day)) }] as const;
      });
      return [{ file, platform: platformOf(shape), account, campaigns: new Map(busy) }];
    }),
  );
}

/** How well an account is known: by its id, by a name or a number, by nothing. */
const knownBy = (account: string) => (/^\d+$/.test(account) ? 2 : account === 'unnamed' ? 0 : 1);

const named = (account: string) => (account === 'unnamed' ? 'no account' : `the account “${account}”`);

/** Why a file is refused beside another; undefined where it is not. */
function clash(one: Told, other: Told): string | undefined {
  if (one.platform !== other.platform || one.account === other.account) return undefined;
  // The platforms give no id twice.
  if (knownBy(one.account) === 2 && knownBy(other.account) === 2) return undefined;
  for (const [id, { name, days }] of one.campaigns) {
    const day = [...days].find((own) => other.campaigns.get(id)?.days.has(own) === true);
    if (day === undefined) continue;
    const what = `Its campaign “${name}” (${id}) is of ${named(one.account)}; ${other.file} has it of ${named(other.account)}, on ${day} too, so it would count twice.`;
    return knownBy(one.account) > knownBy(other.account)
      ? `${what} Say first of which account the other file is: sillage import ${JSON.stringify(other.file)} --account ${JSON.stringify(one.account)}. Then import this one.`
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
  if (own.every(({ campaigns }) => campaigns.size === 0)) return;
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
