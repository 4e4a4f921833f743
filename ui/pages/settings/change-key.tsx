import { MultiSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { ChangeDialog } from '../../edits/change-dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useApi } from '../../session/session.tsx';
import { SCOPES } from './key-scopes.ts';

/** Its name and what it may do, from the next request on; the key itself stays. */
export function ChangeKey({ apiKey }: { apiKey: Schemas['ApiKey'] }): ReactNode {
  const api = useApi();
  const params = { path: { id: apiKey.id } };
  return (
    <ChangeDialog
      label="Change"
      title={`Change ${apiKey.name}`}
      inRow
      thing={apiKey}
      shownIn={['api-keys']}
      draftOf={({ name, scopes }) => ({ name, scopes })}
      isComplete={({ name, scopes }) => name.trim() !== '' && scopes.length > 0}
      save={(body, headers) => api.PATCH('/api/v1/api-keys/{id}', { params, headers, body })}
    >
      {({ name, scopes }, change) => (
        <>
          <TextField
            label="Name"
            required
            data-autofocus
            value={name}
            onChange={(text) => {
              change({ name: text });
            }}
          />
          <MultiSelect
            label="It may"
            description={`From its next request on, as ${apiKey.role}.`}
            data={SCOPES}
            value={scopes}
            onChange={(wanted) => {
              change({ scopes: wanted });
            }}
          />
        </>
      )}
    </ChangeDialog>
  );
}
