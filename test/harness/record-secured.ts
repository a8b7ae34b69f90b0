// The part of a recording that needs basic security: what Druid answers to users who may not, or whom it does not know.
import type { RunningDruid } from "./druid/druid";
import { COORDINATOR, inline, insert, ROWS, type Script, SQL_TASK, TASKS } from "./recording-script";

export async function secured(script: Script, druid: RunningDruid, adminPassword: string): Promise<void> {
  const login = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  });
  const setUp = async (path: string, body?: unknown) => {
    const url = `http://127.0.0.1:${druid.ports.coordinator}/druid-ext/basic-security/${path}`;
    const headers = { ...login("admin", adminPassword), "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
    if (!response.ok) throw new Error(`Cannot record: "${path}" answered ${response.status}`);
  };
  await setUp("authentication/db/basic/users/reader");
  await setUp("authentication/db/basic/users/reader/credentials", { password: "swordfish" });
  await setUp("authorization/db/basic/users/reader");
  await setUp("authorization/db/basic/roles/readers");
  await setUp("authorization/db/basic/users/reader/roles/readers");
  const read = (name: string, type: string) => ({ resource: { name, type }, action: "READ" });
  await setUp("authorization/db/basic/roles/readers/permissions", [
    read("mine", "DATASOURCE"),
    read("EXTERNAL", "EXTERNAL"),
  ]);
  const { recording } = script;
  const body = { query: insert("others", inline(ROWS)), context: { sqlQueryId: "denied" } };
  const reader = login("reader", "swordfish");
  await script.until(
    "the new user",
    () => recording.ask("forbidden-submit", "POST", SQL_TASK, { body, headers: reader }),
    (text) => text.includes('"forbidden"'),
  );
  await recording.ask("forbidden-statuses", "POST", `${TASKS}/taskStatus`, { body: ["query-x"], headers: reader });
  await recording.ask("forbidden-capacity", "GET", `${TASKS}/totalWorkerCapacity`, { headers: reader });
  await recording.ask("forbidden-drop", "DELETE", `${COORDINATOR}/datasources/others`, { headers: reader });
  await recording.ask("unauthorized-none", "POST", SQL_TASK, { body });
  await recording.ask("unauthorized-wrong", "POST", SQL_TASK, { body, headers: login("reader", "wrong") });
  // Jetty writes its error page in what the client accepts.
  const anything = { ...login("reader", "wrong"), accept: "*/*" };
  await recording.ask("unauthorized-wrong-html", "POST", SQL_TASK, { body, headers: anything });
  await recording.ask("unauthorized-colon", "POST", SQL_TASK, { body, headers: login("reader", "sword:fish") });
}
