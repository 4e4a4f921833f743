/** Types of complete-lock.js for the tests. */
export declare function missingEntries(packages: Record<string, object>): Record<string, { version: string }>;
