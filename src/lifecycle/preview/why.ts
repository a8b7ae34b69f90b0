/** Words in one line why an ingestion runs, or why it does not. No other file words this. Pure. */
import { isRecord } from "../../base/json";
import { hasUnknown } from "../../ingestion/contract/unknown";
import { adds, standing, type WriteKind } from "../../ingestion/rules/published";
import { isNewAdoption } from "../../ingestion/rules/record";
import { changedLineCount, changedLines } from "../../statement/compare";
import { isKnownKey } from "../../statement/context";
import { type Warning, warningText } from "../../statement/warning";
import type { Properties, StoredState } from "../state";
import type { Forecast } from "./own-runs";

export interface Change {
  stored: StoredState;
  olds: Properties;
  news: Properties;
  /** Hash and kind of the new content; undefined if it is not known yet. */
  wanted: { content: string; kind: WriteKind } | undefined;
  dataSource: string | undefined;
  /** Names of changed inputs that decide what is loaded. */
  content: readonly string[];
  /** Names of the other changed inputs. */
  others: readonly string[];
  /** Inputs whose value is not known yet. */
  unknown: readonly string[];
  hasMoved: boolean;
  isRenamed: boolean;
  /** Whether the checks changed, or have not passed on these rows. */
  isToBeChecked: boolean;
  isSecret: boolean;
}

export interface Reason {
  severity: "info" | "warning";
  text: string;
  /** Whether the ingestion will run, judging by the recorded state. */
  runs: boolean;
}

export const URL_CHANGED_ROWS_THERE = "Why: nothing runs: the url changed, the rows are there";
export const URL_CHANGED_ROWS_MISSING = "This cluster has none of the recorded rows: loading them again here";

const RENAMED =
  "Nothing will run: the ingestion was renamed or moved, and `pulumi up` only records its earlier runs under the new name";

/** `forecast`: what becomes of the runs that a resource without state has had before. */
export function whyNew(isReplaced: boolean, forecast?: Forecast, dataSource?: string): Reason {
  if (isReplaced) return runs("it is replaced");
  switch (forecast) {
    case "keep":
      return rests("its rows are there from an earlier run; only a replacement that you ask for loads them again");
    case "join":
      return { ...rests("a run of it is under way", "joins a task: "), runs: true };
    case "cancel":
      return runs("its content is another than that of the run under way, which is canceled first");
    case "reload":
      return runs("the rows of its earlier run are gone");
    case "stopAndAsk":
      return mayBeLoaded(targetText(dataSource));
    default:
      return runs("it is new");
  }
}

export function whyMoved(from: string, to: string): Reason {
  return runs(`the target changes from "${from}" to "${to}"`);
}

/** Undefined for a change that neither runs anything nor needs an explanation. */
export function whyUpdate(change: Change): Reason | undefined {
  const { stored, unknown, wanted, others, hasMoved } = change;
  if (unknown.length > 0)
    return {
      ...runs(`${list(unknown)} not known yet`),
      text: `Why: may run: ${list(unknown)} ${unknown.length === 1 ? "is" : "are"} not known yet`,
    };
  const isChanged = wanted !== undefined && wanted.content !== stored.content;
  const settled = isChanged || stored.state !== "SUCCESS" ? rowsAlreadyThere(change, isChanged) : undefined;
  if (isNewAdoption(change.news.adoptTaskId, stored)) return rests("the task of adoptTaskId is adopted");
  if (settled !== undefined) return settled;
  if (isChanged) return runs(contentChange(change));
  if (stored.state !== "SUCCESS") return whyAgain(change);
  if (hasMoved) return rests("the url changed", "nothing runs if the rows are there: ");
  if (change.isToBeChecked)
    return rests("its checks changed, or have not passed on these rows", "only the checks run: ");
  // Pulumi shows an update although no input changed, which looks like a second load.
  if (change.isRenamed) return { severity: "info", text: RENAMED, runs: false };
  return others.length === 0 ? undefined : rests(`${list(others)} changed`);
}

const runs = (because: string): Reason => ({ severity: "info", text: `Why: runs because ${because}`, runs: true });
const rests = (because: string, begin = "nothing runs: "): Reason => {
  return { severity: "info", text: `Why: ${begin}${because}`, runs: false };
};

/** The reason if nothing runs, because its rows are, or may be, in the target from an earlier run. */
function rowsAlreadyThere({ stored, wanted, dataSource }: Change, isChanged: boolean): Reason | undefined {
  if (wanted === undefined || stored.state === "DATA_MISSING") return undefined;
  const where = targetText(dataSource);
  const stands = standing(stored.published, wanted);
  if (stands === "there" && isChanged) {
    const again = adds(wanted.kind) ? "; to load them a second time, set triggers to a value not used before" : "";
    const text = `Nothing will run: ${where} already has these rows from an earlier run of this ingestion${again}`;
    return { severity: "info", text, runs: false };
  }
  if (stands !== "perhaps" || !adds(wanted.kind)) return undefined;
  return mayBeLoaded(where);
}

const targetText = (dataSource: string | undefined) =>
  dataSource === undefined ? "the export's destination" : `"${dataSource}"`;

function mayBeLoaded(where: string): Reason {
  const warning: Warning = {
    id: "may-be-loaded",
    text: `${where} may already have these rows from an earlier run of this ingestion: \`pulumi up\` will stop and ask`,
  };
  return { severity: "warning", text: warningText(warning), runs: false };
}

function whyAgain({ stored, olds }: Change): Reason {
  switch (stored.state) {
    case "FAILED": {
      const code = isRecord(olds.error) && typeof olds.error.errorCode === "string" ? `: ${olds.error.errorCode}` : "";
      return runs(`the last run failed${code}`);
    }
    case "RUNNING":
      return { ...rests("the last run had not ended", "continues where it stopped: "), runs: true };
    case "DATA_MISSING":
      return runs("its rows are gone");
    case "STALE":
      return rests("the last operation was interrupted", "first checks what Druid has run: ");
    default:
      return runs(`the last run is ${stored.state ?? "not recorded"}`);
  }
}

/** Names of inputs and of Druid's own context keys; never a value. */
function contentChange({ content, olds, news, isSecret }: Change): string {
  const lines = isSecret ? "" : linesText(olds.query, news.query);
  if (content.length === 1 && content[0] === "query") return `the query changed${lines}`;
  const names = content.map((name) => {
    if (name === "query") return `the query${lines}`;
    return name === "context" ? contextText(olds.context, news.context) : name;
  });
  return `${list(names)} changed`;
}

/** ` (3 lines)`: the number of lines that a reader would call changed. */
function linesText(before: unknown, after: unknown): string {
  if (typeof before !== "string" || typeof after !== "string") return "";
  const lines = changedLines(before, after);
  const number = lines && changedLineCount(lines);
  return number === undefined || number === 0 ? "" : ` (${number} line${number === 1 ? "" : "s"})`;
}

function contextText(before: unknown, after: unknown): string {
  const [old, now] = [before, after].map((value) => (isRecord(value) ? value : {})) as [Properties, Properties];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => !hasUnknown(now[key]) && JSON.stringify(old[key] ?? null) !== JSON.stringify(now[key] ?? null),
  );
  return keys.length > 0 && keys.every(isKnownKey) ? `the context (${keys.join(", ")})` : "the context";
}

function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
