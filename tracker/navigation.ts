import { guarded } from './guard.ts';

/**
 * Tells of pages that are opened without loading: `viewed` when the address changed, once everything that changes it in
 * one go is done and the title has followed; `renamed` where `replaceState` only tidied the query of the same page,
 * such as its UTM parameters.
 */
export function watchNavigation(viewed: () => void, renamed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(
      guarded(() => {
        timer = undefined;
        viewed();
      }),
    );
  };
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  addEventListener('popstate', soon);
  // What the browser itself refuses, such as an address of another site, is thrown to the page as ever.
  history.pushState = (...change) => {
    push(...change);
    soon();
  };
  history.replaceState = (...change) => {
    const { pathname } = location;
    replace(...change);
    if (timer === undefined && pathname === location.pathname) renamed();
    else soon();
  };
}
