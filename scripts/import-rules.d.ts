/** Types of import-rules.js for the tests; ESLint loads the JavaScript itself. */
export declare const FOLDER_RULES: Record<string, unknown>;
export declare const ROOTS: string[];
export declare const CONFIG: string[];
