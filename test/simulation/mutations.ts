/** Breaks of the code that a simulation has to find: each a slip that is easily made, and that costs a user rows. */
import type { Mutation } from "./hunt";

const INGESTION = "src/ingestion";
const LIFECYCLE = "src/lifecycle";

export const MUTATIONS: readonly Mutation[] = [
  {
    file: `${INGESTION}/sequence.ts`,
    text: `    if (wanted.kind === "INSERT" || wanted.kind === "EXPORT") return { ...accounted, do: "stopAndAsk", next };\n`,
    replacement: "",
    danger: "an INSERT that may have published is run again without a question: its rows are there twice",
  },
  {
    file: `${INGESTION}/sequence.ts`,
    text: `return end === "unpublished" ? published :`,
    replacement: `return end === "unpublished" || end === "unknown" ? published :`,
    danger: "a failed run of which nobody can say whether it published counts as one that did not",
  },
  {
    file: `${INGESTION}/sequence.ts`,
    text: `  if (others.length > 0) return { ...accounted, do: "cancel", entries: others };\n`,
    replacement: "",
    danger: "what runs though it is not wanted any more is left to publish its rows over the wanted ones",
  },
  {
    file: `${INGESTION}/sequence.ts`,
    text: `  if (own) return { ...accounted, do: "join", entry: own };\n`,
    replacement: "",
    danger: "a second run is started beside the one that a killed process has left running",
  },
  {
    file: `${INGESTION}/sequence.ts`,
    text: `    if (rows === "gone") return`,
    replacement: `    if (rows === "asked") return`,
    danger: "rows that somebody has dropped are taken for there, and never loaded again",
    isRare: true,
  },
  {
    file: `${INGESTION}/wait.ts`,
    text: "return { is: ending, status:",
    replacement: `return { is: "unpublished", status:`,
    danger: "FAILED is taken for 'nothing was published', though Druid publishes before it reports",
  },
  {
    file: `${INGESTION}/wait.ts`,
    text: "export const LOST_AFTER_LOOKS = 5;",
    replacement: "export const LOST_AFTER_LOOKS = 5_000_000;",
    danger: "a task that Druid has lost is waited for without end",
  },
  {
    file: `${INGESTION}/ensure.ts`,
    text: `          if (outcome.is === "unclear") stale(decision.number, decision.published);`,
    replacement: `          if (outcome.is === "unclear") stale(next, decision.published);`,
    danger: "a number that may have been taken is recorded as accounted for, and never looked at again",
  },
  {
    file: `${INGESTION}/ensure.ts`,
    text: `const outcome = await submitMark(session, key, decision.next, wanted.target, { is: "mark", urn: goal.urn });`,
    replacement: `const outcome = { is: "accepted" };`,
    danger: "nothing fences the next number, and a late request of a dead process loads again",
    isRare: true,
  },
  {
    file: `${INGESTION}/record.ts`,
    text: "=> (isOpen(recorded) ? recorded.number : recorded.number + 1);",
    replacement: "=> recorded.number + 1;",
    danger: "a run recorded as RUNNING is not looked at again, and is run a second time",
  },
  {
    file: `${INGESTION}/record.ts`,
    text: "entries.filter((entry) => entry.number < firstRunning)",
    replacement: "entries",
    danger: "numbers behind one that still runs are recorded as accounted for",
    isRare: true,
  },
  {
    file: `${INGESTION}/follow.ts`,
    text: `published: publishedAfter(published, content, "lost"), state`,
    replacement: "published, state",
    danger: "a run that Druid has forgotten counts as one that published nothing",
    isRare: true,
  },
  {
    file: `${INGESTION}/outcome.ts`,
    text: `return hasLocation(status) ? "reportNotThere" : "unpublished";`,
    replacement: `return "unpublished";`,
    danger: "a failed run without a report counts as one that published nothing",
  },
  {
    file: `${INGESTION}/outcome.ts`,
    text: `  if (isSecondLife(code, errorReport?.error.errorMessage)) return "unknown";\n`,
    replacement: "",
    danger: "the report of a second life is believed about what the first has published",
    isRare: true,
  },
  {
    file: `${LIFECYCLE}/remove.ts`,
    text: "const outcome = await submitMark(session, key, number + 1, target, marker);",
    replacement: `const outcome = { is: "accepted" };`,
    danger: "nothing fences the sequence of what was deleted: a late request loads into it",
  },
  {
    file: `${LIFECYCLE}/read.ts`,
    text: "publishedAfter(stored.published, stored.content, end)",
    replacement: "stored.published",
    danger: "a refresh records of a failed run that it published nothing",
    isRare: true,
  },
  {
    file: `${LIFECYCLE}/apply.ts`,
    text: `if (stored.state === "SUCCESS" && stored.content === contentOf(news)) {`,
    replacement: "if (stored.content === contentOf(news)) {",
    danger: "a run that was interrupted or failed passes for done",
  },
  {
    file: `${INGESTION}/submit.ts`,
    text: "const context = { ...request.context, sqlQueryId, [CONTEXT_KEY]",
    replacement: "const context = { ...request.context, [CONTEXT_KEY]",
    danger: "Druid picks the id, so that nothing fences a second submit and nobody finds the first",
  },
  {
    file: `${LIFECYCLE}/remove.ts`,
    text: "observe(client, clock, key, observeFrom(stored), { signal })",
    replacement: "observe(client, clock, key, stored.number + 1, { signal })",
    danger: "a run recorded as RUNNING goes on after its ingestion was deleted",
    isRare: true,
  },
  {
    file: `${INGESTION}/follow.ts`,
    text: 'if (end.is !== "lost" && !(await isOurs(session, taskId, goal))) {',
    replacement: 'if (end.is === "lost" && goal.key === "") {',
    danger: "another's run under an id that Druid had lost is taken for our own",
    isRare: true,
  },
];
