/** Seconds by path of test file, from the root of the project. */
export declare const SECONDS: Readonly<Record<string, number>>;
