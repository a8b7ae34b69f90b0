/**
 * What a real Druid cannot be made to answer on demand, told in its place by a pretender. Each function begins to tell
 * something, and returns what ends it.
 */
import type { Answer, Pretender } from "./pretender";

type Json = Record<string, unknown>;

/**
 * Shows the end of these tasks, SUCCESS or not, as FAILED with the final stage's results ready: the publish may have
 * happened, as after a controller that died in it. What runs is told as it is.
 */
export function unknowableEnd(druid: Pretender, task: RegExp): () => void {
  const failed = { statusCode: "FAILED", status: "FAILED", errorMsg: "the controller died" };
  const undo = [
    statuses(druid, task, (status) => (status.status === "RUNNING" ? status : { ...status, ...failed })),
    druid.rewrite({ method: "GET", path: pathOf(task, "/reports") }, (answer) => changed(answer, diedPublishing)),
  ];
  return all(undo);
}

/** Shows these tasks as running when they have ended: an Overlord whose word comes late. */
export function stillRunning(druid: Pretender, task: RegExp): () => void {
  const running = { statusCode: "RUNNING", status: "RUNNING", runnerStatusCode: "RUNNING", duration: -1 };
  return statuses(druid, task, (status) => ({ ...status, ...running }));
}

function statuses(druid: Pretender, task: RegExp, change: (status: Json) => Json): () => void {
  return all([
    druid.rewrite({ method: "POST", path: /\/taskStatus$/ }, (answer) =>
      changed(answer, (body) =>
        Object.fromEntries(
          Object.entries(body).map(([name, one]) => [name, task.test(name) ? change(one as Json) : one]),
        ),
      ),
    ),
    druid.rewrite({ method: "GET", path: pathOf(task, "/status") }, (answer) =>
      changed(answer, (body) => ({ ...body, status: change(body.status as Json) })),
    ),
  ]);
}

const pathOf = (task: RegExp, rest: string) => new RegExp(`/task/[^/]*(?:${task.source})[^/]*${rest}$`);

const all = (undo: (() => void)[]) => () => {
  for (const one of undo) one();
};

function diedPublishing(report: Json): Json {
  const whole = report.multiStageQuery as { payload: { status: Json; stages?: Json[] } } | undefined;
  if (!whole || whole.payload.status.status === "RUNNING") return report;
  const { status, stages = [] } = whole.payload;
  const last = Math.max(...stages.map(({ stageNumber }) => Number(stageNumber)));
  const error = { errorCode: "UnknownError", errorMessage: "the controller died" };
  const payload = {
    ...whole.payload,
    status: { ...status, status: "FAILED", errorReport: { taskId: "controller", host: "127.0.0.1:1", error } },
    stages: stages.map((stage) => (stage.stageNumber === last ? { ...stage, phase: "RESULTS_READY" } : stage)),
  };
  return { ...report, multiStageQuery: { ...whole, payload } };
}

/** All historicals of a datasource down: the broker answers with nothing; the metadata has every segment. */
export function historicalsDown(druid: Pretender, dataSource: string): () => void {
  const nothing = (answer: Answer) => ({ ...answer, body: "[]" });
  return all([
    druid.rewrite({ method: "GET", path: new RegExp(`/datasources/${dataSource}/candidates`) }, nothing),
    druid.rewrite({ method: "POST", path: /\/v2\/sql$/, body: new RegExp(dataSource) }, nothing),
  ]);
}

/** Answers for these tasks as a Druid does whose task history was cleaned. */
export function forgotten(druid: Pretender, task: RegExp): () => void {
  const path = pathOf(task, "(?:/[a-z]+)?");
  const unknown = (answer: Answer): Answer => ({
    ...answer,
    status: 404,
    body: "Cannot find any task with id: [gone]",
  });
  const undo = [
    druid.rewrite({ method: "GET", path }, unknown),
    druid.rewrite({ method: "POST", path }, unknown),
    druid.rewrite({ method: "POST", path: /\/taskStatus$/ }, (answer) =>
      changed(answer, (body) => Object.fromEntries(Object.entries(body).filter(([name]) => !task.test(name)))),
    ),
  ];
  return all(undo);
}

function changed(answer: Answer, change: (body: Json) => Json): Answer {
  if (answer.status !== 200) return answer;
  return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) };
}
