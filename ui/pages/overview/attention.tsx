import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { toneOf } from '../../parts/statuses.ts';
import { HEALTH_MEANS } from '../webhooks/health-means.ts';
import { useWebhookState, type Webhook } from '../webhooks/queries.ts';

/** What somebody has to look at, with what to do; nothing when all is well. */
export function Attention({
  webhooks,
  exports,
}: {
  webhooks: readonly Webhook[];
  exports: readonly Schemas['Export'][];
}): ReactNode {
  return (
    <Stack gap="sm" aria-label="Needs attention" role="region">
      {webhooks.map((webhook) => (
        <WebhookTrouble key={webhook.id} webhook={webhook} />
      ))}
      {exports.map((batch) => (
        <ExportTrouble key={batch.id} batch={batch} />
      ))}
    </Stack>
  );
}

function WebhookTrouble({ webhook: { id, name, status } }: { webhook: Webhook }): ReactNode {
  const state = useWebhookState(id);
  const health = state.data?.health ?? 'healthy';
  const meaning = HEALTH_MEANS[health];
  if (health === 'healthy' || status === 'paused' || meaning === undefined) {
    return null;
  }
  return (
    <Note tone={toneOf(health)} title={`${name}: ${meaning.title}`}>
      <Text size="sm">{meaning.text}</Text>
      <Open to={`/webhooks/${id}`} name={name} />
    </Note>
  );
}

/** Sluice has paused it, because its runs kept failing. */
function ExportTrouble({ batch: { id, name, pause_reason: reason } }: { batch: Schemas['Export'] }): ReactNode {
  return reason === null ? null : (
    <Note tone="bad" title={`${name} is paused: ${reason.message}`}>
      {reason.remedy !== null && <Text size="sm">{reason.remedy}</Text>}
      <Open to={`/exports/${id}`} name={name} />
    </Note>
  );
}

function Open({ to, name }: { to: string; name: string }): ReactNode {
  return (
    <Anchor component={Link} to={to} size="sm" c="inherit" td="underline">
      Look at {name}
    </Anchor>
  );
}
