/** The parts of BigQuery's REST resources that the proxy reads or writes. */

export interface ErrorProto {
  reason: string;
  message: string;
  location?: string;
}

export interface TableReference {
  projectId: string;
  datasetId: string;
  tableId: string;
}

export interface TableField {
  name: string;
  type: string;
  mode?: string;
  fields?: TableField[];
}

export interface TableResource {
  tableReference: TableReference;
  schema?: { fields?: TableField[] };
  expirationTime?: string;
  [key: string]: unknown;
}

export interface QueryParameter {
  name?: string;
  parameterType: { type: string; arrayType?: { type: string } };
  parameterValue: { value?: string | null; arrayValues?: { value?: string | null }[] };
}

export interface QueryConfiguration {
  query: string;
  queryParameters?: QueryParameter[];
  [key: string]: unknown;
}

export interface LoadConfiguration {
  destinationTable: TableReference;
  sourceFormat?: string;
  schema?: { fields?: TableField[] };
  writeDisposition?: string;
  createDisposition?: string;
  [key: string]: unknown;
}

export interface JobConfiguration {
  query?: QueryConfiguration;
  load?: LoadConfiguration;
  copy?: Record<string, unknown>;
  dryRun?: boolean;
}

export interface JobResource {
  jobReference?: { projectId?: string; jobId?: string; location?: string };
  configuration?: JobConfiguration;
  status?: { state: string; errorResult?: ErrorProto; errors?: ErrorProto[] };
  statistics?: Record<string, unknown>;
}

export type JobKind = 'query' | 'load' | 'copy';
