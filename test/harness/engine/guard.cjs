// Loaded into the program before anything else. It ends the program when the engine is gone (the engine holds the
// other end of the pipe on file descriptor 3), and takes colours out of util.inspect where they hang Node: version
// 20.20 needs minutes and gigabytes to colour a stack that the SDK's source maps produce (nodejs/node#64011).
"use strict";
const { Socket } = require("node:net");
const util = require("node:util");

const pipe = new Socket({ fd: 3, readable: true, writable: false });
pipe.on("error", () => {});
pipe.on("close", () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 5_000).unref();
  process.kill(process.pid, "SIGINT");
});
pipe.resume();
pipe.unref();

if (process.version.startsWith("v20.20.")) {
  const inspect = util.inspect;
  const plain = (value, options, ...rest) =>
    inspect(value, options !== null && typeof options === "object" ? { ...options, colors: false } : options, ...rest);
  util.inspect = Object.assign(plain, inspect);
}
