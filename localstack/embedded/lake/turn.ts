const last = new Map<string, Promise<unknown>>();

/** Lets the writers of one path within this process go one after the other. */
export async function inTurn<T>(path: string, action: () => Promise<T>): Promise<T> {
  const turn = (last.get(path) ?? Promise.resolve()).then(action, action);
  last.set(path, turn);
  try {
    return await turn;
  } finally {
    // The last one out forgets the path, so that the map does not grow with the lake.
    if (last.get(path) === turn) last.delete(path);
  }
}
