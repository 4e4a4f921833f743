import { Button, Group, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../../../api-client/index.ts';
import { SchemaForm } from '../../../form/schema-form.tsx';
import { serverErrors } from '../../../form/validate.ts';
import { EnterForm } from '../../../parts/enter-form.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import type { DestinationKind } from '../data.ts';
import { ConnectionSteps } from './connection-steps.tsx';
import { useNewDestination } from './use-new-destination.ts';

interface Props {
  kind: DestinationKind;
  /** What its button says. */
  action: string;
  onCreated: (id: string) => void;
}

/** The kind's own form. The connection is checked before the destination is stored, also by Enter. */
export function NewDestination({ kind, action, onCreated }: Props): ReactNode {
  const entered = useNewDestination(kind, onCreated);
  const { error, check, busy } = entered;
  return (
    <EnterForm ready={!busy} onEnter={entered.checkAndCreate}>
      <Stack>
        <TextInput
          label="Name"
          required
          value={entered.name}
          onChange={(event) => {
            entered.setName(event.currentTarget.value);
          }}
        />
        <SchemaForm
          schema={kind.config_schema}
          values={entered.values}
          showAll={entered.tried}
          errors={error instanceof ApiProblem ? serverErrors(error.fields, 'config.') : {}}
          onChange={entered.setValues}
        />
        {check !== undefined && <ConnectionSteps check={check} />}
        {error !== undefined && <ProblemAlert error={error} />}
        <Group>
          <Button variant="default" loading={busy} onClick={entered.runCheck}>
            Check the connection
          </Button>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
          {check?.ok === false && (
            <Button variant="subtle" loading={busy} onClick={entered.create}>
              Go on although it fails
            </Button>
          )}
        </Group>
      </Stack>
    </EnterForm>
  );
}
