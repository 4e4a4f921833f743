import { TagsInput, type TagsInputProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names and ids are what they are: they differ in case, and may hold commas. */
const EXACT = {
  splitChars: ['\n', '\t'],
  isDuplicate: (value: string, others: string[]) => others.includes(value),
};

/** Several names or ids, each ended with Enter; a pasted column is one of each line. */
export function ExactTags(props: TagsInputProps): ReactNode {
  return <TagsInput {...EXACT} {...props} />;
}
