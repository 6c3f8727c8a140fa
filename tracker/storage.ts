/**
 * What the tracker remembers in the browser: in localStorage where it may and can, else in memory, for this page alone.
 */
let disk: Storage | null = null;
try {
  Object.keys(localStorage);
  disk = localStorage;
} catch {
  // A browser may forbid it, or have none; then memory must do.
}

const memory: Record<string, string> = {};

/** What the browser's storage answers; undefined where there is none, or it refuses: it may do so at any time. */
function ask<Answer>(question: (disk: Storage) => Answer): Answer | undefined {
  try {
    return disk ? question(disk) : undefined;
  } catch {
    return undefined;
  }
}

export const recall = (key: string) => memory[key] ?? ask((storage) => storage.getItem(key));

/** @param lasts whether it may be kept beyond this page */
export function remember(key: string, text: string, lasts: boolean): void {
  delete memory[key];
  const isKept =
    lasts &&
    ask((storage) => {
      storage.setItem(key, text);
      // Some take everything and keep nothing.
      return storage.getItem(key) === text;
    });
  if (!isKept) memory[key] = text;
}

export function forget(key: string): void {
  delete memory[key];
  try {
    disk?.removeItem(key);
  } catch {
    // What it does not let go of would be sent for ever.
    disk = null;
  }
}

/** Whether the next page will find it. */
export const isLasting = (key: string) => !(key in memory);

export const allKeys = () => [...new Set([...(ask(Object.keys) ?? []), ...Object.keys(memory)])];

/**
 * What this tab alone keeps, and no longer than it is open; nothing where the browser forbids it or has no more room.
 * Null forgets it.
 */
export function tabKeeps(key: string, text?: string | null): string {
  let before = '';
  try {
    before = sessionStorage.getItem(key) ?? '';
    if (text) sessionStorage.setItem(key, text);
    else if (text === null) sessionStorage.removeItem(key);
  } catch {
    // The visit is known from the page on which the choice is made.
  }
  return before;
}
