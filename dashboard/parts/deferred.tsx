import type { ComponentType } from 'preact';
import { useLoaded } from '../app/use-loaded.ts';
import { Problem } from '../app/problem-page.tsx';
import { Skeleton } from '../app/skeleton.tsx';
import type { ViewProps } from '../app/view.ts';
import { DataProblem } from '../data/problem.ts';

/**
 * A view whose code comes when it is first looked at: who reads marketing figures does not wait for the editor of
 * queries.
 * @param load such as `async () => (await import('./sql.tsx')).Sql`
 */
export function deferred(load: () => Promise<ComponentType<ViewProps>>): ComponentType<ViewProps> {
  return function Deferred(props: ViewProps) {
    const { texts } = props.page;
    const loaded = useLoaded('code', async () => ({
      Component: await load().catch((error: unknown) => {
        // Another release has taken its place.
        throw new DataProblem('version', String(error));
      }),
    }));
    if (loaded.state === 'failed')
      return <Problem problem={loaded.problem} texts={texts} again={() => location.reload()} />;
    if (loaded.state === 'loading') return <Skeleton label={texts.loading} />;
    const { Component } = loaded.value;
    return <Component {...props} />;
  };
}
