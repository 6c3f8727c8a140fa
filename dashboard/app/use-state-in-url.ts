import { useCallback, useEffect, useState } from 'preact/hooks';
import { readState, writeState, type State } from './state.ts';

/** The state, from the address; a change of it is a new entry of the browser's history. */
export function useStateInUrl(): readonly [State, (change: Partial<State>) => void] {
  const [state, setState] = useState(() => readState(location.search));
  useEffect(() => {
    const back = () => setState(readState(location.search));
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }, []);
  const go = useCallback((change: Partial<State>) => {
    const next = { ...readState(location.search), ...change };
    const address = writeState(next);
    if (address !== location.search) history.pushState(null, '', address === '?' ? location.pathname : address);
    setState(next);
  }, []);
  return [state, go];
}
