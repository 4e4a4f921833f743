import { Accordion, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { BrokenJson } from './broken-json.ts';
import { SchemaField } from './schema-field.tsx';
import { fieldGroups, type ObjectSchema, type Values } from './schema.ts';
import { validate, type FieldErrors } from './validate.ts';

export interface SchemaFormProps {
  schema: ObjectSchema;
  values: Values;
  onChange: (values: Values) => void;
  /** Secrets that exist already: left empty, they stay. */
  stored?: ReadonlySet<string>;
  /** From the API, by field. */
  errors?: FieldErrors;
  /** Shows what is missing also where nobody has been yet: after a try to go on. */
  showAll?: boolean;
}

/** Settings as their JSON Schema describes them: what is needed first, the rest folded away. Checked as one types. */
export function SchemaForm({
  schema,
  values,
  onChange,
  stored,
  errors = {},
  showAll = false,
}: SchemaFormProps): ReactNode {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const problems = validate(schema, values, stored);
  const { main, more } = fieldGroups(schema);
  const render = (name: string): ReactNode => (
    <SchemaField
      key={name}
      name={name}
      field={schema.properties?.[name] ?? {}}
      value={values[name]}
      required={schema.required?.includes(name) === true}
      stored={stored?.has(name) === true}
      error={errors[name] ?? (touched.has(name) || showAll ? problems[name] : undefined)}
      onBlur={() => {
        setTouched(new Set([...touched, name]));
      }}
      onChange={(value) => {
        onChange({ ...values, [name]: value });
      }}
    />
  );
  const isFaulty = (name: string): boolean =>
    errors[name] !== undefined || (showAll && problems[name] !== undefined) || values[name] instanceof BrokenJson;
  return (
    <Stack>
      {main.map(render)}
      {more.length > 0 && (
        <Accordion variant="contained" {...(more.some(isFaulty) ? { value: 'more' } : {})}>
          <Accordion.Item value="more">
            <Accordion.Control>More settings</Accordion.Control>
            <Accordion.Panel>
              <Stack>{more.map(render)}</Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Stack>
  );
}
