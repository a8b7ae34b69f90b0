#!/usr/bin/env node
/** The program `pulumi-druid`: hands the real world to `run`. */
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { systemClock } from "../base/clock";
import { createHttpClient } from "../druid/http-client";
import type { Outside } from "./command";
import { run } from "./run";

const outside: Outside = {
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  save: (path, text) => writeFile(path, text),
  input: () => text(process.stdin),
  env: process.env,
  clock: systemClock,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  druid: (connection) => createHttpClient({ connection, clock: systemClock, random: Math.random }),
};

// As in `pulumi-druid … | head`: no one reads on.
process.stdout.on("error", () => process.exit());

void run(process.argv.slice(2), outside).then((code) => {
  // Not process.exit: a pipe may not have taken all of the output yet.
  process.exitCode = code;
});
