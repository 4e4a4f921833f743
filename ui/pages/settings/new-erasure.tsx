import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { EnterForm } from '../../parts/enter-form.tsx';
import { ExactTags } from '../../parts/exact-tags.tsx';
import { Note } from '../../parts/note.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { PLACES } from './erasures.ts';

/** The API's own bound, of each kind. */
const MAX_IDS = 100;
/** What has to be typed: it cannot be taken back. */
const WORD = 'erase';

interface Subject {
  distinctIds: string[];
  personIds: string[];
}

export function NewErasure(): ReactNode {
  return (
    <DialogButton label="Erase a person" title="Erase a person">
      {() => <NewErasureForm />}
    </DialogButton>
  );
}

/** First who; then what that removes and what it leaves, before anything is done. */
function NewErasureForm(): ReactNode {
  const [subject, setSubject] = useState<Subject>({ distinctIds: [], personIds: [] });
  const [isAsked, setAsked] = useState(false);
  return isAsked ? (
    <Confirmation
      subject={subject}
      onBack={() => {
        setAsked(false);
      }}
    />
  ) : (
    <SubjectFields
      subject={subject}
      onChange={setSubject}
      onNext={() => {
        setAsked(true);
      }}
    />
  );
}

function SubjectFields({
  subject,
  onChange,
  onNext,
}: {
  subject: Subject;
  onChange: (subject: Subject) => void;
  onNext: () => void;
}): ReactNode {
  const [isMissing, setMissing] = useState(false);
  const next = (): void => {
    if (subject.distinctIds.length + subject.personIds.length > 0) {
      onNext();
    } else {
      setMissing(true);
    }
  };
  return (
    <EnterForm onEnter={next}>
      <Stack>
        <ExactTags
          data-autofocus
          maxTags={MAX_IDS}
          label="Distinct ids"
          description="Every one that the person’s events have: ids that belong together are not guessed. Enter after each."
          error={isMissing ? 'Give one id at least, here or below.' : undefined}
          value={subject.distinctIds}
          onChange={(distinctIds) => {
            setMissing(false);
            onChange({ ...subject, distinctIds });
          }}
        />
        <ExactTags
          maxTags={MAX_IDS}
          label="Person ids"
          description="UUIDs. Enter after each."
          value={subject.personIds}
          onChange={(personIds) => {
            setMissing(false);
            onChange({ ...subject, personIds });
          }}
        />
        <Group justify="flex-end">
          <Button type="submit">Next</Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}

function Confirmation({ subject, onBack }: { subject: Subject; onBack: () => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const { erase, busy, error } = useErase(subject);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that led here is gone: who uses the keyboard begins at the text.
    top.current?.focus();
  }, []);
  return (
    <Stack ref={top} tabIndex={-1} style={{ outline: 'none' }}>
      <WhatIsRemoved ids={[...subject.distinctIds, ...subject.personIds]} />
      <WhatStays />
      <EnterForm ready={typed === WORD && !busy} onEnter={erase}>
        <Stack>
          <TextInput
            label={`Type ${WORD} to confirm`}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          {error !== undefined && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onBack}>
              Back
            </Button>
            <Button type="submit" color="red.9" loading={busy} disabled={typed !== WORD}>
              Erase
            </Button>
          </Group>
        </Stack>
      </EnterForm>
    </Stack>
  );
}

/** Asks for it, and goes to its page. */
function useErase({ distinctIds, personIds }: Subject): { erase: () => void; busy: boolean; error: unknown } {
  const api = useApi();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const erase = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const body = { distinct_ids: distinctIds, person_ids: personIds };
      const { id } = await answer(api.POST('/api/v1/erasures', { body }));
      await navigate(`/settings/erasures/${id}`);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return { erase: () => void erase(), busy, error };
}

function WhatIsRemoved({ ids }: { ids: readonly string[] }): ReactNode {
  return (
    <Stack gap="xs">
      <Text size="sm" className="break-anywhere" lineClamp={8}>
        What this team has of {ids.length === 1 ? 'this id' : `these ${String(ids.length)} ids`} is removed, for good:{' '}
        <b>{ids.join(', ')}</b>
      </Text>
      <List size="sm" spacing={4}>
        {Object.values(PLACES).map(({ label, what }) => (
          <List.Item key={label}>
            {label}: {what}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function WhatStays(): ReactNode {
  return (
    <Note tone="warn" title="Copies that stay">
      <List size="sm" spacing={4}>
        <List.Item>What exports and webhooks have brought to their destinations: have it erased there too.</List.Item>
        <List.Item>Files of exports made once, until they expire.</List.Item>
        <List.Item>
          Backups of the databases, settings that name somebody and their history, and events that come afterwards.
        </List.Item>
      </List>
    </Note>
  );
}
