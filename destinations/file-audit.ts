import type { FileAudit, FileFault, FileReceipt } from './contract.ts';

/** `faults` are those of `files`, in their order; `others` are files of the interval that the manifest does not know. */
export function auditOf(
  files: readonly Pick<FileReceipt, 'key' | 'rows'>[],
  faults: readonly (FileFault['problem'] | undefined)[],
  others: readonly string[],
): FileAudit {
  const found = files.flatMap(({ key }, index) => {
    const problem = faults[index];
    return problem === undefined ? [] : [{ key, problem }];
  });
  const unexpected = others.map((key) => ({ key, problem: 'unexpected' as const }));
  const rows = files.reduce((sum, file, index) => sum + (faults[index] === undefined ? file.rows : 0), 0);
  return { rows, faults: [...found, ...unexpected] };
}
