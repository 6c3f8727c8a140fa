import { useCallback, useEffect, useState } from 'preact/hooks';
import { readState, writeState, wrongIn, type State } from './state.ts';

export interface StateInUrl {
  readonly state: State;
  /** What the address asked for that is not shown. It is no longer there. */
  readonly wrong: readonly string[];
  readonly go: (change: Partial<State>) => void;
  /** Changes what is not there, of which a link must not be passed on. */
  readonly mend: (change: Partial<State>) => void;
}

/** The state, from the address; a change of it is a new entry of the browser's history. */
export function useStateInUrl(): StateInUrl {
  const read = () => ({ state: readState(location.search), asked: location.search });
  const [{ state, asked }, set] = useState(read);
  const change = useCallback((by: Partial<State>, isAsked: boolean) => {
    const next = { ...readState(location.search), ...by };
    const address = writeState(next);
    if (address !== location.search)
      history[isAsked ? 'pushState' : 'replaceState'](null, '', address === '?' ? location.pathname : address);
    set((before) => ({ state: next, asked: isAsked ? '' : before.asked }));
  }, []);
  const go = useCallback((by: Partial<State>) => change(by, true), []);
  const mend = useCallback((by: Partial<State>) => change(by, false), []);
  const wrong = wrongIn(asked, writeState(state));
  useEffect(() => {
    const back = () => set(read());
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }, []);
  useEffect(() => {
    if (wrong.length > 0) mend({});
  }, [asked]);
  return { state, wrong, go, mend };
}
