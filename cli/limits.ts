import { totalmem } from 'node:os';
import { LimitReached } from '../lambdas/shared/ports/warehouse.ts';
import { UsageError } from './context.ts';

const mb = 1_000_000;

/** The memory of this machine, or what a container may take of it, in MB. */
const machineMb = () => Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / mb);

/** The engine does not start with less, MB. */
const leastMb = 64;

/**
 * How long a query may take where nobody says otherwise, s: a report takes seconds, a join that forgot its condition
 * takes days.
 */
export const defaultSeconds = 600;

/**
 * What a query may take where nobody says otherwise, MB: half of the memory, since the answer and other programs need
 * some too.
 */
export const defaultMemoryMb = (): number => Math.max(leastMb, Math.floor(machineMb() / 2));

/** `--timeout`. @throws UsageError */
export function secondsArgument(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0) || !Number.isFinite(seconds))
    throw new UsageError(`--timeout ${text} is no number of seconds: give one from 1, as --timeout 60.`);
  return seconds;
}

/** `--memory`, in MB. @throws UsageError */
export function memoryArgument(text: string): number {
  const { amount, unit } = /^(?<amount>\d+(?:\.\d+)?) *(?<unit>MB|GB)$/i.exec(text.trim())?.groups ?? {};
  const megabytes = Math.floor(Number(amount) * (unit?.toUpperCase() === 'GB' ? 1000 : 1));
  if (amount === undefined) throw new UsageError(`--memory ${text} is no size: write it as 500MB or 4GB.`);
  if (megabytes < leastMb)
    throw new UsageError(`--memory ${text} is too little for the engine: give at least ${leastMb}MB.`);
  if (megabytes > machineMb())
    throw new UsageError(
      `--memory ${text} is more than this machine has: it has ${machineMb()}MB, and ${defaultMemoryMb()}MB is ` +
        'what a query gets without --memory.',
    );
  return megabytes;
}

/** A limit that was reached, and what can be done. */
export function limitInWords({ message, limit }: LimitReached): string {
  const more = { time: ', or give it more with --timeout', memory: ', or give it more with --memory', service: '' }[
    limit
  ];
  return `${message} Ask for less (fewer days, sums in place of rows, a join with a condition)${more}.`;
}

/** How often the memory of the process is looked at, ms. */
const lookMs = 100;

/** What the process itself needs beside its engine, MB. */
const beside = 500;

/**
 * Looks at the memory of the whole process while the engine works: what an engine takes for a single huge value it does
 * not count itself. Well beyond the limit the query is ended; beyond twice that nothing but the end of the process
 * gives the memory back.
 * @returns what ends the looking
 */
export function watchMemory(
  limitMb: number,
  { onBeyond, onFarBeyond }: { readonly onBeyond: (reason: LimitReached) => void; readonly onFarBeyond: () => void },
): () => void {
  const beyond = limitMb * 1.25 + beside;
  const looking = setInterval(() => {
    const takes = process.memoryUsage.rss() / mb;
    if (takes > beyond)
      onBeyond(
        new LimitReached(
          'memory',
          `The query was ended: it made the process take ${Math.round(takes)} MB, and its limit is ${limitMb} MB.`,
        ),
      );
    if (takes > 2 * beyond || takes > machineMb() * 0.9) onFarBeyond();
  }, lookMs);
  looking.unref();
  return () => clearInterval(looking);
}
