// Loaded into every process of an operation. The program and the provider write at their end how much CPU time they
// took, since the CPU time of another process that has ended can no longer be read.
"use strict";
const { appendFileSync } = require("node:fs");

const [, which] = /cmd[\\/](run|dynamic-provider)\b/.exec(process.argv[1] ?? "") ?? [];
const write = () => {
  const { user, system } = process.cpuUsage();
  appendFileSync(process.env.BENCH_METER, `${which} ${(user + system) / 1_000}\n`);
};
if (which !== undefined && process.env.BENCH_METER) {
  process.on("exit", write);
  // So Pulumi ends the provider; without a listener of the provider's own it would end right here.
  process.on("SIGINT", () => {
    if (process.listenerCount("SIGINT") === 1) process.exit(130);
  });
}
