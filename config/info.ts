/** What `.env.example` says of a variable. A type, not an interface: zod's metadata asks for an index signature. */
type FieldInfo = {
  section: string;
  description: string;
  /** For variables without a default: what to put into `.env.example`. */
  example?: string;
};

export function info(section: string, description: string, example?: string): FieldInfo {
  return { section, description, ...(example === undefined ? {} : { example }) };
}
