/**
 * Every error a user can meet. `kind` tells them apart where code branches (not `instanceof`: two copies of this
 * package may meet in one process). Pulumi forwards `message` alone, so the whole chain of causes stands in it.
 */
export type ErrorKind =
  /** Druid answered with a status that is no success. */
  | "http"
  /** No answer came: refused, reset, timed out, name not found, TLS. */
  | "unreachable"
  /** An answer came that is not what Druid sends: HTML, another service, a broken body. */
  | "unexpectedResponse"
  /** The task ended FAILED. */
  | "taskFailed"
  /** A bounded wait ran out. */
  | "timeout"
  /** Pulumi asked us to stop; what runs in Druid goes on. */
  | "interrupted"
  /** The engine beside us is gone: this process must change nothing more. */
  | "orphaned"
  /** Nobody can know whether the rows are there: the user has to say. */
  | "undecidable"
  /** The inputs are wrong. */
  | "invalidInput";

/** What `getReport` and `getStatus` throw; `kind` tells what happened. */
export class DruidIngestionError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DruidIngestionError";
    this.kind = kind;
  }
}

/** A place in a SQL text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** An error's message with or without Druid's own words, and with the place that is given. */
type Wording = (choice: { said: boolean; position: Position | undefined }) => string;

/** Druid's own answer to a request that it did not carry out. */
export class DruidHttpError extends DruidIngestionError {
  /** HTTP status. */
  readonly status: number;
  /** Druid's `errorCode`, e.g. `invalidInput`; absent where the answer was no Druid error. */
  readonly errorCode: string | undefined;
  /** Druid's `category`, e.g. `FORBIDDEN`; since 27. */
  readonly category: string | undefined;
  /** What Druid (or what stands before it) said, whole, without secrets. */
  readonly detail: string;
  /** Position in the SQL where Druid names one; both count from 1. */
  readonly position: Position | undefined;
  readonly #wording: Wording;

  constructor(
    message: string,
    fields: {
      status: number;
      detail: string;
      errorCode?: string | undefined;
      category?: string | undefined;
      position?: Position | undefined;
      /** The message worded anew. */
      wording?: Wording;
    },
  ) {
    super("http", message);
    this.name = "DruidHttpError";
    this.status = fields.status;
    this.detail = fields.detail;
    this.errorCode = fields.errorCode;
    this.category = fields.category;
    this.position = fields.position;
    this.#wording = fields.wording ?? (() => (fields.detail === "" ? message : message.replaceAll(fields.detail, "…")));
  }

  /** The same error without what Druid said: that may quote parts of a query, which is a secret of its own at times. */
  withoutDetail(): DruidHttpError {
    return this.#worded({ said: false, position: this.position }, "");
  }

  /** The same error with another position: Druid's is one in the text that it was sent. */
  at(position: Position): DruidHttpError {
    return this.#worded({ said: true, position }, this.detail);
  }

  #worded(choice: Parameters<Wording>[0], detail: string): DruidHttpError {
    const { status, errorCode, category } = this;
    const { position } = choice;
    const wording: Wording = (next) => this.#wording({ ...next, said: next.said && choice.said });
    return new DruidHttpError(this.#wording(choice), { status, detail, errorCode, category, position, wording });
  }
}

/** No answer. `sent` is false only where the request cannot have reached anything that acts on it. */
export class DruidUnreachableError extends DruidIngestionError {
  readonly sent: boolean;
  /** Node's code, e.g. `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(message: string, fields: { sent: boolean; code?: string | undefined; cause?: unknown }) {
    super("unreachable", message, { cause: fields.cause });
    this.name = "DruidUnreachableError";
    this.sent = fields.sent;
    this.code = fields.code;
  }
}

/** The error's kind, also across copies of this package; undefined for errors that are not ours. */
export function errorKind(error: unknown): ErrorKind | undefined {
  return error instanceof Error && "kind" in error ? (error.kind as ErrorKind) : undefined;
}

/** Whether an error is one of this package's, also of another copy of it in the same process. */
export function isDruidIngestionError(error: unknown): error is DruidIngestionError {
  return error instanceof Error && /^Druid\w*Error$/.test(error.name) && typeof errorKind(error) === "string";
}

export function isHttpError(error: unknown): error is DruidHttpError {
  return errorKind(error) === "http";
}

export function isUnreachable(error: unknown): error is DruidUnreachableError {
  return errorKind(error) === "unreachable";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
