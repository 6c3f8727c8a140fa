/** What the tracker remembers in the browser: in localStorage where it may and can, else in memory, for this page alone. */
let disk: Storage | null = null;
try {
  disk = localStorage;
} catch {
  // A browser may forbid it; then memory must do.
}

const memory: Record<string, string> = {};

export const recall = (key: string) => memory[key] ?? disk?.getItem(key);

/** @param lasts whether it may be kept beyond this page */
export function remember(key: string, text: string, lasts: boolean): void {
  if (lasts && disk) {
    try {
      disk.setItem(key, text);
      return;
    } catch {
      // It is full.
    }
  }
  memory[key] = text;
}

export function forget(key: string): void {
  delete memory[key];
  disk?.removeItem(key);
}

/** Whether the next page will find it. */
export const isLasting = (key: string) => !(key in memory);

export const allKeys = () => [...Object.keys(disk ?? {}), ...Object.keys(memory)];
