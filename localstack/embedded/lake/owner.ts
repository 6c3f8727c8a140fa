import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './errors.ts';

/**
 * Which process wrote a lock or a temporary file, in a form that fits into a file name: `<pid>-<start>-<machine>`.
 * The pid alone would not do: pids are used again, so a dead process would look alive.
 */
const ownerPattern = /^(?<pid>\d+)-(?<start>[0-9a-f]{8})-(?<machine>[0-9a-f]{8})$/u;

const brief = (text: string | NodeJS.ArrayBufferView) => hash('md5', text).slice(0, 8);
const machine = brief(hostname());

/** A text that no other process of the same pid shares; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
      return brief(execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env, stdio: 'pipe' }));
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name comes second and may hold anything, so the fields are counted from its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Ticks count from the boot, so the boot is part of the name.
    const boot = String(readFileSync('/proc/sys/kernel/random/boot_id'));
    // A zombie still answers to its pid, yet writes no more.
    return fields[0] === 'Z' ? '' : brief(`${boot}${fields[19]}`);
  } catch {
    return undefined;
  }
}

/** This process. */
export const thisOwner = `${process.pid}-${startOf(process.pid) ?? brief('unknown')}-${machine}`;

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to someone else.
    return codeOf(error) === 'EPERM';
  }
}

/** Whether an owner is known to run no more. One on another machine (or in another container) is never known to. */
export function isGone(owner: string): boolean {
  const parts = ownerPattern.exec(owner)?.groups;
  if (parts === undefined || parts['machine'] !== machine) return false;
  const pid = Number(parts['pid']);
  if (!answers(pid)) return true;
  const start = startOf(pid);
  return start !== undefined && start !== parts['start'];
}
