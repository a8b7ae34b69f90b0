// Loaded into the program before anything else. It ends the program when the engine is gone (the engine holds the
// other end of the pipe on file descriptor 3), and takes colours out of util.inspect where they hang Node: some
// versions from 20.19.6, 22.20 and 24.8 on never come to the end of a stack line with a file right in node_modules, as
// the SDK's source maps make them (nodejs/node#64011).
"use strict";
const { Socket } = require("node:net");
const util = require("node:util");
const vm = require("node:vm");

const pipe = new Socket({ fd: 3, readable: true, writable: false });
pipe.on("error", () => {});
pipe.on("close", () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 5_000).unref();
  process.kill(process.pid, "SIGINT");
});
pipe.resume();
pipe.unref();

/** Tried out, since no list of versions would stay right; on a sound Node it takes no time. */
function coloursHang() {
  const error = Object.assign(new Error(), { stack: "Error\n    at /node_modules/file.js:1:1" });
  try {
    vm.runInNewContext("inspect()", { inspect: () => util.inspect(error, { colors: true }) }, { timeout: 20 });
    return false;
  } catch {
    return true;
  }
}

if (coloursHang()) {
  const inspect = util.inspect;
  const plain = (value, options, ...rest) =>
    inspect(value, options !== null && typeof options === "object" ? { ...options, colors: false } : options, ...rest);
  util.inspect = Object.assign(plain, inspect);
}
