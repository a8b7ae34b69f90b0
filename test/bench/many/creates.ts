/** What a `pulumi up` of many new ingestions asks Druid for. */
import { systemClock } from "../../../src/base/clock";
import { FakeDruid, serveFake } from "../../harness/fake";
import type { Part } from "../part";
import { MeasuredStack } from "./measured-stack";
import { ours } from "./programs";

export const creates: Part = async ({ isQuick, say }) => {
  const count = isQuick ? 50 : 200;
  say(`${count} creates`);
  const fake = new FakeDruid({ clock: systemClock, capacity: 256 });
  fake.plan({ startMs: 5, runMs: 20, endMs: 5, loadDelayMs: 5 });
  const served = await serveFake(fake);
  const stack = new MeasuredStack({ "druid:url": served.url });
  try {
    const { wallMs, programMs, providerMs } = await stack.measure("up", ours.program(count));
    const routes = new Map<string, number>();
    for (const { route } of fake.received) routes.set(route, (routes.get(route) ?? 0) + 1);
    const each = (requests: number) => (requests / count).toFixed(1);
    const most = [...routes].sort((a, b) => b[1] - a[1]).map(([route, requests]) => `${route} ${each(requests)}`);
    const cpu = ((programMs + providerMs) / 1_000).toFixed(1);
    const title = `Many: \`pulumi up\` of ${count} new ingestions`;
    const head = ["requests each", "of these", "wall", "CPU of program and provider"];
    const rows = [[each(fake.received.length), most.join(", "), `${(wallMs / 1_000).toFixed(1)} s`, `${cpu} s`]];
    return { tables: [{ title, head, rows }], goals: {} };
  } finally {
    await stack.dispose();
    await served.stop();
  }
};
