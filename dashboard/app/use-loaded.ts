import { useEffect, useState } from 'preact/hooks';
import { DataProblem } from '../data/problem.ts';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly problem: DataProblem };

const asProblem = (error: unknown) =>
  error instanceof DataProblem ? error : new DataProblem('damaged', String(error));

/**
 * What a promise becomes. While the next one is awaited the last value stays, so that nothing flickers.
 * @param key tells one thing that is awaited from another: the work is done again when it changes
 */
export function useLoaded<T>(key: string, work: () => Promise<T>): Loaded<T> & { readonly isFresh: boolean } {
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly key: string }>({ state: 'loading', key });
  useEffect(() => {
    let isWanted = true;
    work().then(
      (value) => isWanted && setLoaded({ state: 'ready', value, key }),
      (error: unknown) => isWanted && setLoaded({ state: 'failed', problem: asProblem(error), key }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return { ...loaded, isFresh: loaded.key === key };
}
