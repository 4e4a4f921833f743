import { NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ExactTags } from '../parts/exact-tags.tsx';
import { words } from '../parts/format.ts';
import { JsonInput } from './json-input.tsx';
import { PairsInput } from './pairs-input.tsx';
import { fieldKind, type FieldKind, type FieldSchema } from './schema.ts';

export interface SchemaFieldProps {
  name: string;
  field: FieldSchema;
  value: unknown;
  required: boolean;
  stored: boolean;
  error: string | undefined;
  onChange: (value: unknown) => void;
  onBlur: () => void;
}

const STORED = 'Stored. Leave it empty to keep it.';

type Control = (props: SchemaFieldProps) => ReactNode;

/** What every control shows. */
function common({ name, field, required, stored, error, onBlur }: SchemaFieldProps) {
  return {
    label: field.title ?? words(name),
    description: field.description,
    error,
    onBlur,
    required: required && !stored,
  };
}

/** Of the controls that hold text. */
function textual(props: SchemaFieldProps) {
  return {
    ...common(props),
    name: props.name,
    autoComplete: 'off',
    value: typeof props.value === 'string' ? props.value : '',
    onChange: (event: { currentTarget: { value: string } }): void => {
      props.onChange(event.currentTarget.value);
    },
    ...(props.stored ? { placeholder: STORED } : {}),
  };
}

const LongText: Control = (props) => <Textarea {...textual(props)} autosize minRows={3} maxRows={12} />;

const Choice: Control = (props) => (
  <Select
    {...common(props)}
    data={[...(props.field.enum ?? [])]}
    value={typeof props.value === 'string' ? props.value : null}
    onChange={props.onChange}
    clearable={!props.required}
  />
);

const Toggle: Control = (props) => {
  const { label, description } = common(props);
  return (
    <Switch
      label={label}
      description={description}
      checked={props.value === true}
      onChange={(event) => {
        props.onChange(event.currentTarget.checked);
      }}
    />
  );
};

const Figure: Control = (props) => (
  <NumberInput
    {...common(props)}
    value={typeof props.value === 'number' ? props.value : ''}
    onChange={(number) => {
      props.onChange(typeof number === 'number' ? number : undefined);
    }}
  />
);

const List: Control = (props) => (
  <ExactTags
    {...common(props)}
    value={Array.isArray(props.value) ? props.value.map(String) : []}
    onChange={props.onChange}
  />
);

const CONTROLS: Readonly<Record<FieldKind, Control>> = {
  text: (props) => <TextInput {...textual(props)} />,
  secret: (props) => <PasswordInput {...textual(props)} />,
  'long-text': LongText,
  'long-secret': LongText,
  choice: Choice,
  switch: Toggle,
  number: Figure,
  list: List,
  pairs: (props) => <PairsInput {...common(props)} value={props.value} onChange={props.onChange} />,
  json: (props) => <JsonInput {...common(props)} value={props.value} onChange={props.onChange} />,
};

/** One field, in the control that fits its schema. */
export function SchemaField(props: SchemaFieldProps): ReactNode {
  const Field = CONTROLS[fieldKind(props.field)];
  return <Field {...props} />;
}
