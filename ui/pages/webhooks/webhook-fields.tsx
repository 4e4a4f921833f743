import { Accordion, Select, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { gapsIn, readFilters, refusedPlaces } from '../../filters/conditions.ts';
import { FilterBuilder } from '../../filters/filter-builder.tsx';
import { JsonInput } from '../../form/json-input.tsx';
import { PairsInput } from '../../form/pairs-input.tsx';
import { SchemaForm } from '../../form/schema-form.tsx';
import { serverErrors } from '../../form/validate.ts';
import { EventNames } from '../../parts/event-names.tsx';
import { ExactTags } from '../../parts/exact-tags.tsx';
import { LIMIT_FIELDS, LimitFields } from './limit-fields.tsx';
import { MaskFields } from './mask-fields.tsx';
import type { WebhookKind } from './kinds.ts';
import type { WebhookFormValues } from './webhook-form.ts';

export interface WebhookFieldsProps {
  values: WebhookFormValues;
  errors: Partial<Record<string, string>>;
  onChange: (changes: Partial<WebhookFormValues>) => void;
  kind: WebhookKind;
  /** What the API says of inputs. */
  refused?: readonly { field: string; message: string }[];
  /** Inputs that have a secret already. */
  stored?: ReadonlySet<string>;
  /** After a try to go on. */
  showAll?: boolean;
  /** Headers exist already; they are not shown. */
  headersStored?: boolean;
}

/** Settings of a webhook; what few need is folded away. */
export function WebhookFields(props: WebhookFieldsProps): ReactNode {
  const { values, errors, onChange } = props;
  return (
    <Stack>
      <TextInput
        label="Name"
        description="Shown in lists and in Temporal."
        required
        value={values.name}
        error={errors['name']}
        onChange={({ currentTarget: { value } }) => {
          onChange({ name: value });
        }}
      />
      {values.inputs === undefined ? <AddressField {...props} /> : <InputFields {...props} />}
      <EventNames
        label="Events"
        description="Names of events, each ended with Enter. Empty: all events."
        placeholder={values.events.length === 0 ? 'All events' : ''}
        value={values.events}
        error={errors['events']}
        onChange={(events) => {
          onChange({ events });
        }}
      />
      <MoreFields {...props} />
    </Stack>
  );
}

function AddressField({ values, errors, onChange }: WebhookFieldsProps): ReactNode {
  return (
    <TextInput
      label="Address"
      description="Receives a request per event."
      placeholder="https://example.com/hooks"
      type="url"
      required
      value={values.url}
      error={errors['url']}
      onChange={({ currentTarget: { value } }) => {
        onChange({ url: value });
      }}
    />
  );
}

/** What the vendor wants to know. */
function InputFields({ values, kind, refused = [], stored, showAll, onChange }: WebhookFieldsProps): ReactNode {
  return (
    <SchemaForm
      schema={kind.inputs_schema}
      values={values.inputs ?? {}}
      errors={serverErrors(refused, 'inputs.')}
      {...(stored === undefined ? {} : { stored })}
      {...(showAll === undefined ? {} : { showAll })}
      onChange={(inputs) => {
        onChange({ inputs });
      }}
    />
  );
}

const FOLDED: Readonly<Record<string, readonly (keyof WebhookFormValues)[]>> = {
  Filter: ['excludeEvents', 'properties', 'mask'],
  Request: ['method', 'headers', 'payload'],
  Limits: LIMIT_FIELDS,
};

function MoreFields(props: WebhookFieldsProps): ReactNode {
  const { values, errors } = props;
  const [opened, setOpened] = useState(() => (hasFilter(values) ? ['Filter'] : []));
  // What is wrong must be seen.
  const faulty = Object.keys(FOLDED).filter((title) => FOLDED[title]?.some((field) => errors[field] !== undefined));
  return (
    <Accordion
      variant="contained"
      multiple
      // One that moves keeps the height it had where motion is reduced, and cuts off the rows that are added.
      transitionDuration={0}
      value={[...new Set([...opened, ...faulty])]}
      onChange={setOpened}
    >
      <Folded title="Filter">
        <FilterFields {...props} />
      </Folded>
      {values.inputs === undefined && (
        <Folded title="Request">
          <RequestFields {...props} />
        </Folded>
      )}
      <Folded title="Limits">
        <LimitFields {...props} />
      </Folded>
    </Accordion>
  );
}

function hasFilter({ excludeEvents, properties, mask }: WebhookFormValues): boolean {
  return excludeEvents.length > 0 || properties !== undefined || mask !== undefined;
}

function Folded({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Accordion.Item value={title}>
      <Accordion.Control>{title}</Accordion.Control>
      <Accordion.Panel>{children}</Accordion.Panel>
    </Accordion.Item>
  );
}

function FilterFields({ values, errors, refused = [], onChange }: WebhookFieldsProps): ReactNode {
  const gaps = errors['properties'] === undefined ? {} : gapsIn(readFilters(values.properties) ?? []);
  return (
    <Stack>
      <ExactTags
        label="Never these events"
        value={values.excludeEvents}
        error={errors['excludeEvents']}
        onChange={(excludeEvents) => {
          onChange({ excludeEvents });
        }}
      />
      <FilterBuilder
        label="Conditions on properties"
        value={values.properties}
        error={errors['properties']}
        errors={{ ...refusedPlaces(refused, 'properties.'), ...gaps }}
        onChange={(properties) => {
          onChange({ properties });
        }}
      />
      <MaskFields
        value={values.mask}
        error={errors['mask']}
        onChange={(mask) => {
          onChange({ mask });
        }}
      />
    </Stack>
  );
}

function RequestFields({ values, errors, onChange, headersStored = false }: WebhookFieldsProps): ReactNode {
  return (
    <Stack>
      <Select
        label="Method"
        allowDeselect={false}
        data={['POST', 'PUT', 'PATCH']}
        value={values.method}
        onChange={(method) => {
          onChange({ method: method ?? 'POST' });
        }}
      />
      <PairsInput
        label="Headers"
        description={`Stored encrypted, never shown again.${headersStored ? ' There are some: what you add here replaces them.' : ''}`}
        value={values.headers}
        error={errors['headers']}
        onChange={(headers) => {
          onChange({ headers });
        }}
      />
      <JsonInput
        label="Body"
        description='Empty: the event as Standard Webhooks recommends. Otherwise {"content_type": …, "template": …}: docs/templates.md.'
        value={values.payload}
        error={errors['payload']}
        onChange={(payload) => {
          onChange({ payload });
        }}
      />
    </Stack>
  );
}
