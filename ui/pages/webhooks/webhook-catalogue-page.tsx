import { IconWebhook } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Catalogue } from '../../parts/catalogue.tsx';
import { Page } from '../../parts/page.tsx';
import { useWebhookKinds } from './kinds.ts';
import { WEBHOOKS_ABOVE } from './webhook-page.tsx';

/** Where events can go. */
export function WebhookCataloguePage(): ReactNode {
  const kinds = useWebhookKinds();
  return (
    <Page title="New webhook" subtitle="Where should events go?" above={WEBHOOKS_ABOVE}>
      <Catalogue
        label="kinds of webhooks"
        items={kinds.map(({ kind, title, summary }) => ({
          ...{ id: kind, title, summary },
          to: `/webhooks/new/${kind}`,
          icon: <IconWebhook size={20} stroke={1.6} />,
        }))}
      />
    </Page>
  );
}
