/** Where traces go, and which. */
export interface TracingSettings {
  /** Base URL of the collector. */
  endpoint: string;
  /** May hold its credentials. */
  headers: Readonly<Record<string, string>>;
  /** Undefined: each process has its own. */
  serviceName: string | undefined;
  /** What else is said of the process. */
  resource: Readonly<Record<string, string>>;
  sampler: SamplerName;
  /** The part of all traces that the two of `traceidratio` keep. */
  ratio: number;
}

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof SAMPLERS)[number];
