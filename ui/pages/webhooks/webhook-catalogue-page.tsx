import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Catalogue } from '../../parts/catalogue.tsx';
import { Page } from '../../parts/page.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { KindIcon } from './kind-icon.tsx';
import { useWebhookKinds } from './kinds.ts';
import { WEBHOOKS_ABOVE } from './webhook-page.tsx';

/** Where events can go. */
export function WebhookCataloguePage(): ReactNode {
  const kinds = useWebhookKinds();
  return (
    <Page title="New webhook" subtitle="Where should events go?" above={WEBHOOKS_ABOVE}>
      {kinds.error && <ProblemAlert error={kinds.error} />}
      {kinds.isPending && <Loader aria-label="Loading" />}
      {kinds.data && (
        <Catalogue
          label="kinds of webhooks"
          items={kinds.data.map(({ kind, title, summary }) => ({
            ...{ id: kind, title, summary },
            to: `/webhooks/new/${kind}`,
            icon: <KindIcon kind={kind} />,
          }))}
        />
      )}
    </Page>
  );
}
