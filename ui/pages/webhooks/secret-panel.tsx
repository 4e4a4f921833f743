import { Button, Group, List, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type ApiClient } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';

const reveal = (api: ApiClient, id: string) =>
  answer(api.POST('/api/v1/webhooks/{id}/secret', { params: { path: { id } } }));
type Revealed = Awaited<ReturnType<typeof reveal>>;

/** The signing secret: for owners, and only when they ask. */
export function SecretPanel({ webhookId }: { webhookId: string }): ReactNode {
  const api = useApi();
  const [rotating, rotation] = useDisclosure();
  const [secret, setSecret] = useState<Revealed>();
  const show = useMutation({ mutationFn: () => reveal(api, webhookId), onSuccess: setSecret });
  if (!useCan('admin')) {
    return null;
  }
  return (
    <SectionCard title="Signing secret">
      {secret ? (
        <SecretView secret={secret} />
      ) : (
        <Text size="sm" c="dimmed">
          Every request is signed with it. Receivers verify the signature with any Standard Webhooks library.
        </Text>
      )}
      {show.error && <ProblemAlert error={show.error} />}
      <Group>
        {!secret && (
          <Button
            variant="default"
            loading={show.isPending}
            onClick={() => {
              show.mutate();
            }}
          >
            Reveal
          </Button>
        )}
        <Button variant="default" onClick={rotation.open}>
          Rotate…
        </Button>
      </Group>
      <Rotation webhookId={webhookId} opened={rotating} onClose={rotation.close} onRotated={setSecret} />
    </SectionCard>
  );
}

function SecretView({ secret: { secret, public_key: publicKey, previous } }: { secret: Revealed }): ReactNode {
  return (
    <Stack gap="xs">
      <Copyable text={secret} label="Copy the secret" />
      {publicKey !== null && (
        <Text size="sm" component="div">
          Receivers verify with the public key: <Copyable text={publicKey} label="Copy the public key" />
        </Text>
      )}
      {previous.length > 0 && (
        <List size="sm">
          {previous.map(({ valid_until: until }) => (
            <List.Item key={until}>
              An older secret signs too until <Time at={until} exact />.
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function Rotation({
  webhookId,
  opened,
  onClose,
  onRotated,
}: {
  webhookId: string;
  opened: boolean;
  onClose: () => void;
  onRotated: (secret: Revealed) => void;
}): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [kind, setKind] = useState<'symmetric' | 'asymmetric'>('symmetric');
  const [hours, setHours] = useState(24);
  const rotate = async (): Promise<void> => {
    const params = { path: { id: webhookId } };
    const body = { kind, overlap_hours: hours };
    onRotated(await answer(api.POST('/api/v1/webhooks/{id}/secret/rotate', { params, body })));
    void queries.invalidateQueries({ queryKey: webhookKey(webhookId) });
  };
  return (
    <Confirm opened={opened} onClose={onClose} title="Rotate the signing secret" action="Rotate" onConfirm={rotate}>
      <Select
        data-autofocus
        label="Kind"
        allowDeselect={false}
        data={[
          { value: 'symmetric', label: 'Shared secret (v1, HMAC-SHA256)' },
          { value: 'asymmetric', label: 'Key pair (v1a, ed25519)' },
        ]}
        value={kind}
        onChange={(value) => {
          setKind(value === 'asymmetric' ? 'asymmetric' : 'symmetric');
        }}
      />
      <NumberInput
        label="The old one signs too for"
        description="Hours in which the receiver can change over. 0 when it has leaked."
        suffix=" h"
        min={0}
        max={168}
        value={hours}
        onChange={(value) => {
          setHours(Number(value));
        }}
      />
    </Confirm>
  );
}
