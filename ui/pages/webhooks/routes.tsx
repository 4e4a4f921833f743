import type { RouteObject } from 'react-router';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';

/** Pages of the section. */
export const webhookRoutes: RouteObject[] = [
  {
    path: 'webhooks',
    element: (
      <Page title="Webhooks">
        <EmptyState title="Not here yet" text="" />
      </Page>
    ),
  },
];
