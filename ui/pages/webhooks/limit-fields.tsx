import { NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { WebhookFormValues } from './webhook-form.ts';

/** A number that most webhooks leave out. */
type Optional =
  'ratePerSecond' | 'ttlSeconds' | 'connectSeconds' | 'headersSeconds' | 'maxOpenRetries' | 'maxRetryAfterSeconds';

interface Limit {
  field: Optional | 'timeoutSeconds' | 'maxConcurrency';
  label: string;
  description?: string;
  placeholder?: string;
  suffix?: string;
  min: number;
  max?: number;
  whole?: true;
}

const LIMITS: readonly Limit[] = [
  { field: 'timeoutSeconds', label: 'Time for a request', suffix: ' s', min: 1, max: 30 },
  {
    field: 'connectSeconds',
    label: 'Of it, for the connection',
    description: 'With TLS, once the address is known.',
    placeholder: '5 s',
    suffix: ' s',
    min: 0.1,
    max: 30,
  },
  {
    field: 'headersSeconds',
    label: 'Of it, until the answer begins',
    description: 'From when the request is sent.',
    placeholder: 'What is left',
    suffix: ' s',
    min: 0.1,
    max: 30,
  },
  { field: 'maxConcurrency', label: 'Requests at once', min: 1, max: 100, whole: true },
  { field: 'ratePerSecond', label: 'Requests per second', placeholder: 'No limit', min: 0 },
  {
    field: 'ttlSeconds',
    label: 'Not sent any more after',
    description: 'From when an event was captured; a replay sends it all the same.',
    placeholder: 'Until its retries end',
    suffix: ' s',
    min: 10,
    max: 2_592_000,
    whole: true,
  },
  {
    field: 'maxRetryAfterSeconds',
    label: 'Longest wait that the endpoint may ask for',
    description: 'By the header Retry-After of its answers.',
    placeholder: 'A day',
    suffix: ' s',
    min: 1,
    max: 86_400,
    whole: true,
  },
  {
    field: 'maxOpenRetries',
    label: 'Retries with a workflow of their own',
    description: 'What fails beyond them is parked, and sent again when its time has come.',
    placeholder: '1000',
    min: 0,
    max: 100_000,
    whole: true,
  },
];

/** Where the API finds a fault with one of them, the fold that they are in is opened. */
export const LIMIT_FIELDS: readonly (keyof WebhookFormValues)[] = [...LIMITS.map(({ field }) => field), 'retryDelays'];

interface LimitFieldsProps {
  values: WebhookFormValues;
  errors: Partial<Record<string, string>>;
  onChange: (changes: Partial<WebhookFormValues>) => void;
}

export function LimitFields({ values, errors, onChange }: LimitFieldsProps): ReactNode {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {LIMITS.map(({ field, whole, ...limit }) => (
        <NumberInput
          key={field}
          {...limit}
          allowDecimal={whole !== true}
          value={values[field] ?? ''}
          error={errors[field]}
          onChange={(value) => {
            onChange(changeOf(field, value));
          }}
        />
      ))}
      <TextInput
        label="Delays before each retry"
        description="As 5s 5m 2h 1d, up to thirty, or none; after the last an event is given up."
        placeholder="Nine retries over 75 hours"
        value={values.retryDelays}
        error={errors['retryDelays']}
        onChange={({ currentTarget: { value } }) => {
          onChange({ retryDelays: value });
        }}
      />
    </SimpleGrid>
  );
}

function changeOf(field: Limit['field'], value: number | string): Partial<WebhookFormValues> {
  if (field === 'timeoutSeconds' || field === 'maxConcurrency') {
    const change: Partial<Record<typeof field, number>> = { [field]: Number(value) };
    return change;
  }
  const change: Partial<Record<Optional, number | undefined>> = {
    [field]: typeof value === 'number' ? value : undefined,
  };
  return change;
}
