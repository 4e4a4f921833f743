import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { insufficientPrivileges, noWarehouse, objectMissing } from './errors.ts';
import { printQualified } from './catalog.ts';

export interface User {
  name: string;
  password: string | undefined;
  publicKey: KeyObject | undefined;
  roles: string[];
}

export interface Warehouse {
  name: string;
  state: 'STARTED' | 'SUSPENDED';
  autoResume: boolean;
}

/** `SHA256:…` as Snowflake shows it in DESCRIBE USER and as a client puts it into its token. */
export function fingerprint(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

/** Who may come in and do what. Everything is allowed that was not denied. */
export class Account {
  readonly name: string;
  private readonly users = new Map<string, User>();
  private readonly warehouses = new Map<string, Warehouse>();
  private readonly denied = new Set<string>();
  private readonly unrestricted: boolean;

  /** An unrestricted account denies nothing and needs no warehouse; tests look into tables with one. */
  constructor(name: string, { unrestricted = false } = {}) {
    this.name = name;
    this.unrestricted = unrestricted;
  }

  /** `publicKeyPem` registers a key for key-pair authentication. Users have the role SYSADMIN unless told. */
  addUser(name: string, options: { password?: string; publicKeyPem?: string; roles?: string[] }): void {
    this.users.set(name.toUpperCase(), {
      name: name.toUpperCase(),
      password: options.password,
      publicKey: options.publicKeyPem === undefined ? undefined : createPublicKey(options.publicKeyPem),
      roles: options.roles ?? ['SYSADMIN', 'PUBLIC'],
    });
  }

  user(name: string): User | undefined {
    return this.users.get(name.toUpperCase());
  }

  addWarehouse(name: string, { state = 'STARTED', autoResume = true }: Partial<Omit<Warehouse, 'name'>> = {}): void {
    this.warehouses.set(name, { name, state, autoResume });
  }

  allWarehouses(): Warehouse[] {
    return [...this.warehouses.values()];
  }

  warehouse(name: string): Warehouse | undefined {
    return this.denied.has(`USAGE ${name}`) ? undefined : this.warehouses.get(name);
  }

  /** Resumes the session's warehouse, or refuses the query as Snowflake does without one. */
  useWarehouse(name: string | undefined): void {
    if (this.unrestricted) {
      return;
    }
    const warehouse = name === undefined ? undefined : this.warehouse(name);
    if (warehouse === undefined || (warehouse.state === 'SUSPENDED' && !warehouse.autoResume)) {
      throw noWarehouse();
    }
    warehouse.state = 'STARTED';
  }

  /** Takes a privilege from every role, e.g. `deny('INSERT', 'DB.PUBLIC.T')` or `deny('CREATE TABLE', 'DB.PUBLIC')`. */
  deny(privilege: string, object: string): void {
    this.denied.add(`${privilege} ${object}`);
  }

  allow(privilege: string, object: string): void {
    this.denied.delete(`${privilege} ${object}`);
  }

  /** Without the right to read a thing it does not exist; without the right to change it, 003001. */
  assertAllowed(privilege: string, kind: string, name: readonly string[]): void {
    const printed = printQualified(name);
    if (!this.denied.has(`${privilege} ${printed}`)) {
      return;
    }
    if (privilege === 'SELECT' || privilege === 'USAGE' || privilege === 'READ') {
      throw objectMissing(kind === 'table' ? 'Object' : kind.charAt(0).toUpperCase() + kind.slice(1), printed);
    }
    throw insufficientPrivileges(kind, printQualified(name.slice(-1)));
  }
}
