import { errorCode, errorMessage, type FaultParty, SluiceError } from '../../core/errors.ts';

interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  remedy: string;
}

const NO_PERMISSION: Fault = {
  code: 'file_permission_denied',
  retryable: false,
  fault: 'customer',
  remedy: "Give the worker's user write access to the directory.",
};
const NO_DIRECTORY: Fault = {
  code: 'file_directory_invalid',
  retryable: false,
  fault: 'customer',
  remedy: 'Enter the path of a folder; a part of it is something else.',
};
/** What systems do with a disk that fails: no mistake of whoever has set up the export, so it is waited for. */
const READ_ONLY: Fault = {
  code: 'file_read_only',
  retryable: true,
  fault: 'destination',
  remedy: 'Mount the file system for writing, or choose a folder on another one; it is tried again.',
};
const DISK_FULL: Fault = {
  code: 'file_disk_full',
  retryable: true,
  fault: 'destination',
  remedy: 'Make room on the disk; it is tried again.',
};
const NO_LINKS: Fault = {
  code: 'file_links_unsupported',
  retryable: false,
  fault: 'customer',
  remedy: 'Use a file system with hard links (FAT and some network mounts have none).',
};
/** Default: unknown failures are retried. */
const IO_FAILED: Fault = {
  code: 'file_io_failed',
  retryable: true,
  fault: 'destination',
  remedy: 'Nothing to do: it is tried again.',
};

const BY_CODE: Readonly<Record<string, Fault>> = {
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: READ_ONLY,
  // Of a folder that is to be made; a file whose name is taken is no error.
  EEXIST: NO_DIRECTORY,
  ENOTDIR: NO_DIRECTORY,
  ELOOP: NO_DIRECTORY,
  ENAMETOOLONG: NO_DIRECTORY,
  ENOSPC: DISK_FULL,
  EDQUOT: DISK_FULL,
};
/** link() answers these where links do not exist. */
const NO_LINK_CODES = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

function build(fault: Fault, error: unknown, action: string): SluiceError {
  return new SluiceError({ ...fault, message: `could not ${action}: ${errorMessage(error)}`, cause: error });
}

/** Maps an error of the file system while doing `action` ("write the file"). */
export function fileError(error: unknown, action: string): SluiceError {
  return build(BY_CODE[errorCode(error) ?? ''] ?? IO_FAILED, error, action);
}

export function linkError(error: unknown, action: string): SluiceError {
  return NO_LINK_CODES.has(errorCode(error) ?? '') ? build(NO_LINKS, error, action) : fileError(error, action);
}

export function directoryRefused(directory: string): SluiceError {
  return new SluiceError({
    code: 'file_directory_refused',
    message: `directory: ${directory} is outside the folders that this installation allows`,
    retryable: false,
    fault: 'customer',
    remedy: 'Choose a folder below an allowed one.',
  });
}
