import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, type Schemas } from '../../../../api-client/index.ts';
import { filledValues, initialValues, type ObjectSchema, type Values } from '../../../form/schema.ts';
import { validate } from '../../../form/validate.ts';
import { useApi } from '../../../session/session.tsx';
import type { DestinationKind } from '../data.ts';

type Check = Schemas['ConnectionCheck'];

export interface NewDestinationState {
  name: string;
  setName: (name: string) => void;
  values: Values;
  setValues: (values: Values) => void;
  /** A try to go on was made: everything that is missing is shown. */
  tried: boolean;
  busy: boolean;
  error: unknown;
  /** Of the values as they are; undefined: they have not been checked. */
  check: Check | undefined;
  runCheck: () => void;
  /** Stores it once a check has passed. */
  checkAndCreate: () => void;
  create: () => void;
}

/** A destination that is being entered. `onCreated` gets its id. */
export function useNewDestination(kind: DestinationKind, onCreated: (id: string) => void): NewDestinationState {
  const api = useApi();
  const queries = useQueryClient();
  const schema = kind.config_schema as ObjectSchema;
  const [name, setName] = useState(kind.title);
  const [values, setValues] = useState<Values>(() => initialValues(schema));
  const [tried, setTried] = useState(false);
  const [check, setCheck] = useState<Check>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const body = { kind: kind.kind, config: filledValues(values) };
  const checkNow = async (): Promise<Check> => {
    const found = await answer(api.POST('/api/v1/destinations/check', { body }));
    setCheck(found);
    return found;
  };
  const createNow = async (): Promise<void> => {
    const created = await answer(api.POST('/api/v1/destinations', { body: { ...body, name } }));
    await queries.invalidateQueries({ queryKey: ['destinations'] });
    onCreated(created.id);
  };
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setTried(true);
    setError(undefined);
    if (Object.keys(validate(schema, values)).length > 0) {
      return;
    }
    setBusy(true);
    await work().catch(setError);
    setBusy(false);
  };
  return {
    ...{ name, setName, values, tried, busy, error, check },
    setValues: (next) => {
      setValues(next);
      setCheck(undefined);
    },
    runCheck: () => void attempt(checkNow),
    checkAndCreate: () =>
      void attempt(async () => {
        if (check?.ok === true || (await checkNow()).ok) {
          await createNow();
        }
      }),
    create: () => void attempt(createNow),
  };
}
