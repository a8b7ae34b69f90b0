/**
 * Every error a user can meet. Code branches on `kind`, not on `instanceof`, because one process may load two copies of
 * this package. Pulumi forwards only `message`, so it contains the whole chain of causes.
 */
export type ErrorKind =
  /** Druid answered with a status other than success. */
  | "http"
  /** No answer came: refused, reset, timed out, name not found, TLS. */
  | "unreachable"
  /** The answer is not one of Druid's: HTML, another service, a broken body. */
  | "unexpectedResponse"
  /** The task ended FAILED. */
  | "taskFailed"
  /** The rows are loaded, but a check failed. */
  | "checkFailed"
  /** A bounded wait ran out. */
  | "timeout"
  /** Pulumi asked us to stop; the task keeps running in Druid. */
  | "interrupted"
  /** The Pulumi engine is gone: this process must not change anything more. */
  | "orphaned"
  /** It cannot be determined whether the rows are there: the user has to decide. */
  | "undecidable"
  /** The inputs are wrong. */
  | "invalidInput";

/** What `getReport` and `getStatus` throw, and what stops an operation of the provider; `kind` tells what happened. */
export class DruidIngestionError extends Error {
  /** What happened. */
  readonly kind: ErrorKind;

  /**
   * Made by this package alone.
   *
   * @param kind - What happened.
   * @param message - The whole text.
   * @param options - The error that caused it.
   */
  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DruidIngestionError";
    this.kind = kind;
  }
}

/** A position in SQL; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Builds an error's message with or without Druid's own text, and with the given place. */
type Wording = (choice: Choice) => string;

interface Choice {
  said: boolean;
  position: Position | undefined;
  /** The line of the query at that position, without its values. */
  excerpt: string | undefined;
  /** The permissions that are missing, as far as that was found out. */
  lacks?: string | undefined;
}

/** Druid answered that it did not carry out a request. */
export class DruidHttpError extends DruidIngestionError {
  /** HTTP status. */
  readonly status: number;
  /** Druid's `errorCode`, e.g. `invalidInput`; absent if the answer was not a Druid error. */
  readonly errorCode: string | undefined;
  /** Druid's `category`, e.g. `FORBIDDEN`; since 27. */
  readonly category: string | undefined;
  /** The full text of Druid, or of a proxy in front of it, without secrets. */
  readonly detail: string;
  /** Position in the SQL, if Druid names one. */
  readonly position: Position | undefined;
  /** After what time the server asks to be asked again. */
  readonly retryAfterMs: number | undefined;
  readonly #wording: Wording;
  /** As Druid said it, for decisions only: a secret may consist of the very words that decide. */
  readonly #said: string;

  constructor(
    message: string,
    fields: {
      status: number;
      detail: string;
      errorCode?: string | undefined;
      category?: string | undefined;
      position?: Position | undefined;
      /** Builds the message again with other choices. */
      wording?: Wording;
      retryAfterMs?: number | undefined;
      /** Druid's text before its secrets were masked. */
      said?: string;
    },
  ) {
    super("http", message);
    this.name = "DruidHttpError";
    this.status = fields.status;
    this.detail = fields.detail;
    this.errorCode = fields.errorCode;
    this.category = fields.category;
    this.position = fields.position;
    this.retryAfterMs = fields.retryAfterMs;
    this.#said = fields.said ?? fields.detail;
    this.#wording = fields.wording ?? (() => (fields.detail === "" ? message : message.replaceAll(fields.detail, "…")));
  }

  /** Whether Druid's text matches, also if parts of it are masked or left out. */
  says(pattern: RegExp): boolean {
    return pattern.test(this.#said);
  }

  /** The same error without Druid's text and the query's, which may be secret. */
  withoutDetail(): DruidHttpError {
    return this.#worded({ said: false, position: this.position, excerpt: undefined }, "");
  }

  /** The same error with another place: Druid's refers to the text that was sent. */
  at(position: Position, excerpt: string | undefined): DruidHttpError {
    return this.#worded({ said: true, position, excerpt }, this.detail);
  }

  /** The same error, which names the permissions that are missing: Druid does not. */
  lacking(permissions: readonly string[]): DruidHttpError {
    const lacks = permissions.length === 0 ? undefined : permissions.join(" and ");
    return this.#worded({ said: true, position: this.position, excerpt: undefined, lacks }, this.detail);
  }

  #worded(choice: Parameters<Wording>[0], detail: string): DruidHttpError {
    const { status, errorCode, category, retryAfterMs } = this;
    const { position } = choice;
    const wording: Wording = (next) => {
      const said = next.said && choice.said;
      return this.#wording({
        ...next,
        said,
        excerpt: said ? next.excerpt : undefined,
        lacks: next.lacks ?? choice.lacks,
      });
    };
    const fields = { status, detail, errorCode, category, position, retryAfterMs, wording, said: this.#said };
    return new DruidHttpError(this.#wording(choice), fields);
  }
}

/** No answer came. `sent` is false only if the request cannot have reached anything that acts on it. */
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

/** The error's kind, also across copies of this package; undefined for foreign errors. */
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
