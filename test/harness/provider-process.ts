// The SDK's own dynamic provider process with a recording stand-in for the engine beside it: what a provider does here
// it does in front of Pulumi's engine.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type * as Grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { type LogLine, serveEngine } from "./recording-engine";

// Taken from inside the SDK: it is no dependency of ours, and two copies do not mix.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc: typeof Grpc = fromSdk("@grpc/grpc-js");
const { ResourceProviderClient } = fromSdk("./proto/provider_grpc_pb");
const { Status } = fromSdk("./proto/status_pb");
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb");
const { Empty } = fromSdk("google-protobuf/google/protobuf/empty_pb");

export type Properties = Record<string, unknown>;

/** A create or update that made something but failed: what the engine would save. */
export class InitFailed extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: string[],
  ) {
    super(message);
  }
}

export interface ProviderProcess {
  readonly pid: number;
  /** What the provider told the engine, in order. */
  readonly logs: LogLine[];
  /** Everything the process printed. */
  output(): string;
  /** Resolves with the first line, told or to be told, that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  configure(config: Record<string, string>): Promise<void>;
  check(call: { urn: string; olds?: Properties; news: Properties }): Promise<{
    inputs: Properties;
    failures: { property: string; reason: string }[];
  }>;
  /** `changes` is undefined where the provider left it open. */
  diff(call: { urn: string; id: string; olds: Properties; news: Properties }): Promise<{
    changes: boolean | undefined;
    replaces: string[];
    deleteBeforeReplace: boolean;
  }>;
  create(call: { urn: string; properties: Properties }): Promise<{ id: string; properties: Properties }>;
  update(call: { urn: string; id: string; olds: Properties; news: Properties }): Promise<{ properties: Properties }>;
  read(call: { urn: string; id: string; properties: Properties }): Promise<{ id: string; properties: Properties }>;
  delete(call: { urn: string; id: string; properties: Properties }): Promise<void>;
  /** What the engine sends at the first Ctrl-C. */
  cancel(): Promise<void>;
  /** What the engine sends at the second Ctrl-C and at every normal end. */
  interrupt(): void;
  /** The engine dies without a word. */
  killEngine(): void;
  /** Resolves when the process has ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

export interface ProviderOptions {
  /** The program's folder: providers are required from here. */
  cwd: string;
  /** The package that is the SDK, found from `cwd`. */
  sdk?: string;
  project?: string;
  env?: NodeJS.ProcessEnv;
  /** The Node.js to run. Default: the current one. */
  node?: string;
}

export async function startProvider(options: ProviderOptions): Promise<ProviderProcess> {
  const { cwd, sdk = "@pulumi/pulumi", project = "shop", env = {}, node = process.execPath } = options;
  const main = join(findPackage(cwd, sdk), "cmd", "dynamic-provider");
  const engine = await serveEngine();
  const child = spawn(node, [main, `127.0.0.1:${engine.port}`], {
    cwd,
    env: { ...process.env, PULUMI_NODEJS_PROJECT: project, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithUs = () => child.kill("SIGKILL");
  process.on("exit", killWithUs);
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  let output = "";
  child.stderr.on("data", (data) => {
    output += data;
  });
  const port = await firstLine(child, exited).catch((error) => {
    engine.stop();
    child.kill("SIGKILL");
    throw new Error(`${error.message}\n${output}`);
  });
  child.stdout.on("data", (data) => {
    output += data;
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.enable_http_proxy": 0,
  });
  const unary = <Answer>(method: string, request: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      client[method](request, (error: Grpc.ServiceError | null, answer: Answer) => {
        if (error) reject(initFailed(error) ?? error);
        else resolve(answer);
      });
    });

  return {
    pid: child.pid ?? -1,
    logs: engine.logs,
    output: () => output,
    logged: engine.logged,
    exited,
    async configure(config) {
      const request = new messages.ConfigureRequest();
      request.setArgs(struct(config));
      request.setAcceptsecrets(true);
      await unary("configure", request);
    },
    async check({ urn, olds = {}, news }) {
      const request = new messages.CheckRequest();
      request.setUrn(urn);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const answer = await unary<messages.CheckResponse>("check", request);
      const failures = answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
      return { inputs: plain(answer.getInputs()), failures };
    },
    async diff({ urn, id, olds, news }) {
      const request = new messages.DiffRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const answer = await unary<messages.DiffResponse>("diff", request);
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      const changes = new Map<number, boolean>([
        [DIFF_NONE, false],
        [DIFF_SOME, true],
      ]).get(answer.getChanges());
      return { changes, replaces: answer.getReplacesList(), deleteBeforeReplace: answer.getDeletebeforereplace() };
    },
    async create({ urn, properties }) {
      const request = new messages.CreateRequest();
      request.setUrn(urn);
      request.setProperties(struct(properties));
      const answer = await unary<messages.CreateResponse>("create", request);
      return { id: answer.getId(), properties: plain(answer.getProperties()) };
    },
    async update({ urn, id, olds, news }) {
      const request = new messages.UpdateRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const answer = await unary<messages.UpdateResponse>("update", request);
      return { properties: plain(answer.getProperties()) };
    },
    async read({ urn, id, properties }) {
      const request = new messages.ReadRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(struct(properties));
      const answer = await unary<messages.ReadResponse>("read", request);
      return { id: answer.getId(), properties: plain(answer.getProperties()) };
    },
    async delete({ urn, id, properties }) {
      const request = new messages.DeleteRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(struct(properties));
      await unary("delete", request);
    },
    async cancel() {
      await unary("cancel", new Empty());
    },
    interrupt: () => {
      child.kill("SIGINT");
    },
    killEngine: engine.stop,
    async stop() {
      child.kill("SIGKILL");
      await exited;
      process.off("exit", killWithUs);
      client.close();
      engine.stop();
    },
  };
}

/** By Node's rule; `require.resolve` would not do, since jest answers it from its own map of files. */
function findPackage(from: string, name: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) throw new Error(`Cannot find the package "${name}" from "${from}"`);
  }
}

async function firstLine(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  if (child.stdout === null) throw new Error("Cannot read the provider's port: its output is not piped");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, "line"), exited]);
  lines.close();
  child.stdout.resume();
  if (!Array.isArray(line)) throw new Error("Cannot start the provider process: it ended before it told its port");
  return String(line[0]);
}

/** As the engine sends it: what is not JSON never reaches a provider. */
function struct(value: Properties) {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}

function plain(value: { toJavaScript(): unknown } | undefined): Properties {
  return (value?.toJavaScript() ?? {}) as Properties;
}

/** What the SDK packs into the metadata of a failed create or update. */
function initFailed(error: Grpc.ServiceError): InitFailed | undefined {
  const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(packed instanceof Buffer)) return undefined;
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new InitFailed(error.details, failure.getId(), plain(failure.getProperties()), failure.getReasonsList());
}
