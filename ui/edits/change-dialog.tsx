import type { QueryKey } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { DialogButton } from '../parts/dialog-button.tsx';
import { SubmitForm } from '../parts/submit-form.tsx';
import { ChangedElsewhere } from './changed-elsewhere.tsx';
import { useGuardedSave } from './use-guarded-save.ts';
import { useSeen, type Seen, type Versioned } from './use-seen.ts';

const ACTION = 'Save';

interface FormProps<Thing extends Versioned, Draft extends object> {
  /** As it is stored, as far as is known. */
  thing: Thing;
  /** What of it is changed here. */
  draftOf: (thing: Thing) => Draft;
  /** Whether a draft may be sent; absent: always. */
  isComplete?: (draft: Draft) => boolean;
  save: (draft: Draft, ifMatch: Seen<Thing>['ifMatch']) => Promise<unknown>;
  /** The query that shows it. */
  shownIn: QueryKey;
  /** The fields. */
  children: (draft: Draft, change: (part: Partial<Draft>) => void) => ReactNode;
}

interface Props<Thing extends Versioned, Draft extends object> extends FormProps<Thing, Draft> {
  label: string;
  title: string;
  /** One of each row of a table. */
  inRow?: boolean;
}

/** A button that opens a form over something stored. It is saved as it was seen, and closed when it is. */
export function ChangeDialog<Thing extends Versioned, Draft extends object>({
  label,
  title,
  inRow = false,
  ...form
}: Props<Thing, Draft>): ReactNode {
  return (
    <DialogButton label={label} title={title} inRow={inRow}>
      {(close) => <ChangeForm {...form} onDone={close} />}
    </DialogButton>
  );
}

type Closing<Form> = Form & { onDone: () => void };

function ChangeForm<Thing extends Versioned, Draft extends object>(form: Closing<FormProps<Thing, Draft>>): ReactNode {
  const seen = useSeen(form.thing);
  return <Fields key={seen.thing.version} seen={seen} {...form} />;
}

function Fields<Thing extends Versioned, Draft extends object>({
  seen,
  thing,
  draftOf,
  isComplete = () => true,
  save,
  shownIn,
  children,
  onDone,
}: Closing<FormProps<Thing, Draft>> & { seen: Seen<Thing> }): ReactNode {
  const guarded = useGuardedSave(shownIn);
  const [draft, setDraft] = useState(() => draftOf(seen.thing));
  const submit = async (): Promise<void> => {
    if (await guarded(() => save(draft, seen.ifMatch))) {
      onDone();
    }
  };
  return (
    <SubmitForm action={ACTION} disabled={!isComplete(draft)} onSubmit={submit}>
      {children(draft, (part) => {
        setDraft({ ...draft, ...part });
      })}
      <ChangedElsewhere seen={seen} current={thing} action={ACTION} />
    </SubmitForm>
  );
}
