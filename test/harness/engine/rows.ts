/** Rows on a terminal, one a resource, each written over in place with what it is doing and its newest message. */
interface Row {
  text: string;
  status: string;
  below: string[];
}

/** Often enough to look alive. */
const intervalMs = 100;

export class Rows {
  readonly #write: (text: string) => void;
  readonly #terminal: { columns: number; rows: number };
  readonly #rows = new Map<string, Row>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (text: string) => void, terminal: { columns: number; rows: number }) {
    this.#write = write;
    this.#terminal = terminal;
  }

  set(key: string, text: string): void {
    this.#row(key).text = text;
    this.#later();
  }

  /** `name` is shown while nothing else is known of the row. */
  status(key: string, name: string, status: string): void {
    const row = this.#row(key);
    if (row.text === "") row.text = name;
    row.status = status;
    this.#later();
  }

  below(key: string, lines: string[]): void {
    this.#row(key).below = lines;
    this.#later();
  }

  /** A line of its own, above the rows. */
  line(text: string): void {
    this.#erase();
    this.#write(`${text}\n`);
    this.#draw();
  }

  /** Draws everything for the last time. */
  end(): void {
    clearTimeout(this.#timer);
    this.#erase();
    this.#draw(Number.POSITIVE_INFINITY);
    this.#drawn = 0;
  }

  #row(key: string): Row {
    const known = this.#rows.get(key) ?? { text: "", status: "", below: [] };
    this.#rows.set(key, known);
    return known;
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#erase();
      this.#draw();
    }, intervalMs).unref();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }

  /** What does not fit the screen is left out at the top, since it could not be written over. */
  #draw(most = this.#terminal.rows - 2): void {
    const all = [...this.#rows.values()].flatMap(({ text, status, below }) => [
      status === "" ? ` ${text}` : ` ${text}  ${status}`,
      ...below.map((line) => `      ${line}`),
    ]);
    const lines = all.slice(Math.max(0, all.length - most)).map((line) => line.slice(0, this.#terminal.columns - 1));
    this.#drawn = lines.length;
    if (lines.length > 0) this.#write(`${lines.join("\n")}\n`);
  }
}
