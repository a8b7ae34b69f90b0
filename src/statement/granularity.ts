/**
 * Maps all spellings of a segment granularity to one name, so that those of the SQL, of Druid and of state can be
 * compared.
 */
import { readName, readString, render } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";

/** ISO 8601 period → Druid's name. */
const NAMES: Readonly<Record<string, string>> = {
  PT1S: "SECOND",
  PT1M: "MINUTE",
  PT5M: "FIVE_MINUTE",
  PT10M: "TEN_MINUTE",
  PT15M: "FIFTEEN_MINUTE",
  PT30M: "THIRTY_MINUTE",
  PT1H: "HOUR",
  PT6H: "SIX_HOUR",
  PT8H: "EIGHT_HOUR",
  P1D: "DAY",
  P1W: "WEEK",
  P1M: "MONTH",
  P3M: "QUARTER",
  P1Y: "YEAR",
};

/** Turns a keyword, a name in any case, or a period into `DAY`, `ALL`, `P2W` … */
export function granularityName(text: string): string {
  const upper = text.toUpperCase();
  return upper === "ALL TIME" ? "ALL" : (NAMES[upper] ?? upper);
}

/** Reads what follows PARTITIONED BY; returns the SQL itself if it has none of the forms that Druid documents. */
export function readGranularity(tokens: readonly Token[], from: number, to: number): string | undefined {
  if (from >= to) return undefined;
  const text = render(tokens, from, to);
  const first = tokens[from];
  if (first?.kind === "word" && to - from === 1) return granularityName(text);
  if (isWord(first, "ALL") && to - from === 2) return granularityName(text);
  const period = readString(tokens, from);
  if (period?.next === to) return granularityName(period.value);
  return readFloor(tokens, from, to) ?? text;
}

/** `TIME_FLOOR(__time, 'P1D')` and `FLOOR(__time TO DAY)`. */
function readFloor(tokens: readonly Token[], from: number, to: number): string | undefined {
  if (!isSymbol(tokens[from + 1], "(") || !isSymbol(tokens[to - 1], ")")) return undefined;
  const column = readName(tokens, from + 2);
  if (column?.value !== "__time") return undefined;
  if (isWord(tokens[from], "TIME_FLOOR") && isSymbol(tokens[column.next], ",")) {
    const period = readString(tokens, column.next + 1);
    return period?.next === to - 1 ? granularityName(period.value) : undefined;
  }
  if (isWord(tokens[from], "FLOOR") && isWord(tokens[column.next], "TO") && column.next + 3 === to) {
    return granularityName(tokens[column.next + 1]?.text ?? "");
  }
  return undefined;
}
