// Preloaded into a process: tells on standard error how long `BENCH_TARGET` takes to load, each package of it without
// those that it loads itself, and the same of everything that is loaded later. One line of JSON each.
"use strict";
const Module = require("node:module");

const target = process.env.BENCH_TARGET;
const load = Module._load;
const open = [];
let isIn = false;
let modules = {};

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const now = () => ({ wallMs: performance.now(), cpuMs: cpuMs() });
const less = (a, b) => ({ wallMs: a.wallMs - b.wallMs, cpuMs: a.cpuMs - b.cpuMs });
const plus = (a, b) => ({ wallMs: a.wallMs + b.wallMs, cpuMs: a.cpuMs + b.cpuMs });
const none = { wallMs: 0, cpuMs: 0 };

/** Undefined for what is part of Node.js, or already loaded. */
function packageOf(request, parent) {
  if (Module.isBuiltin(request)) return undefined;
  const path = Module._resolveFilename(request, parent);
  return path in Module._cache ? undefined : /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1];
}

Module._load = function (request, parent, ...rest) {
  const isFirst = open.length === 0;
  if (!isIn && request !== target) return load.call(this, request, parent, ...rest);
  const name = packageOf(request, parent);
  if (name === undefined) return load.call(this, request, parent, ...rest);
  isIn = true;
  const begun = now();
  open.push(none);
  try {
    return load.call(this, request, parent, ...rest);
  } finally {
    const took = less(now(), begun);
    const own = less(took, open.pop());
    modules[name] = plus(modules[name] ?? none, own);
    if (isFirst) {
      process.stderr.write(`BENCH ${JSON.stringify({ request, before: begun, took, modules })}\n`);
      modules = {};
    } else {
      open.push(plus(open.pop(), took));
    }
  }
};
