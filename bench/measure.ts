import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One measured stretch of work. */
export interface Measured {
  readonly seconds: number;
  /** Processor time of this process, all threads. */
  readonly cpuSeconds: number;
}

/** Times work in this process. */
export async function timed<T>(work: () => Promise<T>): Promise<Measured & { readonly result: T }> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6, result };
}

/** A line of the report. */
export function line(what: string, value: string, beside = ''): void {
  process.stdout.write(`  ${what.padEnd(54)} ${value.padStart(16)}  ${beside}\n`);
}

export const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds).toLocaleString('en-GB')}/s`;
export const seconds = (value: number) => `${value.toFixed(2)} s`;
export const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

/** The most memory that the process ever had resident, bytes; undefined where the system does not tell. */
function peakOf(pid: number): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

const sillage = fileURLToPath(new URL('../bin/sillage.mjs', import.meta.url));

/** Runs a command line of Sillage as a person would. @throws Error where it fails */
export async function command(
  ...args: readonly string[]
): Promise<{ readonly seconds: number; readonly peak: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [sillage, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString('utf8');
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0) ?? 0);
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`sillage ${args.join(' ')} ended with ${code}:\n${said}`);
  return { seconds: (performance.now() - startedAt) / 1000, peak };
}
