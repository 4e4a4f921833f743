/** The parts of an OpenAPI 3.1 document that are read and written here. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  examples?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  minItems?: number;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  description?: string;
}

export interface MediaType {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { $ref: string } | { value: unknown }>;
}

export interface Header {
  description: string;
  schema: Schema;
}

export interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, Header | { $ref: string }>;
  content?: Record<string, MediaType>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: readonly object[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, Answer>;
}

export interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, Answer>;
    headers?: Record<string, Header>;
    examples?: Record<string, { value: unknown }>;
    securitySchemes?: object;
  };
}

/** One operation with where it is: `GET /api/v1/exports/{id}` names it. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}
