import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';

/** On the page of a masked event: leads to the one that was sent in its place. */
export function MaskedBy({ uuid }: { uuid: string | null }): ReactNode {
  const { id = '' } = useParams();
  return uuid === null ? null : (
    <Anchor component={Link} to={`/webhooks/${id}/events/${uuid}`} size="sm">
      The event that was sent
    </Anchor>
  );
}
