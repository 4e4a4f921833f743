import type { ReactNode } from 'react';
import type { RouteObject } from 'react-router';
import { EditorsOnly } from '../../session/editors-only.tsx';
import { DeliveriesTab } from './deliveries-tab.tsx';
import { DeliveryPage } from './delivery-page.tsx';
import { HealthTab } from './health-tab.tsx';
import { NewWebhookPage } from './new-webhook-page.tsx';
import { ReplaysTab } from './replays-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { WebhookCataloguePage } from './webhook-catalogue-page.tsx';
import { WebhookPage, WEBHOOKS_ABOVE } from './webhook-page.tsx';
import { WebhooksPage } from './webhooks-page.tsx';

/** Pages of the section. */
export const webhookRoutes: RouteObject[] = [
  { path: 'webhooks', element: <WebhooksPage /> },
  { path: 'webhooks/new', element: forEditors(<WebhookCataloguePage />) },
  { path: 'webhooks/new/:kind', element: forEditors(<NewWebhookPage />) },
  { path: 'webhooks/:id/events/:uuid', element: <DeliveryPage /> },
  {
    path: 'webhooks/:id',
    element: <WebhookPage />,
    children: [
      { index: true, element: <HealthTab /> },
      { path: 'deliveries', element: <DeliveriesTab /> },
      { path: 'replays', element: <ReplaysTab /> },
      { path: 'settings', element: <SettingsTab /> },
    ],
  },
];

function forEditors(page: ReactNode): ReactNode {
  return (
    <EditorsOnly title="New webhook" above={WEBHOOKS_ABOVE}>
      {page}
    </EditorsOnly>
  );
}
