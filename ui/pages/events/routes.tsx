import type { RouteObject } from 'react-router';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';

/** Pages of the section. */
export const eventRoutes: RouteObject[] = [
  {
    path: 'events',
    element: (
      <Page title="Events">
        <EmptyState title="Not here yet" text="Until this page exists, the API and the command line do it." />
      </Page>
    ),
  },
];
